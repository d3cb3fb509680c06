import { afterAll, expect, test } from 'bun:test'
import * as v from 'valibot'
import { readOrder } from '../../src/ingest/shopify/read-order.ts'
import { numberOf } from '../../src/ingest/shopify/order-shape.ts'
import { createShopify, type ShopifyShopKey, ShopRefusal } from '../../src/shopify/admin.ts'
import { startShopify } from '../support/shopify.ts'
import { bucket } from '../support/shopify-cost.ts'

const shopify = startShopify()
afterAll(() => shopify.stop())
let shops = 0
function aShop(key?: (shop: ReturnType<typeof shopify.shop>) => Partial<ShopifyShopKey>) {
  const shop = shopify.shop(`admin-${++shops}.myshopify.com`)
  const { domain, client_id, client_secret } = shop
  const admin = createShopify({ root: shopify.root, now: () => new Date() })
  return { shop, ...admin(key ? ({ domain, ...key(shop) } as ShopifyShopKey) : { domain, client_id, client_secret }) }
}
const NAME = 'query NameOfShop { shop { name } }'
const Name = v.object({ shop: v.object({ name: v.string() }) })
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'it was answered',
    (error: unknown) => (error instanceof ShopRefusal ? [error.reason, error.message] : String(error)),
  )
const asked = (domain: string) => shopify.requests.filter((one) => one.domain === domain).length

test('requests wait until the shop has the points that they cost, and none is refused twice for it', async () => {
  const { shop, ask } = aShop()
  const MANY = 'query ManyOrders($query: String!) { orders(first: 100, query: $query) { nodes { id name } } }'
  shop.bucket = bucket({ most: 250, perSecond: 2_000 })
  const Orders = v.object({ orders: v.object({ nodes: v.array(v.unknown()) }) })
  for (let at = 0; at < 12; at++) await ask(MANY, { query: 'name:"1"' }, Orders)
  expect(asked(shop.domain)).toBe(12)
  expect(shop.throttled).toBe(0)
})

test('a request that comes when the points are gone is sent again once they are back', async () => {
  const { shop, ask } = aShop()
  shop.bucket = bucket({ most: 250, perSecond: 2_000 })
  await ask(NAME, {}, Name)
  shop.bucket.drain()
  expect(await ask(NAME, {}, Name)).toEqual({ shop: { name: shop.domain } })
})

test('reads are sent again after 429 and 5xx; what lasts is said in words', async () => {
  const { shop, ask } = aShop()
  shop.faults.push({ operation: 'NameOfShop', fault: 'too many' }, { operation: 'NameOfShop', fault: 'broken' })
  expect(await ask(NAME, {}, Name)).toEqual({ shop: { name: shop.domain } })
  for (let at = 0; at < 3; at++) shop.faults.push({ operation: 'NameOfShop', fault: 'broken' })
  expect(await refusal(ask(NAME, {}, Name))).toContain(`${shop.domain} does not answer right now.`)
})

test('a change that broke off is not sent again: it may have been done', async () => {
  const { shop, ask } = aShop()
  const order = shop.order('1', '10.00')
  shop.faults.push({ operation: 'NoteOrder', fault: 'broken' }, { operation: 'NoteOrder', fault: 'broken' })
  const NOTE = 'mutation NoteOrder($input: OrderInput!) { orderUpdate(input: $input) { userErrors { message } } }'
  const write = () => ask(NOTE, { input: { id: order.id, note: 'x' } }, v.unknown())
  expect(await refusal(write())).toContain('does not answer right now')
  expect(shop.faults).toHaveLength(1)
})

test('tokens of an app are renewed when the shop takes them no more; a permanent one that was revoked is told', async () => {
  const { shop, ask } = aShop()
  await ask(NAME, {}, Name)
  shop.token = 'another one'
  expect(await ask(NAME, {}, Name)).toEqual({ shop: { name: shop.domain } })

  const lasting = aShop((shop) => ({ access_token: (shop.permanent = 'shpat_1') }))
  await lasting.ask(NAME, {}, Name)
  lasting.shop.permanent = ''
  expect(await refusal(lasting.ask(NAME, {}, Name))).toEqual([
    'ACCESS',
    `Shopify refused ${lasting.shop.domain} (HTTP 401). Connect the store again.`,
  ])
})

test('a missing scope, a field that is gone and an answer of another shape are refusals in words', async () => {
  const { shop, ask } = aShop()
  shop.scopes = []
  const orders = 'query Orders { orders(first: 1, query: "") { nodes { id } } }'
  expect(await refusal(ask(orders, {}, v.unknown()))).toEqual([
    'ACCESS_DENIED',
    expect.stringContaining('The app may not do this in Shopify: Access denied for'),
  ])
  expect(await refusal(ask('query Gone { shop { gone } }', {}, v.unknown()))).toEqual([
    undefined,
    'Shopify refused the request: Cannot query field "gone" on type "Shop".',
  ])
  expect(await refusal(ask(NAME, {}, v.object({ shop: v.object({ name: v.number() }) })))).toEqual([
    'SCHEMA',
    expect.stringMatching(/^Shopify answered something else than its API 2026-10 says, at shop\.name: /),
  ])
})

test('a page that costs more than the shop allows is asked for in smaller parts', async () => {
  const { shop, ask } = aShop()
  const lines = Array.from({ length: 30 }, (_, at) => ({ sku: `S-${at}`, price: '1.00' }))
  const order = shop.buys('1', { at: '2026-04-08T10:00:00Z', lines })
  shop.faults.push({ operation: 'ReadOrder', fault: 'too costly' }, { operation: 'ReadOrder', fault: 'too costly' })
  const read = await readOrder({ ask }, numberOf(order.id))
  expect(read?.agreements.map(({ sales }) => sales.length)).toEqual([30])
  const sizes = shopify.requests.filter((one) => one.domain === shop.domain).map(({ variables }) => variables['sales'])
  expect(new Set(sizes)).toEqual(new Set([5]))
  expect(await readOrder({ ask }, '1')).toBeUndefined()
})
