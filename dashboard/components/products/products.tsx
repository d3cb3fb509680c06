'use client'

import { productColumns } from '../../lib/product-columns.ts'
import { sortOf } from '../../lib/sort.ts'
import { useProductReport } from '../../lib/use-product-report.ts'
import { useRange } from '../../lib/use-range.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Filters } from '../filters.tsx'
import { Meaning } from '../meaning.tsx'
import { PageHead } from '../page-head.tsx'
import { Shell } from '../shell.tsx'
import { Shown } from '../shown.tsx'
import { TablePanel } from '../table/table-panel.tsx'
import { ProductTable } from './product-table.tsx'

/** What each product earned in a period, down to its contribution after ads. */
export function Products() {
  const { view, show } = useView()
  const { store } = view
  const sort = sortOf([{ name: 'product' }, ...productColumns], view.sort, '-revenue')
  const { overview, today, range } = useRange(view)
  const { report, rows: products, more, mutate, isLoading, error: refused } = useProductReport(store, range, sort)
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <PageHead
        title="Products"
        tools={<Downloads path="/financials/product-report" query={range && { ...range, store, sort }} />}
      >
        <Shown store={store} range={report} currency={report?.currency} />
      </PageHead>
      <TablePanel
        label="Products"
        error={overview.error ?? refused}
        onRetry={() => Promise.all([overview.mutate(), mutate()])}
        known={report !== undefined}
        empty={
          products?.length === 0
            ? 'No product was sold or returned in this period. Choose another period or store.'
            : undefined
        }
        more={more}
        isLoading={isLoading}
      >
        <ProductTable report={report} products={products} sort={sort} onSort={(chosen) => show({ sort: chosen })} />
      </TablePanel>
      <Meaning columns={productColumns} />
    </Shell>
  )
}
