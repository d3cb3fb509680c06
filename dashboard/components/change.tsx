import { memo } from 'react'
import { shortRange } from '../lib/days.ts'
import { type ComparedFigures, type FigureName, kindOf } from '../lib/figures.ts'
import { useFormat } from '../lib/preferences.ts'
import styles from './change.module.css'
import { Skeleton } from './skeleton.tsx'
import ui from './ui.module.css'

// More of a cost is neither good nor bad by itself: it may come with more sales.
const unjudged = new Set<FigureName>([
  'ad_spend',
  'cogs',
  'shipping_cost',
  'transaction_fees',
  'fixed_costs',
  'discounts',
  'returns',
])

type Props = { name: FigureName; figures: ComparedFigures | undefined }

/** How a figure moved against its comparison: arrow and percent, in words for screen readers. */
export const Change = memo(function Change({ name, figures }: Props) {
  const format = useFormat()
  if (!figures) return <Skeleton width={5} />
  const kind = kindOf(name)
  const { amount, percent } = figures.change[name] ?? { amount: null, percent: null }
  const shown = kind === 'percent' ? amount : percent
  const { comparison } = figures
  const before = comparison[name as 'revenue'] as number | null
  const beforeText = kind === 'money' ? format.money(before, figures.currency) : format[kind](before)
  const since = `${beforeText} on ${shortRange(comparison.start, comparison.end)}`
  if (shown === null || amount === null) {
    return (
      <span className={styles.change} title={`Before: ${since}`}>
        <span aria-hidden="true">–</span>
        <span className={ui.hidden}>no comparison</span>
      </span>
    )
  }
  const size = Math.abs(shown)
  const text =
    kind === 'percent' ? `${format.points(size)} pt` : size < 1000 ? format.percent(size) : `>${format.count(999)}%`
  // What is written as 0.0 % did not move.
  const direction = size < 0.05 ? 'same' : shown > 0 ? 'up' : 'down'
  const tone = direction === 'same' || unjudged.has(name) ? 'neutral' : direction === 'up' ? 'better' : 'worse'
  return (
    <span className={styles.change} data-tone={tone} title={`Before: ${since}`}>
      <span className={styles.arrow} data-direction={direction} aria-hidden="true" />
      <span aria-hidden="true">{text}</span>
      <span className={ui.hidden}>
        {direction === 'same' ? 'unchanged' : `${direction} ${text.replace('pt', 'points')}`}, before: {since}
      </span>
    </span>
  )
})
