import { findOrderTarget, refundEffect } from '../../sql/action-targets.ts'
import type { Effect } from '../../sql/actions.ts'
import type { Sql } from '../../sql/connect.ts'
import { storeScope } from '../access.ts'
import { AppError } from '../errors.ts'
import { mustBeExecutable } from './executors.ts'
import type { Drawn, OfOrder, Proposal } from './proposal.ts'

export type OrderTarget = NonNullable<Awaited<ReturnType<typeof findOrderTarget>>>

/** The order that a proposal is about. @throws AppError when there is no such order, or the store cannot do it */
export async function orderOf(sql: Sql, { kind, order: asked, store }: Proposal & OfOrder): Promise<OrderTarget> {
  const number = asked.replace(/^#/, '')
  const { store_ids, name } = await storeScope(sql, store)
  const order = await findOrderTarget(sql, { store_ids, number })
  if (!order)
    throw new AppError(
      'not_found',
      `There is no single order ${number} in ${name}. Look it up with find_orders, and name the store when several have one.`,
    )
  await mustBeExecutable(sql, kind, { id: order.store_id, slug: order.store })
  if (order.status !== 'placed') throw new AppError('conflict', `The order ${number} is ${order.status}.`)
  return order
}

/** A proposal about an order, with the values from and to which it goes. */
export const drawnOf = (order: OrderTarget, old_value: object, new_value: object, effect: Effect[] = []): Drawn => ({
  store_id: order.store_id,
  order_id: order.id,
  product_id: null,
  product_ids: order.product_ids,
  target: `order ${order.number} of ${order.store}`,
  old_value,
  new_value: { order: order.number, ...new_value },
  effect,
})

type FromTheBooks = Extract<Proposal, { kind: 'refund' | 'note' }>

/** What a proposal changes that our own books know enough for. @throws AppError when there is no such order, or the store cannot do it */
export async function drawOrder(sql: Sql, proposal: FromTheBooks): Promise<Drawn> {
  const order = await orderOf(sql, proposal)
  if (proposal.kind === 'note') return drawnOf(order, {}, { note: proposal.note })
  const { refunded, left, currency, number } = order
  const asked = proposal.amount ?? left
  const { amount: effect, fits, exact } = await refundEffect(sql, { order_id: order.id, amount: asked, left })
  if (!fits)
    throw new AppError(
      'invalid',
      `A refund of ${asked} ${currency} does not fit: ${left} ${currency} of the order ${number} can still be refunded.`,
    )
  return drawnOf(
    order,
    { refunded, left, currency },
    { amount: exact, currency, notify_customer: proposal.notify_customer ?? false },
    [{ amount: effect, currency, basis: 'this order, tax left out' }],
  )
}
