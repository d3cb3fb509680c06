'use client'

import type { ReactNode } from 'react'
import { sentenceFor } from '../lib/api.ts'
import { dayRange } from '../lib/days.ts'
import { isEmpty } from '../lib/figures.ts'
import type { Range } from '../lib/period.ts'
import { usePnl } from '../lib/use-pnl.ts'
import { useSummary } from '../lib/use-summary.ts'
import { ChartPanel } from './chart-panel.tsx'
import { CoverageLine } from './coverage.tsx'
import { KeyFigures } from './key-figures.tsx'
import { Ladder } from './ladder.tsx'
import { Notice } from './notice.tsx'
import styles from './overview.module.css'
import { Skeleton } from './skeleton.tsx'
import ui from './ui.module.css'

type Props = { store: string | null; range: Range | undefined; today: string | undefined; aside: ReactNode }

const noDays: string[] = []

/** Key figures, chart and ladder of the chosen period; `aside` stands under the chart. */
export function PeriodReport({ store, range, today, aside }: Props) {
  const summary = useSummary(store, range)
  const pnl = usePnl(store, range)
  const figures = summary.data
  const error: unknown = summary.error ?? pnl.error
  const retry = () => Promise.all([summary.mutate(), pnl.mutate()])
  const empty = figures !== undefined && isEmpty(figures)
  const failed = error !== undefined && (figures === undefined || pnl.data === undefined)
  return (
    <>
      <p className={styles.range}>
        {figures ? dayRange(figures.start, figures.end) : <Skeleton width={18} />}{' '}
        <span>
          {figures ? `against ${dayRange(figures.comparison.start, figures.comparison.end)}` : <Skeleton width={22} />}
        </span>
      </p>
      {error !== undefined && (
        <Notice tone="attention" onRetry={retry}>
          {failed ? '' : 'These figures could not be refreshed. '}
          {sentenceFor(error)}
        </Notice>
      )}
      {!failed && <KeyFigures figures={figures} />}
      {!failed && <CoverageLine figures={figures} today={today} />}
      <div className={styles.columns}>
        <div className={styles.stack}>
          {!failed &&
            (empty ? (
              <Notice>Nothing was sold or spent in this period. Choose another period or store.</Notice>
            ) : (
              <ChartPanel pnl={pnl.data} openDays={figures?.coverage.open_days ?? noDays} />
            ))}
          {aside}
        </div>
        {!failed && !empty && (
          <section className={ui.panel} aria-labelledby="ladder-title">
            <h3 id="ladder-title" className={styles.panelTitle}>
              From sales to profit
            </h3>
            <Ladder figures={figures} />
          </section>
        )}
      </div>
    </>
  )
}
