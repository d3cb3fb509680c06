import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { addShopTags, removeShopTags, shopTags } from '../../shopify/order-tags.ts'
import { findShopOrder } from '../../shopify/orders.ts'
import type { Executor } from '../executor.ts'
import { NEW_VALUES } from '../values.ts'

/** Shopify holds tags that differ in capitals alone for the same one. */
const lacks = (tags: readonly string[]) => (tag: string) => !tags.some((one) => one.toLowerCase() === tag.toLowerCase())

/**
 * Adds and takes off the tags in which the two values differ. Tags are a set that others write to as well: what they add or take off
 * meanwhile is neither touched nor a reason to refuse, and doing it again changes nothing.
 */
export const tag: Executor = {
  where: 'shop',
  undo: true,
  writes: [['write_orders']],
  what: 'tagging an order',
  async run(admin, { old_value, new_value }) {
    const { order: number, tags: wanted } = v.parse(NEW_VALUES.tag, new_value)
    const { tags: before } = v.parse(NEW_VALUES.tag, old_value)
    const { id } = await findShopOrder(admin, number)
    const now = await shopTags(admin, id)
    const [added, removed] = [wanted.filter(lacks(before)), before.filter(lacks(wanted))]
    const [add, remove] = [added.filter(lacks(now)), removed.filter((one) => !lacks(now)(one))]
    if (add.length > 0) await addShopTags(admin, id, add)
    if (remove.length > 0) await removeShopTags(admin, id, remove)
    const shown = await shopTags(admin, id)
    const off = [...added.filter(lacks(shown)), ...removed.filter((one) => !lacks(shown)(one))]
    if (off.length > 0)
      throw new AppError('conflict', `The shop did not take the change of ${off.join(', ')}. Look at the order there.`)
    return { result: { tags: shown }, changed: { order: id } }
  },
}
