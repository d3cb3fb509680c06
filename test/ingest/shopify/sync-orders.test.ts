import { afterAll, beforeEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { connect, seeing } from '../../../sql/connect.ts'
import { keepSync, listSyncs, runSyncNow } from '../../../sql/sync-state.ts'
import { runSyncJob } from '../../../src/jobs/run-sync.ts'
import { syncOrders } from '../../../src/ingest/shopify/sync-orders.ts'
import { createShopify } from '../../../src/shopify/admin.ts'
import { testDatabase } from '../../support/database.ts'
import { aStore } from '../../support/factories.ts'
import { aHistory } from '../../support/shopify-history.ts'
import { itemsOf, refund } from '../../support/shopify-changes.ts'
import { startShopify } from '../../support/shopify.ts'
import { until } from '../../support/until.ts'
import { bookedOf, truthOf } from './books.ts'

const { sql: owner, appUrl } = await testDatabase()
const sql = connect(appUrl, { max: 4 })
afterAll(() => sql.end({ timeout: 1 }))
const shopify = startShopify()
afterAll(() => shopify.stop())
beforeEach(() => void owner`truncate graphile_worker._private_jobs`.execute())
const now = () => new Date()
const PROCESS = join(import.meta.dir, '../../support/shopify-import.ts')
let shops = 0

async function aShop() {
  const store = await aStore(owner)
  const shop = shopify.shop(`history-${++shops}.myshopify.com`)
  const { domain, client_id, client_secret } = shop
  const admin = createShopify({ root: shopify.root, now })({ domain, client_id, client_secret })
  const key = { connector: 'shopify', store_id: store.id, account: '', resource: 'orders' }
  const { id } = await keepSync(owner, { ...key, every_minutes: 15, next_run_at: null })
  const job = runSyncJob({
    sql,
    now,
    connectors: {
      'shopify/orders': syncOrders({ sql, now, openShop: () => Promise.resolve(admin), report: console.error }),
    },
  })
  const state = async () => {
    const [row] = await seeing(sql, 'all', (tx) =>
      listSyncs(tx, { id, store_ids: null, limit: 1, offset: 0, after: null, now: now() }),
    )
    return row!
  }
  const quiet = new AbortController().signal
  const once = (range: object = {}, signal = quiet) =>
    job.run({ sync_id: id, ...range }, { signal, attempt: 1, last: false })
  const written = () =>
    until('the shop has written its file', () =>
      [...shop.operations.values()].every(({ status }) => status !== 'RUNNING'),
    )
  return {
    store,
    shop,
    id,
    state,
    once,
    written,
    /** Runs until it is done: the shop needs a moment for its file. */
    all: async (range: object = {}) => {
      do {
        await written()
        await once(range)
      } while ((await state()).status === 'running')
    },
    agrees: async () => expect(await bookedOf(owner, store)).toEqual(truthOf(shop.orders)),
    orders: async () => (await owner`select 1 from orders where store_id = ${store.id}`).length,
  }
}

test('a history comes in by a bulk operation, and every day is what the shop’s sales come to, to the cent', async () => {
  const { shop, all, agrees, state, orders, id } = await aShop()
  aHistory(shop, 1_200)
  await all()
  await agrees()
  expect(await orders()).toBe(1_200)
  expect(await state()).toMatchObject({ status: 'done', rows: 1_200, error: null, gaps: [] })
  expect(await owner`select 1 from bulk_objects where sync_id = ${id}`).toHaveLength(0)
  expect(shopify.refused).toEqual([])
})

test('afterwards only what changed is asked for, and a restated order is booked on its days', async () => {
  const { shop, all, agrees, state } = await aShop()
  aHistory(shop, 60)
  await all()
  const [order] = shop.orders
  refund(order!, { at: new Date().toISOString(), lines: [{ item: itemsOf(order!)[0]!, quantity: 1 }] })
  await all()
  await agrees()
  expect([...shop.operations.values()].map(({ rootObjectCount }) => rootObjectCount)).toEqual([60])
  expect(await state()).toMatchObject({ status: 'done', rows: 61 })
  const asked = shopify.requests.filter(({ domain }) => domain === shop.domain).map(({ operation }) => operation)
  expect(asked.slice(-2)).toEqual(['ChangedOrders', 'ReadOrder'])
})

test('a file that is cut is read on from the byte where it broke off, also where the server knows no ranges', async () => {
  for (const ranges of [true, false]) {
    const { shop, all, agrees } = await aShop()
    aHistory(shop, 300, 9)
    shop.ranges = ranges
    const before = shopify.downloads.length
    shop.cuts.push(100_003, 200_001)
    await all()
    await agrees()
    const [first, second, third] = shopify.downloads.slice(before)
    expect([first!.from, second!.from > 0, third!.from > second!.from]).toEqual(
      ranges ? [0, true, true] : [0, false, false],
    )
  }
})

test('a file that ends too early again and again fails in words, and goes on later', async () => {
  const { shop, once, written, all, state, agrees } = await aShop()
  aHistory(shop, 40)
  shop.cuts.push(...Array.from({ length: 9 }, () => 10))
  await once()
  await written()
  await once().catch(() => undefined)
  expect((await state()).error).toMatch(/^The shop's file ends after 0 of \d+ lines\.$/)
  shop.cuts.length = 0
  await all()
  await agrees()
})

test('an import that is interrupted goes on with the same file, and nothing is booked twice', async () => {
  const { shop, once, written, agrees, state, orders } = await aShop()
  aHistory(shop, 1_500)
  await once()
  await written()
  const stopped = new AbortController()
  const running = once({}, stopped.signal).catch((error: unknown) => error)
  await until('some orders are in', async () => (await orders()) > 0)
  stopped.abort()
  await running
  const half = await orders()
  expect(half).toBeLessThan(1_500)
  expect(await state()).toMatchObject({ status: 'failed', error: 'It was interrupted and goes on in a moment.' })
  await once()
  await agrees()
  expect(shop.operations.size).toBe(1)
  expect(await state()).toMatchObject({ status: 'done', rows: 1_500 })
})

test('a process that is killed in the middle is followed by one that goes on with the same file, and every day is right', async () => {
  const { shop, id, once, written, agrees, state, orders } = await aShop()
  aHistory(shop, 2_500, 77)
  await once()
  await written()
  const { domain, client_id, client_secret } = shop
  const start = () =>
    Bun.spawn(
      [
        process.execPath,
        PROCESS,
        appUrl,
        shopify.root,
        JSON.stringify({ domain, client_id, client_secret }),
        String(id),
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
  const first = start()
  await until('some orders are in', async () => (await orders()) > 0)
  first.kill('SIGKILL')
  await first.exited
  const kept = await orders()
  expect(kept).toBeLessThan(2_500)
  expect(await start().exited).toBe(0)
  expect(await orders()).toBe(2_500)
  expect(shop.operations.size).toBe(1)
  expect(await state()).toMatchObject({ status: 'done', rows: 2_500 })
  await agrees()
})

test('an order that is not as the API says is left out and named, and the rest comes in', async () => {
  const { shop, all, state, orders } = await aShop()
  aHistory(shop, 5)
  shop.orders[2]!.name = '#odd'
  shop.orders[2]!.payments[0]!.id = 'gid://shopify/OrderTransaction/none'
  await all()
  expect(await orders()).toBe(4)
  expect((await state()).gaps).toEqual([
    {
      from: expect.any(String),
      to: expect.any(String),
      reason: expect.stringContaining('Order #odd is not as the API of the shop says, at transactions.0.id'),
    },
  ])
})

test('a range comes in again: what touches its days, and what differs is booked as a restatement', async () => {
  const { store, shop, all, agrees, id } = await aShop()
  for (const day of ['2026-03-31', '2026-04-01', '2026-04-02'])
    shop.buys(day, { at: `${day}T10:00:00Z`, lines: [{ sku: 'A', price: '10.00' }] })
  await all()
  await owner`update order_lines set amount_minor = 1 where order_id in (select id from orders where store_id = ${store.id})`
  await owner`update orders set content_hash = 'damaged' where store_id = ${store.id}`
  await runSyncNow(owner, { id, from: '2026-04-01', to: '2026-04-01' })
  await all({ from: '2026-04-01', to: '2026-04-01' })
  await agrees()
  expect([...shop.operations.values()].at(-1)!.rootObjectCount).toBe(1)
})

test('an operation that the shop forgot is started anew, one that failed is told in words', async () => {
  const { shop, once, written, all, agrees, state } = await aShop()
  aHistory(shop, 30)
  await once()
  await written()
  for (const operation of shop.operations.values()) operation.status = 'EXPIRED'
  await all()
  await agrees()
  expect(shop.operations.size).toBe(2)
  expect((await state()).status).toBe('done')
  const other = await aShop()
  aHistory(other.shop, 3)
  await other.once()
  await other.written()
  for (const operation of other.shop.operations.values())
    Object.assign(operation, { status: 'FAILED', errorCode: 'TIMEOUT' })
  await other.once().catch(() => undefined)
  expect(await other.state()).toMatchObject({
    status: 'failed',
    error: 'Shopify could not write the export (TIMEOUT).',
  })
})

test('a shop without orders is done at once', async () => {
  const { all, state } = await aShop()
  await all()
  expect(await state()).toMatchObject({ status: 'done', rows: 0, lag_seconds: expect.any(Number) })
})

test('a revoked token and a missing scope are told in words', async () => {
  const { shop, once, state } = await aShop()
  shop.scopes = ['read_products']
  await once().catch(() => undefined)
  expect((await state()).error).toContain('that tells which scope it lacks')
  shop.scopes = ['read_products', 'read_orders', 'read_customers']
  shop.client_secret = 'another one'
  shop.token = ''
  await once().catch(() => undefined)
  expect((await state()).error).toContain('Connect the store again.')
})
