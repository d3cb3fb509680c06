import { allowBulkMemory } from '../sql/booking.ts'
import { type Sql, transaction } from '../sql/connect.ts'
import {
  createDemoAdSpend,
  createDemoOrders,
  createDemoProducts,
  createDemoRates,
  createDemoRefunds,
  createDemoRules,
  createDemoStores,
  findDemo,
  noteDemoUntil,
  startDemo,
} from '../sql/demo.ts'
import { addMonths, addDays, dayIn } from './day.ts'
import { bookAdSpend, bookOrders } from './ledger/book.ts'

const MONTHS = 18

/**
 * Makes the demo workspace where no store has been set up yet, or carries one on until `now`. Leaves a workspace with real stores alone.
 * @param onProgress gets what is being made, in a few words
 * @returns the number of orders made; undefined when there was nothing to do
 */
export function ensureDemo(
  sql: Sql,
  { now, onProgress = () => {} }: { now: Date; onProgress?: (what: string) => void },
): Promise<number | undefined> {
  return transaction(sql, async (tx) => {
    const found = await findDemo(tx, {})
    if (!found || (found.stores > 0 && !found.demo_until)) return undefined
    const to = dayIn('Europe/London', now) // The last of the three stores to begin a day.
    const demo_from = found.demo_from ?? addDays(addMonths(to, -MONTHS), 1)
    await allowBulkMemory(tx, {})
    if (!found.demo_until) {
      onProgress('stores, products and costs')
      await startDemo(tx, { name: 'Fernhill', from: demo_from })
      await createDemoStores(tx, {})
      await createDemoProducts(tx, { demo_from })
      await createDemoRules(tx, { demo_from })
    }
    const days = { from: found.demo_until ?? demo_from, to, demo_from, now }
    await createDemoRates(tx, days)
    onProgress('orders')
    const placed = await createDemoOrders(tx, days)
    const returned = await createDemoRefunds(tx, days)
    const spent = await createDemoAdSpend(tx, days)
    const orders = placed.reduce((sum, { order_ids }) => sum + order_ids.length, 0)
    for (const { store_id, ad_spend_ids } of spent)
      await bookAdSpend(tx, { store_id, ad_spend_ids, reason: 'restated by the platform' })
    let booked = 0
    for (const { store_id, order_ids } of placed) {
      await bookOrders(tx, {
        store_id,
        order_ids,
        reason: 'demo',
        onProgress: (done) => onProgress(`the ledger: ${booked + done} of ${orders} orders`),
      })
      booked += order_ids.length
    }
    const fresh = new Set(placed.flatMap(({ order_ids }) => order_ids))
    for (const { store_id, order_ids } of returned)
      await bookOrders(tx, { store_id, order_ids: order_ids.filter((id) => !fresh.has(id)), reason: 'refunded' })
    await noteDemoUntil(tx, { until: to })
    return orders
  })
}
