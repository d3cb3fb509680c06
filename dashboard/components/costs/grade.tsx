import type { Coverage } from '../../lib/figures.ts'
import { useFormat } from '../../lib/preferences.ts'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import styles from './grade.module.css'

const costs = [
  ['Cost of goods', 'cogs_percent'],
  ['Shipping', 'shipping_cost_percent'],
  ['Payment fees', 'transaction_fees_percent'],
] as const

/** How much of the revenue of a period has costs that are known: the grade, and a bar for each kind of cost. */
export function Grade({ coverage }: { coverage: Coverage | undefined }) {
  const format = useFormat()
  return (
    <section className={`${ui.panel} ${styles.grade}`} aria-label="Coverage" aria-busy={coverage === undefined}>
      <p className={styles.letter} data-grade={coverage?.grade ?? undefined}>
        {coverage ? (coverage.grade ?? '–') : '\u00a0'}
        <span>Coverage</span>
      </p>
      <ul className={styles.bars}>
        {costs.map(([label, name]) => (
          <li key={name} data-cost={name}>
            <span>{label}</span>
            <span>{coverage ? format.percent(coverage[name]) : <Skeleton width={4} />}</span>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect width="100" height="4" />
              <rect width={coverage?.[name] ?? 0} height="4" data-known />
            </svg>
          </li>
        ))}
      </ul>
    </section>
  )
}
