import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { setShopStock, shopStock } from '../../shopify/variants.ts'
import type { Executor } from '../executor.ts'
import { NEW_VALUES } from '../values.ts'

/**
 * Sets what is on stock in a place. The shop itself compares with what the proposal showed, and knows our key: asked again after it has
 * done it, it says so, even when some were sold since.
 */
export const inventory: Executor = {
  where: 'shop',
  undo: true,
  writes: [['write_inventory'], ['read_locations']],
  what: 'changing what is on stock',
  async run(admin, { id, idempotency_key: key, old_value, new_value }) {
    const { available: to, location, shop } = v.parse(NEW_VALUES.inventory, new_value)
    const { available: from } = v.parse(NEW_VALUES.inventory, old_value)
    const { variant, item, location: at } = shop
    const document = `gid://dealdome/Action/${id}`
    const set = await setShopStock(admin, { item, location: at, from, to, key, document })
    const { product, places } = await shopStock(admin, variant)
    const now = places.find((place) => place.id === at)?.available
    if (!set)
      throw new AppError(
        'conflict',
        `${location} has ${now ?? 'none'} on stock in the shop by now, not ${from}. Ask for a new proposal.`,
      )
    if (now === undefined) throw new AppError('conflict', `The shop shows no stock in ${location}. Look there.`)
    return { result: { set_to: to, available: now, location }, changed: { product } }
  },
}
