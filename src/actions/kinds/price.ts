import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { minorOf } from '../../money.ts'
import { changeShopPrice, shopPrice } from '../../shopify/variants.ts'
import type { Executor } from '../executor.ts'
import { NEW_VALUES } from '../values.ts'

/** Sets the price of a SKU. Done before: it costs that. */
export const price: Executor = {
  where: 'shop',
  undo: true,
  writes: [['write_products']],
  what: 'changing a price',
  async run(admin, { old_value, new_value }) {
    const { price: wanted, currency, shop } = v.parse(NEW_VALUES.price, new_value)
    const before = v.parse(NEW_VALUES.price, old_value)
    const same = (one: string, other: string) => minorOf(one, currency) === minorOf(other, currency)
    const now = await shopPrice(admin, shop.variant)
    if (!same(now.price, wanted)) {
      if (!same(now.price, before.price))
        throw new AppError(
          'conflict',
          `The price in the shop is ${now.price} ${currency} by now, not ${before.price}. Ask for a new proposal.`,
        )
      await changeShopPrice(admin, { product: now.product, variant: shop.variant, price: wanted })
    }
    const shown = await shopPrice(admin, shop.variant)
    if (!same(shown.price, wanted))
      throw new AppError('conflict', `The shop shows the price ${shown.price} ${currency}. Look there.`)
    return { result: { price: shown.price, currency }, changed: { product: shown.product } }
  },
}
