import { namedDay, shortDay } from '../lib/days.ts'
import type { Coverage } from '../lib/figures.ts'
import { useFormat } from '../lib/preferences.ts'
import styles from './overview.module.css'
import { Skeleton } from './skeleton.tsx'

/** How complete the figures are: days still running, and how much of each cost is known, and what was posted by hand. */
export function CoverageLine({
  figures,
  today,
}: {
  figures: { coverage: Coverage } | undefined
  today: string | undefined
}) {
  const format = useFormat()
  if (!figures) {
    return (
      <p className={styles.coverage}>
        <Skeleton width={48} />
      </p>
    )
  }
  const { coverage } = figures
  const known = [
    ['goods', coverage.cogs_percent],
    ['shipping', coverage.shipping_cost_percent],
    ['fees', coverage.transaction_fees_percent],
  ] as const
  const measured = known.filter(([, percent]) => percent !== null)
  const complete = measured.every(([, percent]) => percent === 100)
  return (
    <p className={styles.coverage}>
      {coverage.open_days.length > 0 && `${runningDays(coverage.open_days, today)} still running. `}
      {measured.length > 0 &&
        (complete
          ? 'Coverage A: all costs are known.'
          : `Coverage ${coverage.grade}. Known costs: ${measured.map(([label, percent]) => `${label} ${format.percent(percent)}`).join(', ')}; the rest is estimated.`)}
      {coverage.manual_days.count > 0 && ` ${postedDays(coverage.manual_days)}`}
    </p>
  )
}

/** “Posted by hand: 4 Apr (uk), 3 Apr (nl) and 2 more days.” */
const postedDays = ({ count, days }: Coverage['manual_days']): string => {
  const named = days.slice(0, 3).map(({ date, store }) => `${shortDay(date)} (${store})`)
  const more = count - named.length
  return `Posted by hand: ${named.join(', ')}${more > 0 ? ` and ${more} more ${more === 1 ? 'day' : 'days'}` : ''}.`
}

const runningDays = (days: string[], today: string | undefined): string => {
  const names = days.map((day) => (day === today ? 'Today' : namedDay(day)))
  return `${new Intl.ListFormat('en-GB').format(names)} ${names.length === 1 ? 'is' : 'are'}`
}
