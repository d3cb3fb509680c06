import type { ComparedFigures } from '../../lib/figures.ts'
import { Change } from '../change.tsx'
import { Figure } from '../figure.tsx'
import row from '../key-figures.module.css'
import { Proven } from '../proof/proven.tsx'
import { Term } from '../term.tsx'
import styles from './ad-figures.module.css'

const names = ['ad_spend', 'mer', 'break_even_roas', 'poas', 'cm3'] as const

/** What was spent and what the shop made of it, with what the platforms say beside it. */
export function AdFigures({ figures, store }: { figures: ComparedFigures | undefined; store: string | null }) {
  return (
    <dl className={`${row.row} ${styles.row}`} aria-busy={figures === undefined}>
      {names.map((name) => (
        <div key={name} className={row.cell} data-figure={name}>
          <dt>
            <Term name={name} />
          </dt>
          <dd className={row.value}>
            <Proven name={name} figures={figures} store={store}>
              <Figure name={name} value={figures?.[name]} currency={figures?.currency} skeleton={6} />
            </Proven>
          </dd>
          <dd>
            <Change name={name} figures={figures} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
