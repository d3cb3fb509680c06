import { daysBetween, shortDay } from '../../lib/days.ts'
import { type Freshness, lastAdDay } from '../../lib/use-freshness.ts'
import { Skeleton } from '../skeleton.tsx'
import styles from './stores.module.css'

/** Days without an order or ad spend from which on a person should look. */
const OLD = 3

/** “Orders 30 Jun, ads 29 Jun”, with what is old standing out. */
export function FreshnessWords({ freshness, today }: { freshness: Freshness | undefined; today: string | undefined }) {
  if (!freshness) return <Skeleton width={14} />
  const days = [
    ['Orders', freshness.last_order],
    ['ads', lastAdDay(freshness) ?? null],
  ] as const
  return days.map(([what, day], place) => (
    <span key={what}>
      {place > 0 && ', '}
      {day === null ? (
        `no ${what.toLowerCase()}`
      ) : (
        <span className={styles.day} data-old={(today !== undefined && daysBetween(day, today) > OLD) || undefined}>
          {what} {shortDay(day)}
        </span>
      )}
    </span>
  ))
}
