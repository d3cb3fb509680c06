import { useFormat } from '../../lib/preferences.ts'
import { type ProductColumn, productColumns, type ProductSort } from '../../lib/product-columns.ts'
import type { ProductRow, ProductTotals } from '../../lib/use-product-report.ts'
import { Figure } from '../figure.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import styles from '../report.module.css'

const PLACES = Array.from({ length: 10 }, (_, place) => String(place))

type Sorting = { sort: ProductSort; onSort: (column: 'product' | ProductColumn) => void }
type Props = Sorting & {
  report: { currency: string; totals: ProductTotals } | undefined
  products: ProductRow[] | undefined
}

/** A row for each product, and first what they come to together: the P&L of the same days. */
export function ProductTable({ report, products, sort, onSort }: Props) {
  return (
    <div className={styles.scroll} role="region" aria-label="Products by columns" tabIndex={0}>
      <table className={styles.table} aria-busy={products === undefined}>
        <caption className={ui.hidden}>What each product earned</caption>
        <thead>
          <tr>
            <Head column="product" label="Product" sort={sort} onSort={onSort} />
            {productColumns.map(({ name, label }) => (
              <Head key={name} column={name} label={label} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <tr data-product="total">
            <th scope="row">All together</th>
            <Cells figures={report?.totals} currency={report?.currency} />
          </tr>
        </tbody>
        <tbody>
          {products
            ? products.map((row) => (
                <tr key={row.product_id ?? 'none'} data-product={row.product_id ?? 'none'}>
                  <th scope="row" title={row.product}>
                    {row.product}
                  </th>
                  <Cells figures={row} currency={report?.currency} />
                </tr>
              ))
            : PLACES.map((place) => (
                <tr key={place}>
                  <td>
                    <Skeleton width={18} />
                  </td>
                  <Cells figures={undefined} currency={undefined} />
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  )
}

function Head({ column, label, sort, onSort }: Sorting & { column: 'product' | ProductColumn; label: string }) {
  const order = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : undefined
  return (
    <th scope="col" aria-sort={order}>
      <button type="button" onClick={() => onSort(column)}>
        {label}
        <span aria-hidden="true">{order === 'ascending' ? ' ↑' : order === 'descending' ? ' ↓' : ''}</span>
      </button>
    </th>
  )
}

function Cells({ figures, currency }: { figures: ProductTotals | undefined; currency: string | undefined }) {
  const format = useFormat()
  return productColumns.map(({ name, like }) => (
    <td key={name} data-column={name}>
      {like !== 'rate' ? (
        <Figure name={like} value={figures?.[name]} currency={currency} symbol={false} skeleton={6} />
      ) : figures ? (
        format.rate(figures[name])
      ) : (
        <Skeleton width={5} />
      )}
    </td>
  ))
}
