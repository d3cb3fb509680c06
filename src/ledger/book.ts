import { type NewAdSpend, upsertAdSpend } from '../../sql/ad-spend.ts'
import { appendAdSpendEntries, appendOrderEntries, lockStores, lockStoresNamed } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import type { Outcome } from '../../sql/upserts.ts'

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

/**
 * Saves rows under the booking locks of the stores that they name, until the end of the open transaction. The lock and the statement of `save` are
 * sent together and carried out one after the other, so that who waits for the lock waits for one way to the database less.
 */
export async function saveUnderLock<T>(
  sql: Sql,
  rows: readonly { store: string }[],
  save: () => Promise<T>,
): Promise<T> {
  const slugs = [...new Set(rows.map(({ store }) => store))]
  const [, saved] = await Promise.all([lockStoresNamed(sql, { slugs }), save()])
  return saved
}

/**
 * Creates or replaces rows of ad spend of any stores and books what changed: the daily figures follow in the same transaction.
 * @param given.rows each with a number of its own, by which the outcomes are told
 * @returns what became of each row, in order of their numbers; rejected ones with the reason
 */
export function saveAdSpend(sql: Sql, given: { rows: NewAdSpend[]; reason: string }): Promise<Outcome[]> {
  return transaction(sql, async (tx) => {
    const outcomes = await saveUnderLock(tx, given.rows, () => upsertAdSpend(tx, { rows: given.rows }))
    const ad_spend_ids = outcomes.flatMap(({ result, id }) =>
      id !== null && (result === 'created' || result === 'updated') ? [id] : [],
    )
    if (ad_spend_ids.length > 0) await appendAdSpendEntries(tx, { ad_spend_ids, reason: given.reason })
    return outcomes
  })
}
