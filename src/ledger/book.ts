import { appendAdSpendEntries, appendOrderEntries, lockStores } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'

/** Orders per statement: keeps the memory of one statement small however long the history is. */
const BATCH = 5_000

/**
 * Books orders of one store into the ledger, or re-books them: entries that are already right stay, the rest is appended as a
 * restatement with `reason`. The rollups follow in the same transaction.
 * @returns the number of entries appended; 0 when nothing changed
 */
export function bookOrders(
  sql: Sql,
  booking: { store_id: number; order_ids: number[]; reason: string; onProgress?: (orders: number) => void },
): Promise<number> {
  return transaction(sql, async (tx) => {
    await lockStores(tx, { store_ids: [booking.store_id] })
    let appended = 0
    for (let from = 0; from < booking.order_ids.length; from += BATCH) {
      const order_ids = booking.order_ids.slice(from, from + BATCH)
      appended += await appendOrderEntries(tx, { order_ids, reason: booking.reason })
      booking.onProgress?.(from + order_ids.length)
    }
    return appended
  })
}

/** Books rows of ad spend of one store, or re-books them after the platform restated a day. */
export function bookAdSpend(
  sql: Sql,
  booking: { store_id: number; ad_spend_ids: number[]; reason: string },
): Promise<number> {
  return transaction(sql, async (tx) => {
    await lockStores(tx, { store_ids: [booking.store_id] })
    return appendAdSpendEntries(tx, { ad_spend_ids: booking.ad_spend_ids, reason: booking.reason })
  })
}
