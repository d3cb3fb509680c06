import * as v from 'valibot'
import { AppError } from '../errors.ts'
import type { ShopifyAdmin } from './admin.ts'
import { mustBeFine, UserErrors } from './user-errors.ts'

const PARCELS = /* GraphQL */ `
  query OrderParcels($id: ID!) {
    order(id: $id) {
      fulfillments(first: 50) {
        id
        status
        trackingInfo(first: 5) {
          number
          company
        }
      }
    }
  }
`
const TRACK = /* GraphQL */ `
  mutation TrackParcel($id: ID!, $tracking: FulfillmentTrackingInput!) {
    fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: true) {
      userErrors {
        message
      }
    }
  }
`
export const TRACKING_DOCUMENTS = [PARCELS, TRACK]

const Tracking = v.object({ number: v.nullable(v.string()), company: v.nullable(v.string()) })
const Parcels = v.object({
  order: v.nullable(
    v.object({
      fulfillments: v.array(v.object({ id: v.string(), status: v.string(), trackingInfo: v.array(Tracking) })),
    }),
  ),
})
/** Something that was sent; empty where it has no number. */
export type Parcel = { id: string; number: string; company: string }

/** What was sent of an order; what was called off or failed is left out. */
export async function shopParcels({ ask }: ShopifyAdmin, id: string): Promise<Parcel[]> {
  const { order } = await ask(PARCELS, { id }, Parcels)
  if (!order) throw new AppError('not_found', 'The shop does not have the order any more.')
  return order.fulfillments.flatMap(({ id, status, trackingInfo: [first] }) =>
    ['CANCELLED', 'ERROR', 'FAILURE'].includes(status)
      ? []
      : [{ id, number: first?.number ?? '', company: first?.company ?? '' }],
  )
}

/** Notes the tracking number of a parcel, and has the shop mail it to the customer. @throws AppError `conflict` when the shop refuses */
export async function trackParcel({ ask }: ShopifyAdmin, { id, number, company }: Parcel): Promise<void> {
  const { fulfillmentTrackingInfoUpdate: done } = await ask(
    TRACK,
    { id, tracking: { number, company } },
    v.object({ fulfillmentTrackingInfoUpdate: v.nullable(v.object({ userErrors: UserErrors })) }),
  )
  mustBeFine(done?.userErrors)
}
