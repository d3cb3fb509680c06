import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { memo } from 'react'
import { withQuery } from '../lib/api.ts'
import { definitions } from '../lib/definitions.ts'
import type { ComparedFigures, PnlColumn } from '../lib/figures.ts'
import { kept } from '../lib/kept.ts'
import { isOrderLine } from '../lib/use-line-orders.ts'
import { Change } from './change.tsx'
import { Figure } from './figure.tsx'
import styles from './key-figures.module.css'
import { Proven } from './proof/proven.tsx'
import { Spark } from './spark.tsx'
import { Term } from './term.tsx'

const names = ['net_profit', 'revenue', 'margin_percent', 'ad_spend', 'mer', 'aov', 'orders'] as const

type Props = { figures: ComparedFigures | undefined; columns: readonly PnlColumn[] | undefined; store: string | null }

/** The row of figures that sums up the chosen period, each with its change and its course; a press opens its proof. */
export const KeyFigures = memo(function KeyFigures({ figures, columns, store }: Props) {
  const view = kept(useSearchParams())
  // A day that still runs would make each course end in a fall.
  const open = figures?.coverage.open_days ?? []
  const course = columns?.filter(({ start, end }) => !open.some((day) => start <= day && day <= end)) ?? []
  return (
    <dl className={styles.row} aria-busy={figures === undefined}>
      {names.map((name) => (
        <div key={name} className={styles.cell} data-figure={name}>
          <dt>
            <Term name={name} />
          </dt>
          <dd className={styles.value}>
            <Proven name={name} figures={figures} store={store}>
              <Figure name={name} value={figures?.[name]} currency={figures?.currency} skeleton={6} />
            </Proven>
          </dd>
          <dd>
            <Change name={name} figures={figures} />
          </dd>
          <dd className={styles.course}>
            {course.length > 1 && (
              <Link
                href={withQuery('/pnl', { ...view, store, line: isOrderLine(name) ? name : null })}
                aria-label={`${definitions[name].label} in columns`}
                title="In columns, in the P&amp;L"
              >
                <Spark values={course.map((column) => column[name] ?? 0)} />
              </Link>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
})
