import { afterAll, expect, test } from 'bun:test'
import { transaction } from '../../../sql/connect.ts'
import { keepShopifyEvent, telling } from '../../../sql/shopify-events.ts'
import { testDatabase } from '../../support/database.ts'
import { cancel, edit, itemsOf, refund } from '../../support/shopify-changes.ts'
import { newId } from '../../support/shopify-objects.ts'
import { toldByShops } from '../../support/shopify-told.ts'
import { deliver, deliveriesOf, headersOf, told } from '../../support/shopify-webhooks.ts'
import { startShopify } from '../../support/shopify.ts'
import { until } from '../../support/until.ts'
import { bookedOf, truthOf } from './books.ts'

const database = await testDatabase()
const shopify = startShopify()
afterAll(() => shopify.stop())
const { owner, publicUrl, connected } = await toldByShops(database, shopify)
const at = '2026-10-20T10:00:00Z'
const ORDER = { at, lines: [{ sku: 'MUG', quantity: 2, price: '10.00' }], shipping: '4.95', tax: 21, fee: '0.60' }
const send = async (deliveries: ReturnType<typeof deliveriesOf>) => {
  const statuses = []
  for (const one of deliveries) statuses.push((await deliver(one)).status)
  return statuses
}

test('a shop tells of an order; it is read in the shop and booked, and of the customer nothing was sent', async () => {
  const { store, shop, read, events } = await connected()
  const order = shop.buys('1001', ORDER)
  const [delivery] = deliveriesOf(shop, 'orders/create', told.order(order))
  expect(JSON.parse(delivery!.body)).toEqual({ id: Number(order.id.split('/').at(-1)) })
  expect(await send([delivery!])).toEqual([200])
  expect(await bookedOf(owner, store)).toEqual({})
  expect(await read()).toBeUndefined()
  expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders))
  expect(await events()).toMatchObject([{ topic: 'orders/create', kind: 'order', handled: true, error: null }])
})

test('every topic is subscribed to once, and one that somebody took away comes back', async () => {
  const { shop, subscribe } = await connected()
  const topics = shop.subscriptions.map(({ topic }) => topic)
  expect(topics).toContain('REFUNDS_CREATE')
  expect(new Set(topics).size).toBe(13)
  expect(new Set(shop.subscriptions.map(({ uri }) => uri))).toEqual(new Set([`${publicUrl}/webhooks/shopify`]))
  shop.subscriptions.splice(2, 3)
  await subscribe()
  expect(new Set(shop.subscriptions.map(({ topic }) => topic))).toEqual(new Set(topics))
  expect(shop.subscriptions).toHaveLength(13)
})

test('a shop that would send more of its customers than we ask for is asked anew, and of what the app may not read not at all', async () => {
  const { shop, subscribe } = await connected()
  const fieldsOf = (topic: string) =>
    shop.subscriptions.filter((one) => one.topic === topic).map((one) => one.includeFields)
  shop.subscriptions.find(({ topic }) => topic === 'ORDERS_CREATE')!.includeFields = []
  await subscribe()
  expect([fieldsOf('ORDERS_CREATE'), shop.subscriptions.length]).toEqual([[['id']], 13])
  shop.subscriptions.length = 0
  shop.scopes = shop.scopes.filter((scope) => scope !== 'read_shopify_payments_disputes')
  await subscribe()
  expect(shop.subscriptions.map(({ topic }) => topic)).not.toContain('DISPUTES_CREATE')
  expect(shop.subscriptions).toHaveLength(11)
  shop.subscriptions.length = 0
  shop.scopes = shop.scopes.filter((scope) => !scope.endsWith('_products'))
  const said = await subscribe().catch((error: Error) => error.message)
  expect(said).toContain('for webhooks of products/create: You do not have permission')
  expect(shop.subscriptions).toHaveLength(9)
})

