import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { minorOf } from '../../money.ts'
import { findShopOrder, refundShopOrder } from '../../shopify/orders.ts'
import type { Executor } from '../executor.ts'
import { mustPayIn, noteOf } from '../order-in-shop.ts'
import { NEW_VALUES } from '../values.ts'

/** Gives money back on one payment. Done before: a refund whose note carries our key. */
export const refund: Executor = {
  where: 'shop',
  undo: false,
  writes: [['write_orders']],
  what: 'giving money back',
  async run(admin, action) {
    const { idempotency_key: key, new_value, created_at } = action
    const { order: number, amount, currency, notify_customer } = v.parse(NEW_VALUES.refund, new_value)
    const order = await findShopOrder(admin, number)
    if (!order.refunds.some(({ note }) => note?.includes(key))) {
      mustPayIn(order, currency)
      if (order.cancelledAt) throw new AppError('conflict', 'The order was cancelled in the shop meanwhile.')
      const other = order.refunds.find(({ createdAt }) => createdAt && Date.parse(createdAt) > created_at.getTime())
      if (other) {
        const money = other.totalRefundedSet.shopMoney
        throw new AppError(
          'conflict',
          `${money.amount} ${money.currencyCode} were given back in the shop after this was proposed. Ask for a new proposal.`,
        )
      }
      const payment = order.transactions.find(
        ({ kind, status, maximumRefundableV2 }) =>
          (kind === 'SALE' || kind === 'CAPTURE') &&
          status === 'SUCCESS' &&
          minorOf(maximumRefundableV2?.amount ?? '0', currency) >= minorOf(amount, currency),
      )
      if (!payment?.gateway)
        throw new AppError('conflict', `No payment of the order ${number} has ${amount} ${currency} left to refund.`)
      await refundShopOrder(admin, order.id, {
        amount,
        currency,
        key,
        note: noteOf(action),
        notify: notify_customer,
        transactions: [{ id: payment.id, gateway: payment.gateway, amount }],
      })
    }
    const done = (await findShopOrder(admin, number)).refunds.find(({ note }) => note?.includes(key))
    const money = done?.totalRefundedSet.shopMoney
    if (!money || minorOf(money.amount, currency) !== minorOf(amount, currency))
      throw new AppError(
        'conflict',
        `The shop shows ${money?.amount ?? 'no'} ${currency} for this refund. Look at the order there.`,
      )
    return {
      result: { refund_id: done.id, amount: money.amount, currency: money.currencyCode },
      changed: { order: order.id },
    }
  },
}
