import type * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import {
  addProductCost,
  costEffect,
  cutProductCosts,
  newestEntry,
  ordersOfProducts,
  type ProductCost,
  profitOfMonths,
  storesOfProduct,
} from '../../sql/product-costs.ts'
import { jsonRows } from '../../sql/query.ts'
import { bookOrders } from './book.ts'
import { takenBack } from './taken-back.ts'
import { orTooLarge } from './too-large.ts'

type UnitCost = {
  product_id: number
  unit_cost: string | null
  currency: string
  from: string | null
  to: string | null
  reason: string
  /** Several costs within the days, in place of one for all of them. */
  costs?: v.InferOutput<typeof ProductCost>[]
}

/**
 * Sets the unit cost of a product on the days `from`..`to` (both included, null is open) and restates every order it touches.
 * Costs of other days stay as they are.
 * @param cost.unit_cost major units of `currency` as decimal text; null: no cost is known on these days
 * @param cost.store_ids every store that sells the product
 * @returns the number of ledger entries appended
 * @throws AppError `invalid` for a cost that makes figures beyond what can be stored
 */
export const setUnitCost = (sql: Sql, { reason, store_ids, ...cost }: UnitCost & { store_ids: number[] }) =>
  setUnitCosts(sql, { spans: [cost], store_ids, reason })

/** Sets several unit costs, one after the other, and restates every order that they touch once. Otherwise like `setUnitCost`. */
export function setUnitCosts(
  sql: Sql,
  { spans, store_ids, reason }: { spans: Omit<UnitCost, 'reason'>[]; store_ids: number[]; reason: string },
): Promise<number> {
  return transaction(sql, async (tx) => {
    // Before the orders are looked up: an import that is under way holds this lock and has read the old cost.
    await lockStores(tx, { store_ids })
    for (const { product_id, from, to, unit_cost, currency, ...within } of spans) {
      const costs = within.costs ?? (unit_cost === null ? [] : [{ from, to, unit_cost, currency }])
      for (const rest of await cutProductCosts(tx, { product_id, from, to }))
        await addProductCost(tx, { product_id, ...rest })
      for (const part of costs) await addProductCost(tx, { product_id, ...part, source: reason })
    }
    let appended = 0
    for (const { store_id, order_ids } of await ordersOfProducts(tx, { spans }))
      appended += await bookOrders(tx, { store_id, order_ids, reason })
    return appended
  }).catch(
    orTooLarge(
      spans.length === 1
        ? `The unit_cost ${spans[0]?.unit_cost} ${spans[0]?.currency} makes`
        : 'One of the unit costs makes',
    ),
  )
}

/**
 * Sets a unit cost as `setUnitCost` does, in all stores of the product that the asker sees.
 * @returns the `CostEffect` as JSON text: which orders it touched and what that does to the net profit of their months
 */
export function restateUnitCost(sql: Sql, { now, ...cost }: UnitCost & { now: Date }): Promise<string> {
  const { product_id, from, to } = cost
  return transaction(sql, async (tx) => {
    const store_ids = (await storesOfProduct(tx, { product_id })).map(({ id }) => id)
    await lockStores(tx, { store_ids })
    const before = await profitOfMonths(tx, { product_id, from, to, store_ids, now })
    const { id: since } = await newestEntry(tx, {})
    await setUnitCost(tx, { ...cost, store_ids })
    const effect = await jsonRows(tx, costEffect, { store_ids, since, before, now })
    return effect.slice(1, -1)
  })
}

/** What `restateUnitCost` would answer: it is done for real and then taken back, so that the two cannot differ. */
export const previewUnitCost = (sql: Sql, cost: UnitCost & { now: Date }): Promise<string> =>
  takenBack(sql, (tx) => restateUnitCost(tx, cost))
