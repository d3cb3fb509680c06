import type * as v from 'valibot'
import { transaction, type Sql } from '../../../../sql/connect.ts'
import {
  type Compared,
  type Explained,
  saveOrderDifferences,
  saveReconciledDays,
  saveReconciledFigures,
} from '../../../../sql/reconciled.ts'
import type { ReconciliationSource } from '../../../../sql/reconciliation.ts'

export type Reconciliation = {
  store_id: number
  source: v.InferOutput<typeof ReconciliationSource>
  days: readonly Compared[]
  orders: readonly Explained[]
  now: Date
}

/** Notes what became of days, in place of what was found of them before: a difference that is mended is gone. */
export function saveReconciliation(sql: Sql, { store_id, source, days, orders, now }: Reconciliation): Promise<void> {
  return transaction(sql, async (tx) => {
    const compared = JSON.stringify(days)
    await saveReconciledDays(tx, { store_id, source, days: compared, now })
    await saveReconciledFigures(tx, { store_id, days: compared })
    await saveOrderDifferences(tx, { store_id, days: days.map(({ day }) => day), orders: JSON.stringify(orders), now })
  })
}
