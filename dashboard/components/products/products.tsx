'use client'

import { useSearchParams } from 'next/navigation'
import { boxWords } from '../../lib/boxes.ts'
import { productColumns } from '../../lib/product-columns.ts'
import { sortOf } from '../../lib/sort.ts'
import { useProductReport } from '../../lib/use-product-report.ts'
import { useProductTrends } from '../../lib/use-product-trends.ts'
import { useRange } from '../../lib/use-range.ts'
import { kept } from '../../lib/kept.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Filters } from '../filters.tsx'
import { Meaning } from '../meaning.tsx'
import { PageHead } from '../page-head.tsx'
import { Shell } from '../shell.tsx'
import { Shown } from '../shown.tsx'
import { TablePanel } from '../table/table-panel.tsx'
import rows from '../rooms/rows.module.css'
import { FourBoxes } from './boxes.tsx'
import { ProductTable } from './product-table.tsx'

/** What each product earned in a period, down to its contribution after ads, and what to do about it. */
export function Products() {
  const { view, show } = useView()
  const { store, box } = view
  const query = kept(useSearchParams())
  const sort = sortOf([{ name: 'product' }, ...productColumns], view.sort, '-revenue')
  const { overview, today, range } = useRange(view)
  const {
    report,
    rows: products,
    more,
    mutate,
    isLoading,
    error: refused,
  } = useProductReport(store, range, sort, { box })
  const ids = products?.flatMap(({ product_id }) => (product_id === null ? [] : [product_id])) ?? []
  const { data: trends } = useProductTrends(ids, store, range, 24)
  const error: unknown = overview.error ?? refused
  const nothingSold = products?.length === 0 && box === undefined
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <PageHead
        title="Products"
        tools={<Downloads path="/financials/product-report" query={range && { ...range, store, sort, box }} />}
      >
        <Shown store={store} range={report} currency={report?.currency} failed={error !== undefined} />
      </PageHead>
      {!nothingSold && (refused === undefined || report) && (
        <FourBoxes
          report={report}
          chosen={box}
          query={{ ...query, ...(view.sort !== undefined && { sort: view.sort }) }}
        />
      )}
      {box && (
        <div className={rows.bar}>
          <p>
            Only {boxWords[box].label.toLowerCase()}: {boxWords[box].holds.toLowerCase()}.{' '}
            <button type="button" className={rows.plain} onClick={() => show({ box: undefined })}>
              Show all products
            </button>
          </p>
        </div>
      )}
      <TablePanel
        label="Products"
        error={error}
        onRetry={() => Promise.all([overview.mutate(), mutate()])}
        known={report !== undefined}
        empty={
          products?.length === 0
            ? box
              ? 'No product of this period is in this box.'
              : 'No product was sold or returned in this period. Choose another period or store.'
            : undefined
        }
        more={more}
        isLoading={isLoading}
      >
        <ProductTable
          report={report}
          products={products}
          trends={trends}
          query={query}
          sort={sort}
          onSort={(chosen) => show({ sort: chosen })}
        />
      </TablePanel>
      {(report !== undefined || refused !== undefined) && <Meaning columns={productColumns} />}
    </Shell>
  )
}
