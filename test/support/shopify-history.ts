import type { startShopify } from './shopify.ts'
import { cancel, edit, itemsOf, refund } from './shopify-changes.ts'
import { leftOf, type NewOrder } from './shopify-objects.ts'

type Shop = ReturnType<ReturnType<typeof startShopify>['shop']>

/** Numbers below a limit that look random and are the same each time. */
export function dice(seed: number) {
  let state = seed
  return (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * limit)
  }
}

/**
 * So many orders over two years, as shops have them: one to six lines with discounts, shipping, tips, gift cards, tax in the prices or on
 * top, fees of Shopify Payments or none; one in nine with refunds, edits or a cancellation; some tests and voided ones.
 */
export function aHistory(shop: Shop, orders: number, seed = 20_260_401): void {
  const below = dice(seed)
  const start = Date.UTC(2024, 3, 1)
  const step = (730 * 86_400_000) / orders
  const price = () => `${below(80)}.${String(below(100)).padStart(2, '0')}`
  const skus = Math.max(20, Math.round(orders / 50))
  for (let at = 0; at < orders; at++) {
    const time = start + Math.floor(at * step)
    const later = (days: number) => new Date(time + days * 86_400_000).toISOString()
    const paid = below(5) > 0
    const order: NewOrder = {
      at: later(0),
      lines: Array.from({ length: 1 + below(6) }, () => {
        const quantity = 1 + below(3)
        const amount = price()
        return {
          sku: `SKU-${below(skus)}`,
          quantity,
          price: amount,
          discount: below(4) === 0 ? (Number(amount) * 0.1).toFixed(2) : '0',
        }
      }),
      tax: [0, 9, 21][below(3)]!,
      taxesIncluded: below(2) === 0,
      gateway: paid ? 'shopify_payments' : 'paypal',
      fee: paid ? `0.${String(10 + below(90))}` : null,
      country: ['NL', 'BE', 'DE'][below(3)]!,
      ...(below(3) > 0 && { shipping: '4.95' }),
      ...(below(40) === 0 && { tip: '2.50' }),
      ...(below(200) === 0 && { test: true }),
      ...(below(200) === 0 && { financial: 'VOIDED' }),
    }
    if (below(100) === 0) order.lines.push({ sku: 'GIFT', name: 'Gift card', price: '25.00', giftCard: true })
    const made = shop.buys(String(1_000 + at), order)
    const [first] = itemsOf(made)
    const change = below(27)
    if (change === 0) cancel(made, { at: later(1) })
    if (change === 1)
      edit(made, {
        at: later(1),
        remove: [{ item: first!, quantity: 1 }],
        add: [{ sku: `SKU-${below(skus)}`, price: price() }],
        tax: 21,
      })
    if (change <= 2 && leftOf(made, first!).quantity > 0)
      refund(made, {
        at: later(3 + below(20)),
        lines: [{ item: first!, quantity: 1, restock: below(2) ? 'RETURN' : 'NO_RESTOCK' }],
      })
    if (change === 3) refund(made, { at: later(9), adjustment: '1.00' })
  }
}
