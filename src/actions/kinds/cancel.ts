import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { minorOf } from '../../money.ts'
import { cancelShopOrder } from '../../shopify/cancel-order.ts'
import { findShopOrder } from '../../shopify/orders.ts'
import type { Executor } from '../executor.ts'
import { mustNotBeSent, noteOf, refundable } from '../order-in-shop.ts'
import { NEW_VALUES } from '../values.ts'

/** Calls an order off and gives back what the proposal says. Done before: the note of the cancellation carries our key. */
export const cancel: Executor = {
  where: 'shop',
  undo: false,
  writes: [['write_orders']],
  what: 'cancelling an order',
  async run(admin, action) {
    const { idempotency_key: key, new_value } = action
    const { order: number, amount, currency, notify_customer, restock, because } = v.parse(NEW_VALUES.cancel, new_value)
    const before = await findShopOrder(admin, number)
    if (!before.cancelledAt) {
      mustNotBeSent(before, ['FULFILLED', 'PARTIALLY_FULFILLED'])
      const left = refundable(before, currency)
      if (minorOf(left, currency) !== minorOf(amount, currency))
        throw new AppError(
          'conflict',
          `The shop would give back ${left} ${currency} by now, not ${amount}. Ask for a new proposal.`,
        )
      const note = noteOf(action)
      await cancelShopOrder(admin, before.id, { reason: because, restock, notify: notify_customer, note })
    }
    const after = await findShopOrder(admin, number)
    if (!after.cancelledAt) throw new AppError('conflict', 'The shop does not show the order as cancelled. Look there.')
    if (!after.cancellation?.staffNote?.includes(key))
      throw new AppError('conflict', 'The order was cancelled in the shop meanwhile, by somebody else.')
    const left = refundable(after, currency)
    if (minorOf(left, currency) !== 0n)
      throw new AppError('conflict', `The order is cancelled, and ${left} ${currency} were not given back. Look there.`)
    return {
      result: { cancelled_at: after.cancelledAt, amount, currency, restocked: restock },
      changed: { order: after.id },
    }
  },
}
