import { afterAll, expect, test } from 'bun:test'
import { freePort } from '../../dev/ports.ts'
import { bookedOf, truthOf } from '../ingest/shopify/books.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { faultTable } from '../support/fault-table.ts'
import { ORDER_LINES, underWay } from '../support/imports.ts'
import { OWNER } from '../support/owner.ts'
import { startProxy } from '../support/proxy.ts'
import { type Service, startService } from '../support/service.ts'
import { aHistory } from '../support/shopify-history.ts'
import { startShopify } from '../support/shopify.ts'
import { until } from '../support/until.ts'

const ORDERS = 4_000
const services: Service[] = []
const shopify = startShopify()
afterAll(async () => {
  for (const service of services) await service.kill()
  await proxy.stop()
  await shopify.stop()
})
const { sql, appUrl } = await testDatabase()
const proxy = await startProxy(appUrl)
const table = faultTable('Imports')
const PORT = String(await freePort())
const url = `http://127.0.0.1:${PORT}`
const environment = {
  PORT,
  DATABASE_URL: proxy.url,
  ADMIN_EMAIL: OWNER.email,
  ADMIN_PASSWORD: OWNER.password,
  RATE_LIMIT: '1000000',
  SHOPIFY_API_ROOT: shopify.root,
}
const start = async (more: Record<string, string> = {}) => {
  services.push(await startService({ ...environment, ...more }))
  return services.at(-1)!
}
let service = await start({ ROLES: 'api' })

let token = ''
async function send(
  path: string,
  { method = 'POST', body, type = 'application/json' }: { method?: string; body?: string; type?: string } = {},
) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type }
  const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
token = String((await send('/auth/login', { body: JSON.stringify(OWNER) })).body['token'])

const MAPPING = JSON.stringify(ORDER_LINES)
const lines = Array.from({ length: ORDERS }, (_, at) => {
  const day = String((at % 30) + 1).padStart(2, '0')
  return `${at + 1},SKU-${at % 40},Thing ${at % 40},${(at % 3) + 1},2026-04-${day} 12:00,${(at % 50) + 0.25}`
})
const FILE = `nr,sku,title,qty,at,price\n${lines.join('\n')}\n`
const REVENUE = lines.reduce(
  (sum, line) => sum + Number(line.split(',')[3]) * Math.round(Number(line.split(',')[5]) * 100),
  0,
)

/** A store with a previewed file of orders. */
async function aPreview() {
  const store = await aStore(sql)
  const query = `store=${store.slug}&file_name=orders.csv&mapping=${encodeURIComponent(MAPPING)}`
  const made = await send(`/imports/orders?${query}`, { body: FILE, type: 'text/csv' })
  expect(made.status).toBe(201)
  const state = async () => {
    const [row] = await sql<{ status: string; orders: number; entries: number; revenue: number; rolled: number }[]>`
      select (select status from imports where id = ${Number(made.body['id'])}) as status,
             (select count(*)::int from orders where store_id = ${store.id}) as orders,
             (select count(*)::int from ledger_entries where store_id = ${store.id}) as entries,
             (select coalesce(sum(amount_minor), 0)::bigint from ledger_entries where store_id = ${store.id} and account = 'gross_sales') as revenue,
             (select coalesce(sum(revenue_minor), 0)::bigint from daily_financials where store_id = ${store.id}) as rolled`
    return row!
  }
  const id = Number(made.body['id'])
  return {
    store,
    state,
    apply: () => send(`/imports/${id}/apply`),
    underWay: () => underWay(sql, { id, slug: store.slug }),
  }
}
const NOTHING = { status: 'previewed', orders: 0, entries: 0, revenue: 0, rolled: 0 }
const ALL = { status: 'applied', orders: ORDERS, revenue: REVENUE, rolled: REVENUE }
const words = `nothing: ${ORDERS} orders, ${(REVENUE / 100).toFixed(2)} EUR, or none of it`

