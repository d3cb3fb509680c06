'use client'

import { memo, type ReactNode, useDeferredValue } from 'react'
import { sentenceFor } from '../lib/api.ts'
import { dayRange } from '../lib/days.ts'
import { isEmpty } from '../lib/figures.ts'
import type { Range } from '../lib/period.ts'
import { usePnl } from '../lib/use-pnl.ts'
import { useSummary } from '../lib/use-summary.ts'
import type { View } from '../lib/use-view.ts'
import { Against } from './against.tsx'
import { ChartPanel } from './chart-panel.tsx'
import { CoverageLine } from './coverage.tsx'
import { KeyFigures } from './key-figures.tsx'
import { Notice } from './notice.tsx'
import { AdEfficiency } from './overview/ad-efficiency.tsx'
import { Attention } from './overview/attention.tsx'
import { TopProducts } from './overview/products.tsx'
import { ProfitSteps } from './overview/profit-steps.tsx'
import styles from './overview.module.css'
import { Skeleton } from './skeleton.tsx'

type Props = {
  view: View
  range: Range | undefined
  today: string | undefined
  show: (change: Partial<View>) => void
  aside: ReactNode
}

const noDays: string[] = []

/** Key figures, chart, steps, products and what to look at of the chosen period; `aside` stands under the products. */
export const PeriodReport = memo(function PeriodReport({ view, range, today, show, aside }: Props) {
  const { store, compare } = view
  const summary = useSummary(store, range, compare)
  const pnl = usePnl(store, range)
  // Drawn in small steps.
  const figures = useDeferredValue(summary.data)
  const columns = useDeferredValue(pnl.data)
  const late = figures !== summary.data || columns !== pnl.data
  const error: unknown = summary.error ?? pnl.error
  const retry = () => Promise.all([summary.mutate(), pnl.mutate()])
  const empty = figures !== undefined && isEmpty(figures)
  const failed = error !== undefined && (figures === undefined || pnl.data === undefined)
  return (
    <>
      {!failed && (
        <p className={styles.range}>
          {figures ? dayRange(figures.start, figures.end) : <Skeleton width={18} />}{' '}
          <Against view={view} figures={figures} show={show} />
        </p>
      )}
      {error !== undefined && (
        <Notice tone="attention" onRetry={retry}>
          {failed ? '' : 'These figures could not be refreshed. '}
          {sentenceFor(error)}
        </Notice>
      )}
      {!failed && <KeyFigures figures={figures} columns={columns?.data} store={store} />}
      {!failed && <CoverageLine figures={figures} today={today} />}
      <div className={styles.columns} aria-busy={late || undefined}>
        <div className={styles.stack}>
          {!failed &&
            (empty ? (
              <Notice>Nothing was sold or spent in this period. Choose another period or store.</Notice>
            ) : (
              <ChartPanel pnl={columns} openDays={figures?.coverage.open_days ?? noDays} />
            ))}
          {!failed && !empty && <TopProducts store={store} range={range} />}
          {aside}
        </div>
        {!failed && (
          <div className={styles.side}>
            {!empty && <ProfitSteps figures={figures} store={store} />}
            {!empty && <AdEfficiency figures={figures} store={store} />}
            <Attention store={store} range={range} figures={figures} />
          </div>
        )}
      </div>
    </>
  )
})
