import { memo } from 'react'
import type { ComparedFigures, PnlColumn } from '../lib/figures.ts'
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
            {columns && columns.length > 1 && <Spark values={columns.map((column) => column[name] ?? 0)} />}
          </dd>
        </div>
      ))}
    </dl>
  )
})
