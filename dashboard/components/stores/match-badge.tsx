import type { StoreReconciliation } from '../../lib/use-reconciliation.ts'
import rows from '../rooms/rows.module.css'

/** Whether the books match the shop, in two words; a store without a shop has nothing to be compared with. */
export function MatchBadge({ shop }: { shop: StoreReconciliation | undefined }) {
  if (!shop) return 'no shop'
  const { status, differing_days } = shop
  if (status === 'unchecked') return 'not compared yet'
  return (
    <span className={rows.badge} data-tone={status === 'matches' ? 'good' : 'attention'}>
      {status === 'matches'
        ? 'to the cent'
        : `${differing_days} ${differing_days === 1 ? 'day differs' : 'days differ'}`}
    </span>
  )
}