test('edits, refunds, cancellations, chargebacks and deletions are told of, and booked', async () => {
  const { store, shop, read } = await connected()
  const orders = Array.from({ length: 5 }, (_, nth) => shop.buys(String(2_000 + nth), ORDER))
  const [edited, refunded, cancelled, disputed, deleted] = orders
  for (const order of orders) await send(deliveriesOf(shop, 'orders/create', told.order(order)))
  await read()
  edit(edited!, { at: '2026-10-21T10:00:00Z', add: [{ sku: 'CUP', price: '7.50' }], tax: 21 })
  await send(deliveriesOf(shop, 'orders/edited', told.edited(edited!)))
  refund(refunded!, { at: '2026-10-22T10:00:00Z', lines: [{ item: itemsOf(refunded!)[0]!, quantity: 1 }] })
  await send(deliveriesOf(shop, 'refunds/create', told.ofOrder(refunded!)))
  cancel(cancelled!, { at: '2026-10-23T10:00:00Z' })
  await send(deliveriesOf(shop, 'orders/cancelled', told.order(cancelled!)))
  disputed!.disputes.push({ id: newId('ShopifyPaymentsDispute'), status: 'NEEDS_RESPONSE', at: '2026-10-24T10:00:00Z', ended: null, amount: 2_895n }) // prettier-ignore
  disputed!.updated = '2026-10-24T10:00:00Z'
  await send(deliveriesOf(shop, 'disputes/create', told.ofOrder(disputed!)))
  shop.orders.splice(shop.orders.indexOf(deleted!), 1)
  await send(deliveriesOf(shop, 'orders/delete', told.gone(deleted!)))
  await read()
  const [row] = await owner<{ lost: number }[]>`
    select sum(amount_minor) as lost from ledger_entries where store_id = ${store.id} and account = 'transaction_fees' and business_day = '2026-10-24'`
  expect(row!.lost).not.toBe(0)
  const truth = truthOf(shop.orders)
  const booked = await bookedOf(owner, store)
  expect(Object.keys(truth).every((day) => Bun.deepEquals(booked[day], truth[day]))).toBe(true)
})

test('forged, unsigned and foreign webhooks are refused and leave nothing', async () => {
  const { shop, events } = await connected()
  const body = JSON.stringify({ id: 1 })
  const uri = `${publicUrl}/webhooks/shopify`
  const head = (over: Partial<typeof shop>) =>
    headersOf({ ...shop, ...over }, { topic: 'orders/create', event: crypto.randomUUID(), body })
  const refused = [
    { ...head({ client_secret: 'another' }) },
    { ...head({ domain: 'nobody.myshopify.com' }) },
    { ...head({}), 'x-shopify-hmac-sha256': '' },
    { ...head({}), 'x-shopify-hmac-sha256': 'AAAA' },
    Object.fromEntries(Object.entries(head({})).filter(([name]) => name !== 'x-shopify-hmac-sha256')),
  ]
  for (const headers of refused) expect((await deliver({ uri, topic: '', body, headers })).status).toBe(401)
  const changed = await deliver({ uri, topic: '', body: JSON.stringify({ id: 2 }), headers: head({}) })
  expect(changed.status).toBe(401)
  expect(await events()).toHaveLength(0)
})

test('a signed webhook that says too little is refused in words; topics of others are taken and left alone', async () => {
  const { shop, events } = await connected()
  const uri = `${publicUrl}/webhooks/shopify`
  const post = async (topic: string, body: string, without = '') => {
    const headers = headersOf(shop, { topic, event: crypto.randomUUID(), body })
    delete headers[without]
    const response = await deliver({ uri, topic, body, headers })
    return [response.status, ((await response.json()) as { detail?: string }).detail]
  }
  expect(await post('orders/create', '{"id":"x"}')).toEqual([422, 'The body does not say which object changed: id.'])
  expect(await post('orders/create', '{')).toEqual([400, 'The body is not JSON.'])
  expect(await post('orders/create', '{"id":1}', 'x-shopify-event-id')).toEqual([
    422,
    'The header x-shopify-event-id is missing or wrong.',
  ])
  expect(await post('carts/update', '{}')).toEqual([200, undefined])
  expect(await events()).toHaveLength(0)
})

