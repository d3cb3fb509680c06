import { afterAll, expect, test } from 'bun:test'
import { disconnectShopifyShop } from '../../../sql/shopify-shops.ts'
import { testDatabase } from '../../support/database.ts'
import { itemsOf, refund } from '../../support/shopify-changes.ts'
import type { ShopOrder } from '../../support/shopify-objects.ts'
import { toldByShops } from '../../support/shopify-told.ts'
import { deliver, deliveriesOf, headersOf, told } from '../../support/shopify-webhooks.ts'
import { startShopify } from '../../support/shopify.ts'
import { bookedOf, truthOf } from './books.ts'

const database = await testDatabase()
const shopify = startShopify()
afterAll(() => shopify.stop())
const { owner, publicUrl, connected, reported } = await toldByShops(database, shopify)
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
const order = (at: string) => ({ at, lines: [{ sku: 'MUG', quantity: 2, price: '10.00' }], tax: 21, fee: '0.60' })

type Connected = Awaited<ReturnType<typeof connected>>
const tell = async ({ shop }: Connected, topic: string, body: object) => {
  for (const delivery of deliveriesOf(shop, topic, body)) expect((await deliver(delivery)).status).toBe(200)
}
const agrees = async ({ store, shop }: Connected) => expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders))
const gone = ({ shop }: Connected, one: ShopOrder) => void shop.orders.splice(shop.orders.indexOf(one), 1)

test('an order that the app may not see any more stays in the books, until the shop says that it was deleted', async () => {
  const one = await connected()
  const orders = [110, 75, 65, 30].map((days, nth) => one.shop.buys(String(100 + nth), order(daysAgo(days))))
  await one.sweep(new Date(daysAgo(120)))
  await agrees(one)
  one.shop.scopes = one.shop.scopes.map((scope) => (scope === 'read_all_orders' ? 'read_orders' : scope))
  await tell(one, 'orders/updated', told.order(orders[0]!))
  expect(await one.read()).toBeUndefined()
  await one.sweepNights()
  await agrees(one)
  const [, , deleted, young] = orders
  gone(one, deleted!)
  gone(one, young!)
  await tell(one, 'orders/delete', told.gone(deleted!))
  await one.read()
  await one.sweepNights()
  await agrees(one)
})

test('one order that is not as the API says does not stop the sweep: it is named, and comes in when it can be read', async () => {
  const one = await connected()
  const orders = Array.from({ length: 14 }, (_, nth) => one.shop.buys(String(200 + nth), order(daysAgo(2))))
  const odd = orders[5]!
  odd.agreements[0]!.sales[0]!.quantity = 1.5
  const first = await one.sweep(new Date(daysAgo(3)))
  expect(first.gaps).toEqual([
    {
      from: odd.at.slice(0, 10),
      to: odd.at.slice(0, 10),
      reason: expect.stringContaining(`Order number ${odd.id.split('/').at(-1)}: Shopify refused the request: Int`),
    },
  ])
  const { length } = await owner`select 1 from orders where store_id = ${one.store.id}`
  expect(length).toBe(13)
  expect((await one.sweep(new Date())).gaps).toHaveLength(1)
  odd.agreements[0]!.sales[0]!.quantity = 2
  // It did not change since, as far as its time tells.
  expect((await one.sweep(new Date())).gaps).toEqual([])
  await agrees(one)
})

test('one order that cannot be stored does not keep the others back, and the fault is reported', async () => {
  const one = await connected()
  const orders = Array.from({ length: 6 }, (_, nth) => one.shop.buys(String(300 + nth), order(daysAgo(2))))
  const odd = orders[2]!
  const [item] = itemsOf(odd)
  item!.sku = 'MUG\0'
  for (const each of orders) await tell(one, 'orders/create', told.order(each))
  const before = reported.length
  expect(await one.read()).toBeGreaterThan(20)
  expect(reported.slice(before).map(String)).toEqual([expect.stringMatching(/unicode|null/i)])
  expect((await one.events()).map(({ handled }) => handled)).toEqual([true, true, false, true, true, true])
  item!.sku = 'MUG'
  await tell(one, 'orders/updated', told.order(odd))
  await one.read()
  await agrees(one)
  expect((await one.events()).every(({ handled }) => handled)).toBe(true)
})

test('one order of a file that cannot be stored is named with its day, the others are in the books, and it comes in with the next file', async () => {
  const one = await connected()
  const orders = Array.from({ length: 30 }, (_, nth) => one.shop.buys(String(900 + nth), order(daysAgo(4))))
  const odd = orders[11]!
  const [item] = itemsOf(odd)
  item!.sku = 'MUG\0'
  const before = reported.length
  const { gaps } = await one.sweepNights()
  const reason = `Order number ${odd.id.split('/').at(-1)}: something went wrong on our side; it was logged.`
  expect(gaps).toEqual([{ from: odd.at.slice(0, 10), to: odd.at.slice(0, 10), reason }])
  expect(reported.slice(before).map(String)).toEqual([expect.stringMatching(/unicode|null/i)])
  expect(await bookedOf(owner, one.store)).toEqual(truthOf(one.shop.orders.filter((each) => each !== odd)))
  item!.sku = 'MUG'
  expect((await one.sweepNights()).gaps).toEqual([])
  await agrees(one)
})

