import { lockAdAccount } from '../../sql/ad-accounts.ts'
import { accountsAtRates } from '../../sql/ad-insights.ts'
import { lockStores } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import { adSpendAtRates, ordersAtRates, type RateSpan } from '../../sql/fx-rates.ts'
import { bookInsights } from './book-insights.ts'
import { bookAdSpend, bookOrders } from './book.ts'

/**
 * Re-books what was converted at exchange rates of these currencies and days: ad spend of accounts in other currencies than their store's,
 * and orders of goods that were bought in another currency. What is right already stays. Totals over stores need nothing: they are
 * converted when they are asked. What an ad platform said and could
 * not be booked for want of a rate is booked now.
 * @returns the number of entries appended
 * @throws AppError `conflict` when a rate that is needed is not there, with the day and the pair
 */
export function rebookAtRates(sql: Sql, { rates, reason }: { rates: RateSpan[]; reason: string }): Promise<number> {
  if (rates.length === 0) return Promise.resolve(0)
  return transaction(sql, async (tx) => {
    const [spend, orders] = [await adSpendAtRates(tx, { rates }), await ordersAtRates(tx, { rates })]
    const accounts = await accountsAtRates(tx, { rates })
    // Always accounts before stores.
    for (const { account_id: id } of accounts) await lockAdAccount(tx, { id })
    const store_ids = [
      ...[...spend, ...orders].map(({ store_id }) => store_id),
      ...accounts.flatMap((account) => account.store_ids),
    ]
    await lockStores(tx, { store_ids: [...new Set(store_ids)] })
    for (const { account_id, from, to } of accounts) await bookInsights(tx, { account_id, from, to, reason })
    let entries = 0
    for (const { store_id, ids } of spend) entries += await bookAdSpend(tx, { store_id, ad_spend_ids: ids, reason })
    for (const { store_id, ids } of orders) entries += await bookOrders(tx, { store_id, order_ids: ids, reason })
    return entries
  })
}
