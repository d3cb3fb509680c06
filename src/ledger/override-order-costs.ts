import type { Sql } from '../../sql/connect.ts'
import { findOrderOverrides, type OrderOverrides, writeOrderOverrides } from '../../sql/order-overrides.ts'
import { AppError } from '../errors.ts'
import { bookOrders } from './book.ts'
import { amountIn } from './save-fixed-costs.ts'
import { orTooLarge } from './too-large.ts'

export type AskedOverrides = {
  shipping_cost?: string | null | undefined
  transaction_fees?: string | null | undefined
  lines?: { line_no: number; unit_cost: string | null }[] | undefined
  reason?: string | undefined
}

/**
 * Says what one order costs, before its source, unit costs and rules; null takes that back. The order is restated. Its store must be
 * locked.
 * @throws AppError `invalid` for a line that does not sell or take back goods
 */
export async function overrideOrderCosts(sql: Sql, old: OrderOverrides, asked: AskedOverrides): Promise<void> {
  const { order_id, store_id, number, currency } = old
  const lines = asked.lines ?? []
  const goods = new Set(old.lines.map(({ line_no }) => line_no))
  const unknown = lines.find(({ line_no }) => !goods.has(line_no))
  if (unknown) throw new AppError('invalid', `Order ${number} has no line ${unknown.line_no} of goods.`)
  const exact = async (amount: string | null) => (amount === null ? null : amountIn(sql, amount, currency))
  await writeOrderOverrides(sql, {
    order_id,
    shipping_cost: await exact(asked.shipping_cost === undefined ? old.shipping_cost : asked.shipping_cost),
    transaction_fees: await exact(asked.transaction_fees === undefined ? old.transaction_fees : asked.transaction_fees),
    lines,
  })
  const reason = asked.reason ?? 'costs of the order said by hand'
  await bookOrders(sql, { store_id, order_ids: [order_id], reason }).catch(orTooLarge('These costs make'))
}

/** @throws AppError `not_found` */
export async function overridesOf(sql: Sql, id: number): Promise<OrderOverrides> {
  const found = await findOrderOverrides(sql, { id })
  if (!found) throw new AppError('not_found', `There is no order with the id ${id}.`)
  return found
}
