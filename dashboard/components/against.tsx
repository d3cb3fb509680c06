import { dayRange } from '../lib/days.ts'
import type { ComparedFigures } from '../lib/figures.ts'
import { type Comparison, comparisonLabels, comparisons } from '../lib/period.ts'
import type { View } from '../lib/use-view.ts'
import styles from './against.module.css'
import { Skeleton } from './skeleton.tsx'

type Props = { view: View; figures: ComparedFigures | undefined; show: (change: Partial<View>) => void }

/** What the period is compared with, to choose in the line that says it. */
export function Against({ view, figures, show }: Props) {
  return (
    <span className={styles.against}>
      against{' '}
      <select
        className={styles.choice}
        aria-label="Compared with"
        value={view.compare}
        onChange={({ target }) => show({ compare: target.value as Comparison })}
      >
        {comparisons.map((comparison) => (
          <option key={comparison} value={comparison}>
            {comparisonLabels[comparison]}
          </option>
        ))}
      </select>{' '}
      <span className={styles.days}>
        {figures ? dayRange(figures.comparison.start, figures.comparison.end) : <Skeleton width={18} />}
      </span>
    </span>
  )
}