test('the same event again, a day late, and out of order changes nothing that is right already', async () => {
  const { store, shop, read, events } = await connected()
  const order = shop.buys('3001', ORDER)
  const created = deliveriesOf(shop, 'orders/create', told.order(order))
  refund(order, { at: '2026-10-22T10:00:00Z', lines: [{ item: itemsOf(order)[0]!, quantity: 1 }] })
  const refunded = deliveriesOf(shop, 'refunds/create', told.ofOrder(order))
  expect(await send([...refunded, ...created, ...created, ...refunded])).toEqual([200, 200, 200, 200])
  expect(await events()).toHaveLength(2)
  await read()
  const entries = await owner`select count(*) as n from ledger_entries where store_id = ${store.id}`
  const late = deliveriesOf(shop, 'orders/create', told.order(order), new Date(Date.now() - 86_400_000))
  await send(late)
  await read()
  expect(await owner`select count(*) as n from ledger_entries where store_id = ${store.id}`).toEqual(entries)
  expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders))
})

test('many events of one object read it once', async () => {
  const { shop, read } = await connected()
  const order = shop.buys('4001', ORDER)
  for (let time = 0; time < 12; time++) await send(deliveriesOf(shop, 'orders/updated', told.order(order)))
  const before = shopify.requests.length
  await read()
  expect(shopify.requests.slice(before).filter(({ operation }) => operation === 'ReadOrder')).toHaveLength(1)
})

test('however many events wait there is one job, and one that comes while it runs adds the next', async () => {
  const { store, shop } = await connected()
  const jobs = async () =>
    (await owner`select 1 from graphile_worker.jobs where queue_name = ${`shopify events ${store.id}`}`).length
  const order = shop.buys('4501', ORDER)
  const tell = () => send(deliveriesOf(shop, 'orders/updated', told.order(order)))
  for (let time = 0; time < 5; time++) await tell()
  expect(await jobs()).toBe(1)
  await owner`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'a worker' where key = ${`shopify events ${store.id}`}`
  for (let time = 0; time < 3; time++) await tell()
  expect(await jobs()).toBe(2)
})

test('who reads waits for those who are about to tell, and reads what they told', async () => {
  const { store, shop, read } = await connected()
  const order = shop.buys('4601', ORDER)
  const now = new Date()
  let reading: Promise<unknown> = Promise.resolve()
  let done = false
  await transaction(owner, async (tx) => {
    await telling(tx, { store_id: store.id })
    const event = { topic: 'orders/create', event_id: 'a', kind: 'order' as const, triggered_at: now, now }
    await keepShopifyEvent(tx, { store_id: store.id, number: order.id.split('/').at(-1)!, ...event })
    reading = read().then(() => (done = true))
    await until('somebody waits for it', async () => {
      const [row] = await tx<
        { waits: number }[]
      >`select count(*) as waits from pg_locks where locktype = 'advisory' and not granted`
      return row!.waits > 0
    })
    expect(done).toBe(false)
  })
  await reading
  expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders))
})

test('an order that cannot be read waits and is tried again, and the others are booked', async () => {
  const { store, shop, read, events } = await connected()
  const [bad, good] = [shop.buys('5001', ORDER), shop.buys('5002', ORDER)]
  bad.agreements[0]!.sales[0]!.quantity = 1.5
  for (const order of [bad, good]) await send(deliveriesOf(shop, 'orders/create', told.order(order)))
  const again = await read()
  expect(again).toBeGreaterThan(20)
  const [first, second] = await events()
  expect([first!.handled, first!.attempts, second!.handled]).toEqual([false, 1, true])
  expect(first!.error).toBeString()
  bad.agreements[0]!.sales[0]!.quantity = 2
  await owner`update shopify_events set retry_at = now() - interval '1 second' where store_id = ${store.id} and retry_at is not null`
  expect(await read()).toBeUndefined()
  expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders))
})

