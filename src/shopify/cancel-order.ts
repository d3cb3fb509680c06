import * as v from 'valibot'
import { AppError } from '../errors.ts'
import type { ShopifyAdmin } from './admin.ts'
import { mustBeFine, UserErrors } from './user-errors.ts'

export const CancelReason = v.picklist(['CUSTOMER', 'INVENTORY', 'FRAUD', 'DECLINED', 'STAFF', 'OTHER'])
export type CancelReason = v.InferOutput<typeof CancelReason>

const CANCEL = /* GraphQL */ `
  mutation CancelOrder(
    $id: ID!
    $reason: OrderCancelReason!
    $restock: Boolean!
    $notify: Boolean!
    $note: String!
    $refund: OrderCancelRefundMethodInput!
  ) {
    orderCancel(
      orderId: $id
      reason: $reason
      restock: $restock
      notifyCustomer: $notify
      staffNote: $note
      refundMethod: $refund
    ) {
      job {
        id
      }
      orderCancelUserErrors {
        code
        message
      }
    }
  }
`
const CANCELLATION = /* GraphQL */ `
  query Cancellation($job: ID!, $order: ID!) {
    job(id: $job) {
      done
    }
    order(id: $order) {
      cancelledAt
    }
  }
`
export const CANCEL_DOCUMENTS = [CANCEL, CANCELLATION]

const Cancelled = v.object({
  orderCancel: v.nullable(
    v.object({ job: v.nullable(v.object({ id: v.string() })), orderCancelUserErrors: UserErrors }),
  ),
})
const Cancellation = v.object({
  job: v.nullable(v.object({ done: v.boolean() })),
  order: v.nullable(v.object({ cancelledAt: v.nullable(v.string()) })),
})

/** Milliseconds before each look whether the shop is through: fifteen seconds in all. */
const LOOKS = [0, 200, 400, 800, 1_600, 3_000, 4_000, 5_000]

type Cancel = { reason: CancelReason; restock: boolean; notify: boolean; note: string }

/**
 * Calls an order off, gives all that is left back the way it was paid, and waits until the shop has done it. An order is cancelled only
 * once, so doing it again is refused by the shop.
 * @throws AppError `conflict` when the shop refuses; `unavailable` when it has not finished in fifteen seconds
 */
export async function cancelShopOrder({ ask }: ShopifyAdmin, id: string, cancel: Cancel): Promise<void> {
  const { orderCancel } = await ask(
    CANCEL,
    { id, ...cancel, refund: { originalPaymentMethodsRefund: true } },
    Cancelled,
  )
  mustBeFine(orderCancel?.orderCancelUserErrors)
  const begun = orderCancel?.job?.id
  if (!begun) throw new AppError('unavailable', 'The shop did not say whether it cancels the order.')
  for (const pause of LOOKS) {
    await Bun.sleep(pause)
    const { job, order } = await ask(CANCELLATION, { job: begun, order: id }, Cancellation)
    if (order?.cancelledAt) return
    if (job?.done)
      throw new AppError('conflict', 'Shopify began to cancel the order and did not do it. Look at the order there.')
  }
  throw new AppError('unavailable', 'The shop is still cancelling the order. Approve again in a moment to see it.')
}
