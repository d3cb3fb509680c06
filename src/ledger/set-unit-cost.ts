import { lockStores } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import { addProductCost, cutProductCosts, ordersOfProduct } from '../../sql/product-costs.ts'
import { bookOrders } from './book.ts'

/**
 * Sets the unit cost of a product on the days `from`..`to` (both included, null is open) and restates every order it touches.
 * Costs of other days stay as they are.
 * @param cost.unit_cost major units of `currency` as decimal text
 * @param cost.store_ids every store that sells the product
 * @returns the number of ledger entries appended
 */
export function setUnitCost(
  sql: Sql,
  cost: {
    product_id: number
    store_ids: number[]
    unit_cost: string
    currency: string
    from: string | null
    to: string | null
    reason: string
  },
): Promise<number> {
  const { product_id, from, to } = cost
  return transaction(sql, async (tx) => {
    // Before the orders are looked up: an import that is under way holds this lock and has read the old cost.
    await lockStores(tx, { store_ids: cost.store_ids })
    for (const rest of await cutProductCosts(tx, { product_id, from, to })) {
      await addProductCost(tx, { product_id, ...rest })
    }
    await addProductCost(tx, { product_id, from, to, unit_cost: cost.unit_cost, currency: cost.currency })
    let appended = 0
    for (const { store_id, order_ids } of await ordersOfProduct(tx, { product_id, from, to })) {
      appended += await bookOrders(tx, { store_id, order_ids, reason: cost.reason })
    }
    return appended
  })
}