test('one that never can be read is given up, and told where people look', async () => {
  const { store, shop, read, subscribe } = await connected()
  const bad = shop.buys('5501', ORDER)
  bad.agreements[0]!.sales[0]!.quantity = 1.5
  await send(deliveriesOf(shop, 'orders/create', told.order(bad)))
  for (let time = 0; time < 6; time++) {
    await read()
    await owner`update shopify_events set retry_at = now() - interval '1 second' where store_id = ${store.id} and retry_at is not null`
  }
  expect(await read()).toBeUndefined()
  const said = await subscribe().catch((error: Error) => error.message)
  expect(said).toStartWith(`1 changes in the shop could not be read: order ${bad.id.split('/').at(-1)}: `)
})

test('while the shop does not answer all wait, and nothing is lost', async () => {
  const { store, shop, read, events } = await connected()
  const order = shop.buys('6001', ORDER)
  await send(deliveriesOf(shop, 'orders/create', told.order(order)))
  shop.faults.push(...Array.from({ length: 3 }, () => ({ operation: 'ReadOrder', fault: 'broken' as const })))
  expect(await read().catch((error: Error) => error.message)).toContain('does not answer')
  expect(await events()).toMatchObject([{ handled: false, attempts: 0, error: null }])
  await read()
  expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders))
})

test('a unit cost that changes in the shop holds from today on', async () => {
  const { store, shop, read } = await connected()
  const variant = shop.sells({ sku: 'LAMP', cost: '3.95' })
  await send(deliveriesOf(shop, 'products/create', told.product(variant.product)))
  await read()
  variant.cost = '4.20'
  await send(deliveriesOf(shop, 'inventory_items/update', told.inventoryItem(variant.item)))
  await read()
  const [cost] = await owner<{ cost: string }[]>`
    select trim_scale(c.unit_cost)::text as cost from product_costs c join variants k using (product_id)
    where k.store_id = ${store.id} and k.sku = 'LAMP' and upper_inf(c.valid)`
  expect(cost!.cost).toBe('4.2')
})

test('an app that is uninstalled is told of in words; one that is back by now goes on', async () => {
  const { store, shop, read } = await connected()
  const errors = async () =>
    (await owner<{ error: string | null }[]>`select error from sync_state where store_id = ${store.id}`).map(
      ({ error }) => error,
    )
  await send(deliveriesOf(shop, 'app/uninstalled', {}))
  await read()
  expect(new Set(await errors())).toEqual(new Set([null]))
  shop.faults.push(...[1, 2].map(() => ({ operation: 'AboutShop', fault: 'unauthorized' as const })))
  await send(deliveriesOf(shop, 'app/uninstalled', {}))
  await read()
  const said = `The app was uninstalled in the shop of ${store.slug}. Install it again and connect it anew: PUT /stores/${store.slug}/shopify.`
  expect(new Set(await errors())).toEqual(new Set([said]))
})

test('an app with a permanent token signs with its API secret; without it the shop cannot tell us anything, which is said', async () => {
  const { store, shop, read, subscribe } = await connected({ permanent: true })
  const order = shop.buys('7001', ORDER)
  expect(await send(deliveriesOf(shop, 'orders/create', told.order(order)))).toEqual([200])
  await read()
  expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders))
  await owner`delete from secrets where name = ${`shopify/${store.id}/webhooks`}`
  expect((await subscribe()).note).toBe(
    `Without the secret of its app the shop’s messages cannot be told from forged ones: changes come in every 15 minutes. Connect ${store.slug} again with its webhook_secret, or with an app.`,
  )
  expect(await send(deliveriesOf(shop, 'orders/create', told.order(order)))).toEqual([401])
})

test('an order with 500 lines that is told of is booked whole', async () => {
  const { store, shop, read } = await connected()
  const lines = Array.from({ length: 500 }, (_, nth) => ({
    sku: `SKU-${nth}`,
    price: `${nth % 90}.99`,
    quantity: 1 + (nth % 3),
  }))
  const order = shop.buys('8001', { at, lines, tax: 21 })
  await send(deliveriesOf(shop, 'orders/create', told.order(order)))
  await read()
  expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders))
})
