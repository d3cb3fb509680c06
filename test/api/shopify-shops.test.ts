import { afterAll, expect, test } from 'bun:test'
import { createShopify } from '../../src/shopify/admin.ts'
import { shopSecretName, webhookSecretName } from '../../src/shopify/open-shop.ts'
import { problemOf, SEAL, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { reconciled } from '../support/reconciliation.ts'
import { startShopify } from '../support/shopify.ts'

const database = await testDatabase()
const { sql } = database
const shopify = startShopify()
afterAll(() => shopify.stop())
const now = () => new Date('2026-04-13T10:00:00Z')
const api = await testApi(database, { shopify: createShopify({ root: shopify.root, now }) })
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk' })
const { token } = await api.someone('admin')
const limited = await api.someone('admin')
await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`

const inShopify = shopify.shop('nl-shop.myshopify.com')
const SECRET = inShopify.client_secret
const shop = { domain: inShopify.domain, client_id: inShopify.client_id }
const put = (json: object, headers: Record<string, string> = {}, as = token) =>
  api.send('/stores/nl/shopify', { method: 'PUT', token: as, json, headers })
const connect = (json: object, headers: Record<string, string> = {}, as = token) =>
  put({ client_secret: SECRET, ...json }, headers, as)
const sealedSecret = async () => {
  const [row] = await sql<{ sealed: string }[]>`select sealed from secrets where name = ${shopSecretName(nl.id)}`
  return row?.sealed
}

test('a store is connected, shown without its secret, which is sealed, and disconnected again', async () => {
  problemOf(await api.get('/stores/nl/shopify', token), 404)
  const connected = await connect(shop)
  expect([connected.status, connected.body]).toMatchObject([200, shop])
  const { headers, text, body } = await api.get('/stores/nl/shopify', token)
  expect([body, text]).toMatchObject([shop, connected.text])
  expect(text).not.toContain(SECRET)
  expect(SEAL.open(shopSecretName(nl.id), (await sealedSecret())!)).toBe(SECRET)
  expect(headers.has('etag')).toBe(true)

  const gone = await api.send('/stores/nl/shopify', { method: 'DELETE', token })
  expect([gone.status, gone.body]).toEqual([200, { store: 'nl', result: 'disconnected', note: null }])
  expect(await sealedSecret()).toBeUndefined()
  problemOf(await api.send('/stores/nl/shopify', { method: 'DELETE', token }), 404)
  const noted = await sql<{ action: string; text: string }[]>`
    select action, a::text as text from audit_log a where action like 'shopify.%' order by id`
  expect(noted.map(({ action }) => action)).toEqual(['shopify.connected', 'shopify.disconnected'])
  expect(JSON.stringify(noted)).not.toContain(SECRET)
})

test('a request with an Idempotency-Key connects the store once, and a repeat gets the same answer', async () => {
  const headers = { 'idempotency-key': 'connect-nl' }
  const first = await connect(shop, headers)
  expect([first.status, first.body]).toMatchObject([200, shop])
  expect(SEAL.open(shopSecretName(nl.id), (await sealedSecret())!)).toBe(SECRET)
  const again = await connect(shop, headers)
  expect([again.status, again.text]).toEqual([200, first.text])
  const [noted] = await sql<{ times: number }[]>`
    select count(*)::int as times from audit_log where request_id is not null and action = 'shopify.connected'`
  await api.send('/stores/nl/shopify', { method: 'DELETE', token })
  expect(noted!.times).toBe(2)
})

test('a connection that was changed since it was read stays as it is', async () => {
  await connect(shop)
  problemOf(await connect({ ...shop, client_id: 'client-2' }, { 'if-match': '"another"' }), 412)
  expect((await api.get('/stores/nl/shopify', token)).body).toMatchObject(shop)
})

test('only a shop at Shopify is taken, from those who see the store', async () => {
  for (const domain of ['example.com', 'x.myshopify.com.evil.example', 'localhost', 'X.myshopify.com'])
    expect(problemOf(await connect({ ...shop, domain }), 422).errors?.[0]?.field).toBe('domain')
  problemOf(await connect({ ...shop, client_secret: '' }), 422)
  problemOf(await connect({ ...shop, access_token: 'shpat_1' }), 422)
  problemOf(await put({ domain: shop.domain }), 422)
  problemOf(await connect(shop, {}, limited.token), 404)
  problemOf(await api.get('/stores/nl/shopify', limited.token), 404)
})

test('connecting lets products and orders come in, and disconnecting ends that', async () => {
  await connect(shop)
  const syncs = async () => (await api.get('/sync?store=nl', token)).body['data']
  expect(await syncs()).toMatchObject([
    { resource: 'products', status: 'waiting', next_run_at: '2026-04-13T10:00:00.000Z' },
    { resource: 'orders', status: 'waiting', next_run_at: '2026-04-13T10:00:00.000Z' },
    { resource: 'orders-90-days', status: 'waiting', next_run_at: '2026-04-14T01:00:00.000Z' },
    { resource: 'webhooks', status: 'waiting', next_run_at: '2026-04-13T10:00:00.000Z' },
    { resource: 'reconciliation', status: 'waiting', next_run_at: '2026-04-13T10:15:00.000Z' },
  ])
  await api.send('/stores/nl/shopify', { method: 'DELETE', token })
  expect(await syncs()).toEqual([])
})

test('the same shop again keeps what was compared with it; another one begins anew', async () => {
  const other = shopify.shop('another-shop.myshopify.com')
  await connect(shop)
  await reconciled(sql, nl, { '2026-04-12': {} }, now())
  const days = async () => ((await api.get('/reconciliation?store=nl', token)).body['data'] as object[]).length
  await connect(shop)
  expect(await days()).toBe(1)
  const { domain, client_id, client_secret } = other
  expect((await put({ domain, client_id, client_secret })).status).toBe(200)
  expect(await days()).toBe(0)
  await api.send('/stores/nl/shopify', { method: 'DELETE', token })
})

test('what a shop with a permanent token signs its webhooks with is sealed too; an app has one already', async () => {
  inShopify.permanent = 'shpat_kept-and-never-shown'
  const { text } = await put({ domain: shop.domain, access_token: inShopify.permanent, webhook_secret: 'shpss_signs' })
  expect(text).not.toContain('shpss_signs')
  const [kept] = await sql<{ sealed: string }[]>`select sealed from secrets where name = ${webhookSecretName(nl.id)}`
  expect(SEAL.open(webhookSecretName(nl.id), kept!.sealed)).toBe('shpss_signs')
  const both = { domain: shop.domain, client_id: 'a', client_secret: 'b', webhook_secret: 'c' }
  expect(problemOf(await put(both), 422).detail).toContain('signs its webhooks with its client_secret')
  await api.send('/stores/nl/shopify', { method: 'DELETE', token })
  expect(await sql`select 1 from secrets where name = ${webhookSecretName(nl.id)}`).toHaveLength(0)
})

test('a permanent token does as well, and is sealed likewise', async () => {
  inShopify.permanent = 'shpat_kept-and-never-shown'
  const { body, text } = await put({ domain: shop.domain, access_token: inShopify.permanent })
  expect(body).toMatchObject({ domain: shop.domain, client_id: null, notes: [] })
  expect(text).not.toContain(inShopify.permanent)
  expect(SEAL.open(shopSecretName(nl.id), (await sealedSecret())!)).toBe(inShopify.permanent)
})

test('wrong credentials and a revoked token are refused, and what was connected stays', async () => {
  await connect(shop)
  const wrong = await connect({ ...shop, client_secret: 'shpss_wrong' })
  expect(problemOf(wrong, 409).detail).toContain('refused the credentials of nl-shop.myshopify.com')
  const revoked = await put({ domain: shop.domain, access_token: 'shpat_revoked' })
  expect(problemOf(revoked, 409).detail).toContain('HTTP 401')
  problemOf(await put({ domain: 'nobody.myshopify.com', access_token: 'shpat_1' }), 409)
  expect((await api.get('/stores/nl/shopify', token)).body).toMatchObject(shop)
  expect(SEAL.open(shopSecretName(nl.id), (await sealedSecret())!)).toBe(SECRET)
})

test('a scope that is missing is named with what it is for: refused where nothing would come in, noted where a part would', async () => {
  const all = inShopify.scopes
  inShopify.scopes = ['read_orders', 'read_products']
  expect(problemOf(await connect(shop), 409).detail).toBe(
    'The app may not read what is needed: it lacks read_inventory (unit costs), read_customers (telling first orders from later ones). ' +
      'Add them to the app in Shopify, approve that in the shop, and connect again.',
  )
  inShopify.scopes = ['read_orders', 'read_products', 'read_inventory', 'read_customers']
  expect((await connect(shop)).body['notes']).toEqual([
    'The app lacks read_all_orders (orders older than 60 days: without it history begins there).',
    'The app lacks read_reports (its own sales report, which the books are held against; without it they are held against its orders).',
    'The app lacks read_shopify_payments_disputes (chargebacks: without it they are not booked).',
    'The app lacks write_orders (approved refunds, cancellations, addresses, notes and tags: without it they are refused).',
    'The app lacks write_products (approved prices: without it they are refused).',
    'The app lacks write_inventory (approved stock levels: without it they are refused).',
    'The app lacks read_locations (the place whose stock is changed: without it approved stock levels are refused).',
    'The app lacks write_merchant_managed_fulfillment_orders (approved tracking numbers: without it they are refused).',
  ])
  inShopify.scopes = all
})

test('a shop in another currency is refused, one in another time zone is noted', async () => {
  inShopify.currency = 'USD'
  expect(problemOf(await connect(shop), 409).detail).toBe('The shop counts in USD, and the store in EUR.')
  inShopify.currency = 'EUR'
  inShopify.time_zone = 'America/New_York'
  expect((await connect(shop)).body['notes']).toEqual([
    'The shop cuts its days in America/New_York, the store in Europe/Amsterdam: its own reports show other days.',
  ])
  inShopify.time_zone = 'Europe/Amsterdam'
})

test('the terminal connects a store by the same code, with the secret on stdin', async () => {
  const run = async (secret: string, ...args: string[]) => {
    const child = Bun.spawn([process.execPath, 'src/commands/shopify-connect.ts', ...args], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: database.appUrl,
        ENCRYPTION_KEY: '07'.repeat(32),
        SHOPIFY_API_ROOT: shopify.root,
      },
      stdin: new Blob([`${secret}\n`]),
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()])
    return { code: await child.exited, out, err }
  }
  const done = await run(SECRET, 'uk', shop.domain, shop.client_id)
  expect(done).toMatchObject({ code: 0, err: '' })
  expect(done.out).toStartWith('uk is connected to nl-shop.myshopify.com.')
  expect((await api.get('/stores/uk/shopify', token)).body).toMatchObject(shop)
  expect(await run('shpss_wrong', 'uk', shop.domain, shop.client_id)).toMatchObject({ code: 1, out: '' })
  expect(await run(SECRET, 'gone', shop.domain)).toMatchObject({ code: 1, err: 'There is no store "gone".\n' })
  expect(await run('', 'uk')).toMatchObject({ code: 2 })
})
