import { withQuery } from '../../lib/api.ts'
import { useFormat } from '../../lib/preferences.ts'
import { productColumns } from '../../lib/product-columns.ts'
import type { Sort } from '../../lib/sort.ts'
import type { ProductRow, ProductTotals } from '../../lib/use-product-report.ts'
import type { ProductTrend } from '../../lib/use-product-trends.ts'
import { Figure } from '../figure.tsx'
import { type Column, Table } from '../table/table.tsx'
import { Spark } from './spark.tsx'

type Props = {
  report: { currency: string; totals: ProductTotals } | undefined
  products: ProductRow[] | undefined
  trends: ReadonlyMap<number, ProductTrend> | undefined
  /** What goes along to the page of a product. */
  query: Record<string, string>
  sort: Sort
  onSort: (sort: Sort) => void
}

/** A row for each product, and first what they come to together: the P&L of the same days. */
export function ProductTable({ report, products, trends, query, sort, onSort }: Props) {
  const format = useFormat()
  const columns: Column<ProductTotals & { product_id?: number | null }>[] = [
    {
      name: 'trend',
      label: 'Trend',
      render: ({ product_id }) => product_id != null && <Spark trend={trends?.get(product_id)} />,
    },
    ...productColumns.map(({ name, like, label }): Column<ProductTotals> => ({
      name,
      label,
      sortable: true,
      render: (figures) =>
        like === 'rate' ? (
          format.rate(figures[name])
        ) : (
          <Figure name={like} value={figures[name]} currency={report?.currency} symbol={false} />
        ),
    })),
  ]
  return (
    <Table<ProductRow, ProductTotals & { product_id?: number | null }>
      label="What each product earned"
      dense
      head={{
        name: 'product',
        label: 'Product',
        words: true,
        sortable: true,
        render: ({ product }) => product,
        title: ({ product }) => product,
      }}
      columns={columns}
      rows={products}
      keyOf={({ product_id }) => product_id ?? 'none'}
      href={({ product_id }) =>
        product_id === null ? withQuery('/pnl', query) : withQuery('/products', { ...query, id: String(product_id) })
      }
      data={({ product_id }) => ({ 'data-product': product_id ?? 'none' })}
      totals={{ label: 'All together', cells: report?.totals, href: withQuery('/pnl', query) }}
      sort={sort}
      onSort={onSort}
    />
  )
}