test('a process that is killed at any point of an import leaves all of it or nothing, and the next one does it', async () => {
  const first = await aPreview()
  const began = performance.now()
  expect((await first.apply()).status).toBe(200)
  const whole = performance.now() - began
  expect(await first.state()).toMatchObject(ALL)
  const { apply, state } = await aPreview()
  let [kills, recovery] = [0, 0]
  for (const share of [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95]) {
    const answer = apply().catch(() => undefined)
    await Bun.sleep(whole * share)
    expect(await service.kill()).toBe(137)
    kills++
    await answer
    const killed = performance.now()
    await until('the database has noticed', async () => (await sql`select 1 from pg_stat_activity where application_name = 'dealdome' and datname = current_database()`).length === 0) // prettier-ignore
    const left = await state()
    expect(left).toMatchObject(left.status === 'applied' ? ALL : NOTHING)
    service = await start({ ROLES: 'api' })
    recovery = Math.max(recovery, performance.now() - killed)
  }
  expect((await apply()).status).toBe(200)
  expect(await state()).toMatchObject(ALL)
  table.note({ fault: `kill -9 at ${kills} points of an import of ${ORDERS} orders`, saw: 'no answer; `POST /imports/ID/apply` again does it', lost: words, recovery }) // prettier-ignore
}, 300_000)

test('a stop in the middle of an import lets it end', async () => {
  const { apply, state, underWay } = await aPreview()
  const answer = apply()
  await underWay()
  expect(await service.stop()).toBe(0)
  expect((await answer).status).toBe(200)
  expect(await state()).toMatchObject(ALL)
  const stopped = performance.now()
  service = await start({ ROLES: 'api' })
  table.note({ fault: 'deploy (SIGTERM) during an import', saw: 'the answer, 200', lost: words, recovery: performance.now() - stopped }) // prettier-ignore
})

test('a database connection that breaks in the middle of an import leaves nothing of it, in words', async () => {
  const { apply, state, underWay } = await aPreview()
  const answer = apply()
  await underWay()
  proxy.drop()
  const cut = performance.now()
  const { status, body } = await answer
  expect([status, body['detail']]).toEqual([503, 'The database does not answer right now. Try again in a moment.'])
  expect(await state()).toMatchObject(NOTHING)
  expect((await apply()).status).toBe(200)
  expect(await state()).toMatchObject(ALL)
  table.note({ fault: 'the database connection breaks during an import', saw: `503 “${String(body['detail'])}”`, lost: words, recovery: performance.now() - cut }) // prettier-ignore
})

test('the history of a shop goes on after kill -9, a lost database and a deploy, and is right to the cent', async () => {
  expect(await service.stop()).toBe(0)
  service = await start()
  const store = await aStore(sql, { slug: 'shop' })
  const shop = shopify.shop('shop.myshopify.com')
  aHistory(shop, 3_500)
  const { domain, client_id, client_secret } = shop
  const body = JSON.stringify({ domain, client_id, client_secret })
  expect((await send('/stores/shop/shopify', { method: 'PUT', body })).status).toBe(200)
  const orders = async () => (await sql<{ rows: number }[]>`select count(*)::int as rows from orders where store_id = ${store.id}`)[0]!.rows // prettier-ignore
  const more = async (than: number) => until('some more orders are in', async () => (await orders()) > than)
  await more(0)
  expect(await service.kill()).toBe(137)
  const atKill = await orders()
  const killed = performance.now()
  service = await start()
  await more(atKill)
  const recovery = performance.now() - killed
  const atLoss = await orders()
  await proxy.make('refuse')
  await Bun.sleep(500)
  await proxy.make('none')
  const back = performance.now()
  await more(atLoss + 500)
  const recoveryOfLoss = performance.now() - back
  expect(await service.stop()).toBe(0)
  const stopped = performance.now()
  service = await start()
  await until('every order is in', async () => (await orders()) === shop.orders.length)
  await until('every day is right', async () => Bun.deepEquals(await bookedOf(sql, store), truthOf(shop.orders)))
  expect(shop.operations.size).toBe(1)
  const lost = `nothing: ${shop.orders.length} orders, every day equal to the cent`
  const saw = 'it went on where it was'
  table.note({ fault: `kill -9 after ${atKill} orders of a shop’s history`, saw, lost, recovery })
  table.note({ fault: `no database after ${atLoss} orders of it`, saw, lost, recovery: recoveryOfLoss })
  table.note({ fault: 'deploy (SIGTERM) in the middle of it', saw, lost, recovery: performance.now() - stopped })
}, 300_000)
