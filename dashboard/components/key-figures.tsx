import type { ComparedFigures } from '../lib/figures.ts'
import { Change } from './change.tsx'
import { Figure } from './figure.tsx'
import styles from './key-figures.module.css'
import { Term } from './term.tsx'

const names = ['net_profit', 'revenue', 'margin_percent', 'ad_spend', 'mer', 'aov', 'orders'] as const

/** The row of figures that sums up the chosen period. */
export function KeyFigures({ figures }: { figures: ComparedFigures | undefined }) {
  return (
    <dl className={styles.row} aria-busy={figures === undefined}>
      {names.map((name) => (
        <div key={name} className={styles.cell}>
          <dt>
            <Term name={name} />
          </dt>
          <dd className={styles.value}>
            <Figure name={name} value={figures?.[name]} currency={figures?.currency} skeleton={6} />
          </dd>
          <dd>
            <Change name={name} figures={figures} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
