import { useFormat } from '../../lib/preferences.ts'
import styles from './ads.module.css'

/** What a platform claims for each unit spent; below break-even it would not pay even if all of the claim were true. */
export function ClaimedRoas({ roas, breakEven }: { roas: number | null; breakEven: number | null }) {
  const format = useFormat()
  const below = roas !== null && breakEven !== null && breakEven > 0 && roas < breakEven
  return (
    <span
      className={below ? styles.below : undefined}
      title={below ? 'Below break-even, even as the platform counts' : undefined}
    >
      {format.multiple(roas)}
    </span>
  )
}
