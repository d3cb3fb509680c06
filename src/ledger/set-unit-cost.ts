import type * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import {
  addProductCost,
  costEffect,
  cutProductCosts,
  newestEntry,
  ordersOfProduct,
  type ProductCost,
  profitOfMonths,
  storesOfProduct,
} from '../../sql/product-costs.ts'
import { jsonRows } from '../../sql/query.ts'
import { AppError } from '../errors.ts'
import { bookOrders } from './book.ts'

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
export function setUnitCost(sql: Sql, cost: UnitCost & { store_ids: number[] }): Promise<number> {
  const { product_id, unit_cost, currency, from, to } = cost
  const costs = cost.costs ?? (unit_cost === null ? [] : [{ from, to, unit_cost, currency }])
  return transaction(sql, async (tx) => {
    // Before the orders are looked up: an import that is under way holds this lock and has read the old cost.
    await lockStores(tx, { store_ids: cost.store_ids })
    for (const rest of await cutProductCosts(tx, { product_id, from, to })) {
      await addProductCost(tx, { product_id, ...rest })
    }
    for (const part of costs) await addProductCost(tx, { product_id, ...part })
    let appended = 0
    for (const { store_id, order_ids } of await ordersOfProduct(tx, { product_id, from, to })) {
      appended += await bookOrders(tx, { store_id, order_ids, reason: cost.reason })
    }
    return appended
  }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === '22003')) throw error
    const sentence = `The unit_cost ${unit_cost} ${currency} makes figures that are too large. Check the amount and its currency.`
    throw new AppError('invalid', sentence, { cause: error })
  })
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
export async function previewUnitCost(sql: Sql, cost: UnitCost & { now: Date }): Promise<string> {
  const takeBack = new Error('a preview is taken back')
  let effect = ''
  await transaction(sql, async (tx) => {
    effect = await restateUnitCost(tx, cost)
    throw takeBack
  }).catch((error: unknown) => {
    if (error !== takeBack) throw error
  })
  return effect
}
