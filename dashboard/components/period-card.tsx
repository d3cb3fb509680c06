import { memo, useId } from 'react'
import { namedDay, shortRange } from '../lib/days.ts'
import type { ComparedFigures, FigureName } from '../lib/figures.ts'
import { Change } from './change.tsx'
import { Figure } from './figure.tsx'
import styles from './period-card.module.css'
import { Proven } from './proof/proven.tsx'
import { Skeleton } from './skeleton.tsx'
import { Term } from './term.tsx'
import ui from './ui.module.css'

const rows = ['revenue', 'ad_spend', 'orders'] as const satisfies FigureName[]

type Props = { title: string; figures: ComparedFigures | undefined; store: string | null }

/** One running period: net profit first, then what made it, each against the same part of the period before. */
export const PeriodCard = memo(function PeriodCard({ title, figures, store }: Props) {
  const id = useId()
  const currency = figures?.currency
  return (
    <article className={`${ui.panel} ${styles.card}`} aria-labelledby={id} aria-busy={figures === undefined}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        <p>{figures ? days(figures) : <Skeleton width={10} />}</p>
      </header>
      <div className={styles.hero}>
        <p className={styles.label}>
          <Term name="net_profit" />
          <Change name="net_profit" figures={figures} />
        </p>
        <p className={styles.profit}>
          <Proven name="net_profit" figures={figures} store={store}>
            <Figure name="net_profit" value={figures?.net_profit} currency={currency} skeleton={7} />
          </Proven>
        </p>
        <p className={styles.margin}>
          <span>
            Margin{' '}
            <Proven name="margin_percent" figures={figures} store={store}>
              <Figure name="margin_percent" value={figures?.margin_percent} currency={currency} skeleton={4} />
            </Proven>
          </span>
          <Change name="margin_percent" figures={figures} />
        </p>
      </div>
      <dl className={styles.rows}>
        {rows.map((name) => (
          <div key={name}>
            <dt>
              <Term name={name} />
            </dt>
            <dd>
              <Proven name={name} figures={figures} store={store}>
                <Figure name={name} value={figures?.[name]} currency={currency} />
              </Proven>
            </dd>
            <dd className={styles.change}>
              <Change name={name} figures={figures} />
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.against}>
        {figures ? `Against ${shortRange(figures.comparison.start, figures.comparison.end)}` : <Skeleton width={14} />}
      </p>
    </article>
  )
})

const days = ({ start, end }: ComparedFigures): string => (start === end ? namedDay(start) : shortRange(start, end))
