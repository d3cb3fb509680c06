import type { AlertKind } from '../../sql/alerts.ts'
import type { Scope } from '../access.ts'

type Kind = {
  /** What its person must be allowed to do, when they switch it on and whenever it is told. */
  needs: Scope
  /** The time of a digest, until somebody sets another. */
  at?: string
  /** From where on it is told, until somebody sets another: in the reporting currency, or percentage points. */
  threshold?: string
  unit?: 'amount' | 'points'
  /** Told in quiet hours as well, until somebody decides otherwise. */
  urgent: boolean
  /** The same thing is told again when it comes back after its end. */
  again?: boolean
}

/** What a chat can be told without asking, in the order in which it is listed. */
export const ALERTS: Record<AlertKind, Kind> = {
  morning: { needs: 'stats:read', at: '08:00', urgent: true },
  weekly: { needs: 'stats:read', at: '08:30', urgent: true },
  order_loss: { needs: 'orders:read', threshold: '0', unit: 'amount', urgent: false },
  refund: { needs: 'orders:read', threshold: '100', unit: 'amount', urgent: false },
  spend_without_sales: { needs: 'stats:read', threshold: '50', unit: 'amount', urgent: true },
  negative_cm3: { needs: 'stats:read', threshold: '0', unit: 'amount', urgent: false },
  margin_drop: { needs: 'stats:read', threshold: '10', unit: 'points', urgent: false, again: true },
  reconciliation: { needs: 'stats:read', urgent: false, again: true },
  failure: { needs: 'admin', urgent: false, again: true },
}
export const KINDS = Object.keys(ALERTS) as AlertKind[]

const STEPS = {
  amount: ['0', '10', '25', '50', '100', '250', '500', '1000', '2500', '5000', '10000', '25000'],
  points: ['2.5', '5', '10', '15', '20', '30', '50'],
}

/** The next threshold above (or below) this one; the same at the end of the scale. */
export function nextThreshold(kind: AlertKind, threshold: string, way: 'up' | 'down'): string {
  const { unit } = ALERTS[kind]
  if (!unit) return threshold
  const steps = STEPS[unit]
  const now = Number(threshold)
  return (
    (way === 'up' ? steps.find((step) => Number(step) > now) : steps.findLast((step) => Number(step) < now)) ??
    threshold
  )
}
