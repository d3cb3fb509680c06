import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { findShopOrder } from '../../shopify/orders.ts'
import { shopParcels, trackParcel } from '../../shopify/tracking.ts'
import type { Executor } from '../executor.ts'
import { NEW_VALUES } from '../values.ts'

/** Notes a tracking number and has the shop mail it. Done before: the parcel has the number, so that the customer is mailed once. */
export const trackingMail: Executor = {
  where: 'shop',
  undo: false,
  writes: [
    [
      'write_merchant_managed_fulfillment_orders',
      'write_assigned_fulfillment_orders',
      'write_third_party_fulfillment_orders',
    ],
  ],
  what: 'noting a tracking number',
  async run(admin, { old_value, new_value }) {
    const { order: number, number: wanted, company, shop } = v.parse(NEW_VALUES.tracking_mail, new_value)
    const before = v.parse(NEW_VALUES.tracking_mail, old_value)
    const order = await findShopOrder(admin, number)
    const parcel = async () => {
      const found = (await shopParcels(admin, order.id)).find(({ id }) => id === shop.parcel)
      if (!found) throw new AppError('conflict', 'The parcel was called off in the shop meanwhile.')
      return found
    }
    const now = await parcel()
    if (now.number !== wanted || now.company !== company) {
      if (now.number !== before.number || now.company !== before.company)
        throw new AppError(
          'conflict',
          `The parcel has the tracking number ${now.number || 'none'} of ${now.company || 'nobody'} in the shop by now. Ask for a new proposal.`,
        )
      await trackParcel(admin, { id: shop.parcel, number: wanted, company })
    }
    const shown = await parcel()
    if (shown.number !== wanted)
      throw new AppError('conflict', `The shop shows the tracking number ${shown.number || 'none'}. Look there.`)
    return { result: { number: shown.number, company: shown.company }, changed: { order: order.id } }
  },
}