test('a file of which not one order can be booked fails, and in words', async () => {
  const one = await connected()
  for (let nth = 0; nth < 21; nth++) one.shop.buys(String(950 + nth), order(daysAgo(4)))
  await owner`update stores set currency = 'USD' where id = ${one.store.id}`
  expect(await one.sweepNights().catch((error: Error) => error.message)).toBe(
    'The shop counts in EUR, and the store in USD.',
  )
})

test('an order that was deleted does not come back from a file that was written before', async () => {
  const one = await connected()
  const orders = Array.from({ length: 30 }, (_, nth) => one.shop.buys(String(400 + nth), order(daysAgo(4))))
  await one.sweep(new Date(daysAgo(5)))
  orders[0]!.note = 'changed'
  refund(orders[0]!, { at: daysAgo(3), lines: [{ item: itemsOf(orders[0]!)[0]!, quantity: 1 }] })
  const nightly = await one.sweepNightsBegun()
  gone(one, orders[0]!)
  gone(one, orders[1]!)
  for (const each of orders.slice(0, 2)) await tell(one, 'orders/delete', told.gone(each))
  await one.read()
  await nightly()
  await agrees(one)
})

test('what a merchant does to many orders at once has one event id, and all of them are read', async () => {
  const one = await connected()
  const orders = Array.from({ length: 3 }, (_, nth) => one.shop.buys(String(500 + nth), order(daysAgo(1))))
  const event = crypto.randomUUID()
  const uri = `${publicUrl}/webhooks/shopify`
  for (const { id } of [...orders, ...orders]) {
    const body = JSON.stringify({ id: Number(id.split('/').at(-1)) })
    const headers = headersOf(one.shop, { topic: 'orders/updated', event, body })
    expect((await deliver({ uri, topic: 'orders/updated', body, headers })).status).toBe(200)
  }
  expect(await one.events()).toHaveLength(3)
  await one.read()
  await agrees(one)
})

test('thirty short orders take three requests, and a long one among them its own', async () => {
  const one = await connected()
  const orders = Array.from({ length: 29 }, (_, nth) => one.shop.buys(String(600 + nth), order(daysAgo(1))))
  const long = Array.from({ length: 40 }, (_, nth) => ({ sku: `S-${nth}`, price: '1.50' }))
  orders.push(one.shop.buys('699', { at: daysAgo(1), lines: long, tax: 21 }))
  for (const each of orders) await tell(one, 'orders/create', told.order(each))
  const before = shopify.requests.length
  await one.read()
  const asked = shopify.requests.slice(before).map(({ operation }) => operation)
  expect(asked.filter((operation) => operation === 'ReadOrders')).toHaveLength(3)
  expect(asked.filter((operation) => operation === 'ReadOrder')).toHaveLength(2) // Two pages of the long one.
  await agrees(one)
})

test('a token that is revoked in the middle is told in words, all events wait, and are read once the shop is connected anew', async () => {
  const one = await connected({ permanent: true })
  const orders = Array.from({ length: 3 }, (_, nth) => one.shop.buys(String(700 + nth), order(daysAgo(1))))
  await tell(one, 'orders/create', told.order(orders[0]!))
  await one.read()
  one.shop.permanent = 'shpat_revoked'
  for (const each of orders.slice(1)) await tell(one, 'orders/create', told.order(each))
  const refused = `Shopify refused ${one.shop.domain} (HTTP 401). Connect the store again.`
  expect(await one.read().catch((error: Error) => error.message)).toBe(refused)
  expect(await one.sweep(new Date()).catch((error: Error) => error.message)).toBe(refused)
  expect(await one.events()).toMatchObject([{ handled: true }, { handled: false, error: null }, { handled: false }])
  one.shop.permanent = 'shpat_new'
  await owner`delete from graphile_worker._private_jobs`
  await one.connect()
  expect(await owner`select 1 from graphile_worker.jobs where task_identifier = 'read_shopify_events'`).toHaveLength(1)
  await one.read()
  await agrees(one)
})

test('after a store was disconnected what its shop told is forgotten, and a job that is left ends', async () => {
  const one = await connected()
  await tell(one, 'orders/create', told.order(one.shop.buys('801', order(daysAgo(1)))))
  await one.disconnect()
  expect(await one.events()).toHaveLength(0)
  expect(await one.read()).toBeUndefined()
  expect(await disconnectShopifyShop(owner, { store_id: one.store.id })).toBe(0)
})
