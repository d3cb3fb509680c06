'use client'

import { sentenceFor } from '../../lib/api.ts'
import { dayRange } from '../../lib/days.ts'
import { pressed, productColumns, sortOf } from '../../lib/product-columns.ts'
import { useProductReport } from '../../lib/use-product-report.ts'
import { useRange } from '../../lib/use-range.ts'
import { useStores } from '../../lib/use-stores.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Filters } from '../filters.tsx'
import { Notice } from '../notice.tsx'
import rows from '../rooms/rows.module.css'
import { Shell } from '../shell.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import { ProductTable } from './product-table.tsx'
import styles from '../report.module.css'

/** What each product earned in a period, down to its contribution after ads. */
export function Products() {
  const { view, show } = useView()
  const { store } = view
  const sort = sortOf(view.sort)
  const { data: stores } = useStores()
  const { overview, today, range } = useRange(view)
  const { report, rows: products, more, mutate, isLoading, error: refused } = useProductReport(store, range, sort)
  const error: unknown = overview.error ?? refused
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <header className={styles.head}>
        <div>
          <h1>Products</h1>
          <p>
            {store === null ? 'All stores' : (stores?.data.find(({ slug }) => slug === store)?.name ?? store)},{' '}
            {report ? dayRange(report.start, report.end) : <Skeleton width={18} />}
            {report && `, ${report.currency} without VAT`}
          </p>
        </div>
        <div className={styles.tools}>
          <Downloads path="/financials/product-report" query={range && { ...range, store, sort }} />
        </div>
      </header>
      {error !== undefined && (
        <Notice tone="attention" onRetry={() => Promise.all([overview.mutate(), mutate()])}>
          {report ? 'These figures could not be refreshed. ' : ''}
          {sentenceFor(error)}
        </Notice>
      )}
      {products?.length === 0 ? (
        <Notice>No product was sold or returned in this period. Choose another period or store.</Notice>
      ) : (
        (error === undefined || report) && (
          <section className={`${ui.panel} ${styles.panel}`} aria-label="Products">
            <ProductTable
              report={report}
              products={products}
              sort={sort}
              onSort={(column) => show({ sort: pressed(column, sort) })}
            />
          </section>
        )
      )}
      {more && (
        <button type="button" className={`${ui.quiet} ${rows.more}`} disabled={isLoading} onClick={() => void more()}>
          {isLoading ? 'Looking…' : 'Show more'}
        </button>
      )}
      <details className={styles.meaning}>
        <summary>What the columns mean</summary>
        <dl>
          {productColumns.map(({ name, label, text }) => (
            <div key={name}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Shell>
  )
}
