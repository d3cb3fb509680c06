import { afterAll, expect, test } from 'bun:test'
import { testDatabase } from '../../support/database.ts'
import { aStore } from '../../support/factories.ts'
import { startService } from '../../support/service.ts'
import { aHistory } from '../../support/shopify-history.ts'
import { startShopify } from '../../support/shopify.ts'
import { until } from '../../support/until.ts'
import { bookedOf, truthOf } from './books.ts'

const { sql, appUrl } = await testDatabase()
const shopify = startShopify()
afterAll(() => shopify.stop())

test('a store that is connected over HTTP has its products and its whole history a moment later, by the job worker', async () => {
  const store = await aStore(sql, { slug: 'nl' })
  const shop = shopify.shop('nl.myshopify.com')
  aHistory(shop, 40)
  shop.sells({ sku: 'SKU-1', cost: '3.95' })
  const owner = { email: 'owner@example.com', password: 'a password for tests' }
  await using service = await startService({
    DATABASE_URL: appUrl,
    ADMIN_EMAIL: owner.email,
    ADMIN_PASSWORD: owner.password,
    SHOPIFY_API_ROOT: shopify.root,
  })
  let token = ''
  const ask = async (path: string, method = 'GET', json?: object) => {
    const response = await fetch(service.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(json && { body: JSON.stringify(json) }),
    })
    return (await response.json()) as Record<string, unknown>
  }
  token = String((await ask('/auth/login', 'POST', owner))['token'])
  const { domain, client_id, client_secret } = shop
  await ask('/stores/nl/shopify', 'PUT', { domain, client_id, client_secret })
  type Sync = { resource: string; status: string; error: string | null; next_run_at: string | null }
  const all = async () => (await ask('/sync?store=nl'))['data'] as Sync[]
  const BROUGHT = new Set(['products', 'orders', 'webhooks'])
  const syncs = async () => (await all()).filter(({ resource }) => BROUGHT.has(resource))
  await until('all is in', async () => (await syncs()).every(({ status }) => status === 'done'))
  expect(await syncs()).toMatchObject([
    { resource: 'products', rows: 1, error: null },
    { resource: 'orders', rows: 40, error: null, gaps: [] },
    {
      resource: 'webhooks',
      error: null,
      note: 'PUBLIC_URL is not set, so the shop cannot tell us of changes: they come in every 15 minutes.',
    },
  ])
  const nightly = (await all()).find(({ resource }) => resource === 'orders-90-days')
  expect(nightly).toMatchObject({ status: 'waiting', next_run_at: expect.any(String) })
  expect(await bookedOf(sql, store)).toEqual(truthOf(shop.orders))
  // No order is as young as the days that are compared by themselves.
  const days = { from: '2024-04-01', to: '2025-04-01' }
  await ask('/reconciliation/nl/run', 'POST', days)
  const compared = async () =>
    ((await ask('/reconciliation/stores'))['data'] as { status: string; days: number; error: null }[])[0]
  await until('the days are compared', async () => ((await compared())?.days ?? 0) > 0)
  expect(await compared()).toMatchObject({ status: 'matches', source: 'report', error: null })
  const [matching] = await sql<{ days: number }[]>`
    select count(*)::int as days from reconciled_figures where measure = 'net_sales' and ours <> 0 and difference = 0`
  expect(matching!.days).toBeGreaterThan(15)
  expect(service.logs.filter(({ level }) => level === 'error')).toEqual([])
  expect(shopify.refused).toEqual([])
})
