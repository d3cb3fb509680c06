import { findOrderTarget, refundEffect } from '../../sql/action-targets.ts'
import type { Effect } from '../../sql/actions.ts'
import type { Sql } from '../../sql/connect.ts'
import { storeScope } from '../access.ts'
import { AppError } from '../errors.ts'
import { mustBeExecutable } from './executors.ts'
import type { Drawn, OfOrder, Proposal } from './proposal.ts'

/** What a proposal about an order changes. @throws AppError when there is no such order, or the store cannot do it */
export async function drawOrder(sql: Sql, proposal: Extract<Proposal, OfOrder & { order: string }>): Promise<Drawn> {
  const number = proposal.order.replace(/^#/, '')
  const { store_ids, name } = await storeScope(sql, proposal.store)
  const order = await findOrderTarget(sql, { store_ids, number })
  if (!order)
    throw new AppError(
      'not_found',
      `There is no single order ${number} in ${name}. Look it up with find_orders, and name the store when several have one.`,
    )
  await mustBeExecutable(sql, proposal.kind, { id: order.store_id, slug: order.store })
  if (order.status !== 'placed') throw new AppError('conflict', `The order ${number} is ${order.status}.`)
  const { refunded, left, currency, country } = order
  const drawn = (old_value: object, new_value: object, effect: Effect[] = []): Drawn => ({
    store_id: order.store_id,
    order_id: order.id,
    product_id: null,
    product_ids: order.product_ids,
    target: `order ${number} of ${order.store}`,
    old_value,
    new_value: { order: number, ...new_value },
    effect,
  })
  switch (proposal.kind) {
    case 'refund': {
      const {
        amount: effect,
        fits,
        exact,
      } = await refundEffect(sql, { order_id: order.id, amount: proposal.amount ?? left, left })
      if (!fits)
        throw new AppError(
          'invalid',
          `A refund of ${proposal.amount ?? left} ${currency} does not fit: ${left} ${currency} of the order ${number} can still be refunded.`,
        )
      return drawn(
        { refunded, left, currency },
        { amount: exact, currency, notify_customer: proposal.notify_customer ?? false },
        [{ amount: effect, currency, basis: 'this order, tax left out' }],
      )
    }
    case 'cancel':
      return drawn(
        { status: order.status, refunded, left, currency },
        { amount: left, currency, notify_customer: proposal.notify_customer ?? false },
        [
          {
            amount: order.profit_without,
            currency,
            basis: 'this order, goods back on the shelf, shipping and fees kept',
          },
        ],
      )
    case 'address': {
      const { kind: _, order: __, store: ___, ...address } = proposal
      return drawn({ country }, address)
    }
    case 'note':
      return drawn({}, { note: proposal.note })
  }
  return drawn({}, { number: proposal.number, company: proposal.company })
}
