'use client'

import { sentenceFor } from '../../lib/api.ts'
import { dayRange } from '../../lib/days.ts'
import { isEmpty } from '../../lib/figures.ts'
import { grainOf, grains } from '../../lib/period.ts'
import { usePnl } from '../../lib/use-pnl.ts'
import { useRange } from '../../lib/use-range.ts'
import { useStores } from '../../lib/use-stores.ts'
import { useSummary } from '../../lib/use-summary.ts'
import { useView } from '../../lib/use-view.ts'
import { CoverageLine } from '../coverage.tsx'
import { Downloads } from '../downloads.tsx'
import { Filters } from '../filters.tsx'
import { Notice } from '../notice.tsx'
import { Switch } from '../rooms/switch.tsx'
import rows from '../rooms/rows.module.css'
import { Shell } from '../shell.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import styles from './income-statement.module.css'
import { Statement } from './statement.tsx'

const labels = { day: 'Day', week: 'Week', month: 'Month' } as const

/** The income statement of a period, by day, week or month. */
export function IncomeStatement() {
  const { view, show } = useView()
  const { store } = view
  const { overview, today, range } = useRange(view)
  const { data: stores } = useStores()
  const grain = view.grain ?? (range ? grainOf(range) : 'day')
  const pnl = usePnl(store, range, grain)
  const summary = useSummary(store, range)
  const error: unknown = overview.error ?? pnl.error ?? summary.error
  const retry = () => Promise.all([overview.mutate(), pnl.mutate(), summary.mutate()])
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <header className={styles.head}>
        <div>
          <h1>Profit and loss</h1>
          <p>
            {store === null ? 'All stores' : (stores?.data.find(({ slug }) => slug === store)?.name ?? store)},{' '}
            {summary.data ? dayRange(summary.data.start, summary.data.end) : <Skeleton width={18} />}
            {summary.data && `, ${summary.data.currency} without VAT`}
          </p>
        </div>
        <div className={styles.tools}>
          <Switch
            label="Columns"
            options={grains.map((value) => ({ value, label: labels[value] }))}
            value={grain}
            onChoose={(chosen) => show({ grain: chosen })}
          />
          <Downloads path="/financials/pnl" query={range && { ...range, store, grain }} />
          <button type="button" className={rows.plain} onClick={() => window.print()}>
            Print or PDF
          </button>
        </div>
      </header>
      {error !== undefined && (
        <Notice tone="attention" onRetry={retry}>
          {pnl.data ? 'These figures could not be refreshed. ' : ''}
          {sentenceFor(error)}
        </Notice>
      )}
      {summary.data && isEmpty(summary.data) ? (
        <Notice>Nothing was sold or spent in this period. Choose another period or store.</Notice>
      ) : (
        (error === undefined || pnl.data) && (
          <section className={`${ui.panel} ${styles.panel}`} aria-label="Income statement">
            <Statement pnl={pnl.data} total={summary.data} />
          </section>
        )
      )}
      {!error && <CoverageLine figures={summary.data} today={today} />}
    </Shell>
  )
}
