'use client'

import { useCallback, useDeferredValue, useRef } from 'react'
import { isEmpty } from '../../lib/figures.ts'
import { grainOf, grains, type Range } from '../../lib/period.ts'
import { useNear } from '../../lib/use-near.ts'
import { usePnl } from '../../lib/use-pnl.ts'
import { useRange } from '../../lib/use-range.ts'
import { useStores } from '../../lib/use-stores.ts'
import { useSummary } from '../../lib/use-summary.ts'
import { useView, type View } from '../../lib/use-view.ts'
import { Against } from '../against.tsx'
import { CoverageLine } from '../coverage.tsx'
import { Downloads } from '../downloads.tsx'
import { Filters } from '../filters.tsx'
import { PageHead } from '../page-head.tsx'
import { Switch } from '../rooms/switch.tsx'
import rows from '../rooms/rows.module.css'
import { Shell } from '../shell.tsx'
import { Shown } from '../shown.tsx'
import { TablePanel } from '../table/table-panel.tsx'
import { ProfitBridge } from './bridge.tsx'
import { Closing } from './closing.tsx'
import styles from './panel.module.css'
import { Statement } from './statement.tsx'

/** Stands in the page as it is first sent. */
export const intro = 'From gross sales down to net profit, line by line. Open a line to see the orders that make it.'

/** Days beside each other through which nobody minds to scroll on a phone. */
const MOST_ON_A_PHONE = 14
const isNarrow = () => window.matchMedia('(max-width: 40rem)').matches

const labels = { day: 'Day', week: 'Week', month: 'Month' } as const

/** The income statement of a period, by day, week or month. */
export function IncomeStatement() {
  const { view, show } = useView()
  const { store } = view
  const { overview, today, range } = useRange(view)
  const grain = view.grain ?? (range ? grainOf(range, isNarrow() ? MOST_ON_A_PHONE : undefined) : 'day')
  const pnl = usePnl(store, range, grain)
  const summary = useSummary(store, range, view.compare)
  const error: unknown = overview.error ?? pnl.error ?? summary.error
  // Drawn in small steps: hundreds of cells at once would hold up the page.
  const columns = useDeferredValue(pnl.data)
  const total = useDeferredValue(summary.data)
  // What comes below the head is drawn after it, in small steps as well.
  const begun = useDeferredValue(true, false)
  const open = useCallback((line: string | undefined) => show({ line }, { replace: true }), [show])
  const nothing = summary.data !== undefined && isEmpty(summary.data)
  const retry = () => Promise.all([overview.mutate(), pnl.mutate(), summary.mutate()])
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <PageHead
        title="Profit and loss"
        tools={
          <>
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
          </>
        }
      >
        {intro}
      </PageHead>
      <p className={styles.shown}>
        <Shown store={store} range={summary.data} currency={summary.data?.currency} failed={error !== undefined} />
      </p>
      {(summary.data !== undefined || error === undefined) && (
        <p className={styles.shown}>
          <Against view={view} figures={summary.data} show={show} />
        </p>
      )}
      {begun ? (
        <>
          <TablePanel
            label="Income statement"
            error={error}
            onRetry={retry}
            known={pnl.data !== undefined}
            late={columns !== pnl.data || total !== summary.data}
            empty={nothing ? 'Nothing was sold or spent in this period. Choose another period or store.' : undefined}
          >
            <Statement pnl={columns} total={total} store={store} open={view.line} onOpen={open} />
          </TablePanel>
          {!error && <CoverageLine figures={summary.data} today={today} />}
          <Below view={view} range={range} today={today} nothing={nothing} />
        </>
      ) : (
        <div aria-busy="true" />
      )}
    </Shell>
  )
}

type BelowProps = { view: View; range: Range | undefined; today: string | undefined; nothing: boolean }

/** What explains and closes the period; drawn when it comes near. */
function Below({ view: { store, compare }, range, today, nothing }: BelowProps) {
  const { data: stores } = useStores()
  const name = store === null ? 'all stores' : (stores?.data.find(({ slug }) => slug === store)?.name ?? store)
  const end = useRef<HTMLDivElement>(null)
  const near = useDeferredValue(useNear(end))
  return (
    <div ref={end}>
      {near && !nothing && <ProfitBridge store={store} range={range} compare={compare} />}
      {near && <Closing store={store} name={name} today={today} />}
    </div>
  )
}
