import { afterAll, expect, test } from 'bun:test'
import { connect, seeing } from '../../../sql/connect.ts'
import { keepSync, listSyncs } from '../../../sql/sync-state.ts'
import { syncProducts } from '../../../src/ingest/shopify/sync-products.ts'
import { runSyncJob } from '../../../src/jobs/run-sync.ts'
import { createShopify } from '../../../src/shopify/admin.ts'
import { testDatabase } from '../../support/database.ts'
import { anOrder, aProduct, aStore, bookAll } from '../../support/factories.ts'
import { startShopify } from '../../support/shopify.ts'

const { sql: owner, appUrl } = await testDatabase()
const sql = connect(appUrl, { max: 3 })
afterAll(() => sql.end({ timeout: 1 }))
const shopify = startShopify()
afterAll(() => shopify.stop())
let clock = '2026-04-08T10:00:00Z'
let shops = 0

async function aShop() {
  const store = await aStore(owner)
  const shop = shopify.shop(`products-${++shops}.myshopify.com`)
  const { domain, client_id, client_secret } = shop
  const admin = createShopify({ root: shopify.root, now: () => new Date() })({ domain, client_id, client_secret })
  const key = { connector: 'shopify', store_id: store.id, account: '', resource: 'products' }
  const { id } = await keepSync(owner, { ...key, every_minutes: 60, next_run_at: null })
  const now = () => new Date(clock)
  const openShop = () => Promise.resolve(admin)
  const job = runSyncJob({ sql, now, connectors: { 'shopify/products': syncProducts({ sql, now, openShop }) } })
  const signal = new AbortController().signal
  return {
    store,
    shop,
    comes: (at = clock) => {
      clock = at
      return job.run({ sync_id: id }, { signal, attempt: 1, last: false })
    },
    state: async () =>
      (
        await seeing(sql, 'all', (tx) =>
          listSyncs(tx, { id, store_ids: null, limit: 1, offset: 0, after: null, now: now() }),
        )
      )[0],
    costs: async (sku: string) =>
      (
        await owner<{ cost: string }[]>`
          select c.valid || ' ' || trim_scale(c.unit_cost) || ' ' || c.currency as cost
          from product_costs c join variants k on k.product_id = c.product_id
          where k.store_id = ${store.id} and k.sku = ${sku} order by c.valid`
      ).map(({ cost }) => cost),
  }
}

test('SKUs come in page by page, with price and weight, and their costs from the day we see them', async () => {
  const { store, shop, comes, state, costs } = await aShop()
  for (let at = 0; at < 230; at++) shop.sells({ sku: `S-${at}`, price: '9.95', cost: '3.95', grams: 250 })
  shop.sells({ sku: null, name: 'Mug - Blue', price: '5.00', cost: null, grams: 0 })
  await comes('2026-04-08T10:00:00Z')
  expect(await costs('S-229')).toEqual(['[2026-04-08,) 3.95 EUR'])
  expect(await costs('Mug - Blue')).toEqual([])
  const rows = await owner`
    select sku, title, trim_scale(list_price) as price, grams from variants where store_id = ${store.id} and sku in ('S-7', 'Mug - Blue') order by sku`
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['Mug - Blue', 'Mug - Blue', '5', null],
    ['S-7', 'S-7', '9.95', 250],
  ])
  expect(await state()).toMatchObject({ status: 'done', rows: 231, lag_seconds: 0 })
  expect(shopify.requests.filter(({ operation }) => operation === 'ReadVariants')).toHaveLength(3)
  expect(shopify.refused).toEqual([])
})

test('a cost that changes in the shop starts a new range on that day, and orders of the past stay', async () => {
  const { store, shop, comes, costs } = await aShop()
  const mug = shop.sells({ sku: 'MUG', price: '9.95', cost: '4.00' })
  await comes('2026-04-08T10:00:00Z')
  const [{ product_id } = {}] = await owner<
    { product_id: number }[]
  >`select product_id from variants where store_id = ${store.id}`
  for (const day of ['2026-04-09', '2026-04-10'])
    await anOrder(owner, store, { day, lines: [{ product_id: product_id! }] })
  await bookAll(owner, store)
  mug.cost = '5.50'
  await comes('2026-04-10T10:00:00Z')
  await comes('2026-04-11T10:00:00Z')
  expect(await costs('MUG')).toEqual(['[2026-04-08,2026-04-10) 4 EUR', '[2026-04-10,) 5.5 EUR'])
  const cogs = await owner`select day, cogs_minor from daily_financials where store_id = ${store.id} order by day`
  expect(cogs.map((row) => Object.values(row))).toEqual([
    ['2026-04-09', 400],
    ['2026-04-10', 550],
  ])
})

test('a cost that a person has set stays until the shop says another one, and planned ones stay', async () => {
  const { store, shop, comes, costs } = await aShop()
  const product_id = await aProduct(owner, store, {
    sku: 'MUG',
    unit_cost: '4.20',
    from: '2026-01-01',
    to: '2026-04-30',
  })
  await owner`
    insert into product_costs (product_id, valid, unit_cost, currency) values (${product_id}, '[2026-05-01,)', 6, 'EUR')`
  const mug = shop.sells({ sku: 'MUG', price: '9.95', cost: '4.00' })
  await comes('2026-04-08T10:00:00Z')
  expect(await costs('MUG')).toEqual(['[2026-01-01,2026-05-01) 4.2 EUR', '[2026-05-01,) 6 EUR'])
  mug.cost = '4.50'
  await comes('2026-04-20T10:00:00Z')
  expect(await costs('MUG')).toEqual([
    '[2026-01-01,2026-04-20) 4.2 EUR',
    '[2026-04-20,2026-05-01) 4.5 EUR',
    '[2026-05-01,) 6 EUR',
  ])
})
