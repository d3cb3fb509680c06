import type { TakenAction } from '../../sql/actions.ts'
import { AppError } from '../errors.ts'
import { majorText, minorOf } from '../money.ts'
import type { ShopOrder } from '../shopify/orders.ts'

/** The characters of a reason that a note of the shop has room for. */
const ROOM = 150

/** What the shop shows beside what we did there; the key tells that it was this action. */
export const noteOf = ({ id, reason, idempotency_key: key }: TakenAction) =>
  `${reason.slice(0, ROOM)} (action ${id}, ${key})`

/** @throws AppError `conflict` for an order of which that much was sent */
export function mustNotBeSent(order: ShopOrder, sent: readonly string[]): void {
  if (!sent.includes(order.displayFulfillmentStatus)) return
  const part = order.displayFulfillmentStatus === 'FULFILLED' ? '' : 'in part '
  throw new AppError('conflict', `The order ${order.name} was ${part}sent already.`)
}

/** @throws AppError `conflict` for an order that was paid in another currency */
export function mustPayIn(order: ShopOrder, currency: string): void {
  if (order.currencyCode === currency && order.presentmentCurrencyCode === currency) return
  throw new AppError(
    'conflict',
    `The customer paid in ${order.presentmentCurrencyCode}, not in ${currency}. Do it in Shopify itself.`,
  )
}

/** What can still be given back, in major units. @throws AppError `conflict` for an order that was paid in another currency */
export function refundable(order: ShopOrder, currency: string): string {
  mustPayIn(order, currency)
  const left = order.transactions.map(({ kind, status, maximumRefundableV2: most }) =>
    (kind === 'SALE' || kind === 'CAPTURE') && status === 'SUCCESS' ? minorOf(most?.amount ?? '0', currency) : 0n,
  )
  return majorText(
    left.reduce((sum, one) => sum + one, 0n),
    currency,
  )
}
