import { lockStores } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import { adSpendAtRates, ordersAtRates, type RateSpan } from '../../sql/fx-rates.ts'
import { bookAdSpend, bookOrders } from './book.ts'

/**
 * Re-books what was converted at exchange rates of these currencies and days: ad spend of accounts in other currencies than their store's,
 * and orders of goods that were bought in another currency. What is right already stays. Totals over stores need nothing: they are
 * converted when they are asked.
 * @returns the number of entries appended
 * @throws AppError `conflict` when a rate that is needed is not there, with the day and the pair
 */
export function rebookAtRates(sql: Sql, { rates, reason }: { rates: RateSpan[]; reason: string }): Promise<number> {
  if (rates.length === 0) return Promise.resolve(0)
  return transaction(sql, async (tx) => {
    const [spend, orders] = [await adSpendAtRates(tx, { rates }), await ordersAtRates(tx, { rates })]
    const store_ids = [...new Set([...spend, ...orders].map(({ store_id }) => store_id))]
    await lockStores(tx, { store_ids })
    let entries = 0
    for (const { store_id, ids } of spend) entries += await bookAdSpend(tx, { store_id, ad_spend_ids: ids, reason })
    for (const { store_id, ids } of orders) entries += await bookOrders(tx, { store_id, order_ids: ids, reason })
    return entries
  })
}
