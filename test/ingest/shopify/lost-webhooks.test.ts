import { afterAll, expect, test } from 'bun:test'
import { testDatabase } from '../../support/database.ts'
import { aProduct } from '../../support/factories.ts'
import { cancel, edit, itemsOf, refund } from '../../support/shopify-changes.ts'
import { dice } from '../../support/shopify-history.ts'
import { leftOf, type RestockType, type ShopOrder } from '../../support/shopify-objects.ts'
import { toldByShops } from '../../support/shopify-told.ts'
import { deliver, deliveriesOf, type Delivery, told } from '../../support/shopify-webhooks.ts'
import { startShopify } from '../../support/shopify.ts'
import { bookedOf, goodsBookedOf, goodsTruthOf, truthOf } from './books.ts'

const HISTORIES = Number(process.env['HISTORIES'] ?? 20)
const SEED = Number(process.env['SEED'] ?? 20_261_127)

const database = await testDatabase()
const shopify = startShopify()
afterAll(() => shopify.stop())
const { owner, connected } = await toldByShops(database, shopify)
const RESTOCKS: RestockType[] = ['CANCEL', 'LEGACY_RESTOCK', 'NO_RESTOCK', 'RETURN']
const DAY = 86_400_000
/** What a piece costs by SKU, in cents. */
const COSTS = Object.fromEntries(Array.from({ length: 9 }, (_, nth) => [`SKU-${nth}`, 137 * (nth + 1)]))

/**
 * Orders of a shop over some weeks with their edits, refunds, cancellations and deletions, and what the shop sends of each. Now and then an
 * event is read before the next happens, so that the books follow the shop at other moments in every history.
 */
async function history(seed: number) {
  const below = dice(seed)
  const one = await connected()
  const { shop, store } = one
  for (const [sku, cost] of Object.entries(COSTS))
    await aProduct(owner, store, { sku, unit_cost: (cost / 100).toFixed(2) })
  const begun = Date.now() - 40 * DAY
  let clock = begun
  const at = () => new Date((clock += 1 + below(DAY / 3))).toISOString()
  const waiting: Delivery[] = []
  const tell = (topic: string, payload: object) => {
    for (const delivery of deliveriesOf(shop, topic, payload)) {
      const dies = below(100)
      if (dies < 25) continue // lost
      waiting.push(delivery)
      if (dies < 45) waiting.push(delivery) // sent twice
    }
  }
  /** Sends some of what waits, in any order. */
  const sendSome = async (all = false) => {
    for (let goesOn = all || below(3) > 0; goesOn && waiting.length > 0; goesOn = all || below(3) > 0) {
      const [delivery] = waiting.splice(below(waiting.length), 1)
      expect((await deliver(delivery!)).status).toBe(200)
    }
    if (all || below(2) === 0) await one.read()
  }
  const steps: string[] = []
  const change = (order: ShopOrder) => {
    const items = itemsOf(order).filter((item) => leftOf(order, item).quantity > 0)
    const item = items[below(items.length)]
    const kind = below(6)
    if (order.cancelled || !item || kind === 0) {
      shop.orders.splice(shop.orders.indexOf(order), 1)
      tell('orders/delete', told.gone(order))
      return 'delete'
    }
    if (kind === 1) {
      cancel(order, { at: at() })
      tell('orders/cancelled', told.order(order))
      tell('orders/updated', told.order(order))
      return 'cancel'
    }
    if (kind <= 3) {
      const quantity = 1 + below(leftOf(order, item).quantity)
      const lines = [{ item, quantity, restock: RESTOCKS[below(4)]! }]
      const adjustment = below(3) === 0 ? { adjustment: `${below(2) ? '-' : ''}0.${10 + below(80)}` } : {}
      refund(order, { at: at(), lines, ...(below(4) === 0 && { shipping: '1.00' }), ...adjustment, tax: 21 })
      tell('refunds/create', told.ofOrder(order))
      tell('orders/updated', told.order(order))
      return 'refund'
    }
    edit(order, {
      at: at(),
      add: below(2) ? [{ sku: `SKU-${below(9)}`, price: `${below(40)}.99`, quantity: 1 + below(2) }] : [],
      remove: below(2) ? [{ item, quantity: 1 }] : [],
      tax: 21,
    })
    tell('orders/edited', told.edited(order))
    tell('orders/updated', told.order(order))
    return 'edit'
  }
  for (let step = 0; step < 24; step++) {
    if (shop.orders.length < 3 || below(3) === 0) {
      const order = shop.buys(String(seed % 1_000_000) + String(step), {
        at: at(),
        lines: Array.from({ length: 1 + below(4) }, () => ({
          sku: `SKU-${below(9)}`,
          quantity: 1 + below(3),
          price: `${below(60)}.${10 + below(90)}`,
          discount: below(3) === 0 ? '0.50' : '0',
        })),
        tax: [0, 9, 21][below(3)]!,
        taxesIncluded: below(2) === 0,
        ...(below(2) && { shipping: '4.95' }),
        fee: below(2) ? '0.45' : null,
      })
      tell('orders/create', told.order(order))
      steps.push('buy')
    } else steps.push(change(shop.orders[below(shop.orders.length)]!))
    await sendSome()
  }
  await sendSome(true)
  return { ...one, steps, begun }
}

for (let nth = 0; nth < HISTORIES; nth++) {
  const seed = SEED + nth * 7_919
  test(`what shuffled, doubled and lost webhooks left is right after the sweeps: history ${nth + 1} (SEED=${seed} HISTORIES=1)`, async () => {
    const { store, shop, sweep, sweepNights, begun, steps } = await history(seed)
    // What changed comes in every 15 minutes; what was deleted, once a night.
    await sweep(new Date(begun))
    await sweepNights()
    const [booked, goods] = [await bookedOf(owner, store), await goodsBookedOf(owner, store)]
    const truth = { booked: truthOf(shop.orders), goods: goodsTruthOf(shop.orders, COSTS) }
    expect({ steps, booked, goods }).toEqual({ steps, ...truth })
    const entries = await owner`select count(*) as n from ledger_entries where store_id = ${store.id}`
    await sweepNights()
    expect(await owner`select count(*) as n from ledger_entries where store_id = ${store.id}`).toEqual(entries)
  }, 180_000)
}
