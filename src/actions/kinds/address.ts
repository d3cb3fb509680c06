import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { changeShopAddress, type ShopAddress, shopAddress } from '../../shopify/order-address.ts'
import { findShopOrder } from '../../shopify/orders.ts'
import type { Executor } from '../executor.ts'
import { mustNotBeSent } from '../order-in-shop.ts'
import { NEW_VALUES } from '../values.ts'

/** As people read it: Shopify changes capitals, spaces and how telephone numbers are written. */
const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim().toLowerCase()
const digits = (text: string) => text.replaceAll(/\D/g, '')
const same = (field: string, one: string, other: string) =>
  field === 'phone' ? digits(one) === digits(other) : plain(one) === plain(other)

/** The fields in which two addresses differ, in words. */
const between = (is: ShopAddress, other: ShopAddress) =>
  Object.entries(is).flatMap(([field, value]) => {
    const expected = other[field as keyof ShopAddress]
    return same(field, value, expected)
      ? []
      : [`${field.replaceAll('_', ' ')} ${value || 'empty'}, not ${expected || 'empty'}`]
  })

/** Sends an order elsewhere. Done before: it goes there. */
export const address: Executor = {
  where: 'shop',
  undo: true,
  writes: [['write_orders']],
  what: 'changing an address',
  async run(admin, { old_value, new_value }) {
    const { order: number, ...wanted } = v.parse(NEW_VALUES.address, new_value)
    const { order: _, ...before } = v.parse(NEW_VALUES.address, old_value)
    const order = await findShopOrder(admin, number)
    const now = await shopAddress(admin, order.id)
    if (between(now, wanted).length > 0) {
      if (order.cancelledAt) throw new AppError('conflict', 'The order was cancelled in the shop meanwhile.')
      mustNotBeSent(order, ['FULFILLED'])
      const changed = between(now, before)
      if (changed.length > 0)
        throw new AppError(
          'conflict',
          `The address was changed in the shop after this was proposed: ${changed.join('; ')}. Ask for a new proposal.`,
        )
      await changeShopAddress(admin, order.id, wanted)
    }
    const shown = await shopAddress(admin, order.id)
    const off = between(shown, wanted)
    if (off.length > 0) throw new AppError('conflict', `The shop shows ${off.join('; ')}. Look at the order there.`)
    return { result: shown, changed: { order: order.id } }
  },
}
