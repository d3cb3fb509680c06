import { afterAll, expect, test } from 'bun:test'
import { startBalancer } from '../support/balancer.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { faultTable } from '../support/fault-table.ts'
import { ORDER_LINES, underWay } from '../support/imports.ts'
import { OWNER } from '../support/owner.ts'
import { type Service, startService } from '../support/service.ts'
import { nothingLost, startTraffic } from '../support/traffic.ts'
import { until } from '../support/until.ts'

const services: Service[] = []
const balancer = startBalancer()
afterAll(async () => {
  for (const service of services) await service.kill()
  await balancer.stop()
})
const { sql, appUrl } = await testDatabase()
const table = faultTable('Deploys')

/** The next release, beside the one that runs; resolves when requests go to it. */
async function deployed() {
  const service = await startService({
    DATABASE_URL: appUrl,
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    RATE_LIMIT: '1000000',
    DRAIN_SECONDS: '1',
  })
  services.push(service)
  balancer.add(service.url)
  await until('requests go to it', () => balancer.sendsTo(service.url))
  return service
}

const ORDERS = 500
const MAPPING = JSON.stringify(ORDER_LINES)
const FILE = `nr,sku,title,qty,at,price\n${Array.from({ length: ORDERS }, (_, at) => `${at + 1},SKU-${at % 40},Thing,1,2026-04-${String((at % 30) + 1).padStart(2, '0')} 12:00,10.25`).join('\n')}\n`

test('while one release follows another no request fails, nothing is lost or doubled, and an import that was under way ends', async () => {
  let current = await deployed()
  const json = { 'content-type': 'application/json' }
  const login = await fetch(`${balancer.url}/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(OWNER),
  })
  const { token } = (await login.json()) as { token: string }
  const authorization = `Bearer ${token}`
  const store = await aStore(sql)
  const traffic = startTraffic({ url: () => balancer.url, token, store, clients: 2, pause: 20 })
  await until('some writes are in', () => traffic.taken.writes > 20)

  const imported: number[] = []
  for (let release = 0; release < 3; release++) {
    const into = await aStore(sql)
    const query = `store=${into.slug}&file_name=orders.csv&mapping=${encodeURIComponent(MAPPING)}`
    const previewed = await fetch(`${balancer.url}/imports/orders?${query}`, { method: 'POST', headers: { authorization, 'content-type': 'text/csv' }, body: FILE }) // prettier-ignore
    const { id } = (await previewed.json()) as { id: number }
    const next = await deployed()
    // The import reaches the old one, which is told to end in its middle.
    const applied = fetch(`${current.url}/imports/${id}/apply`, { method: 'POST', headers: { authorization, ...json }, body: '{}' }) // prettier-ignore
    await underWay(sql, { id, slug: into.slug })
    const [stopped, answer] = await Promise.all([current.stop(), applied])
    expect([stopped, answer.status]).toEqual([0, 200])
    const [row] = await sql<
      { orders: number }[]
    >`select count(*)::int as orders from orders where store_id = ${into.id}`
    imported.push(row!.orders)
    current = next
  }
  const before = traffic.taken.writes
  await until('writes go on', () => traffic.taken.writes > before)
  await traffic.stop()
  expect(balancer.failures).toEqual([])
  expect(traffic.failures(0)).toEqual([])
  expect(imported).toEqual([ORDERS, ORDERS, ORDERS])
  const lost = await nothingLost(sql, store, traffic)
  for (const { logs } of services) expect(logs.filter(({ level }) => level === 'error')).toEqual([])
  table.note({ fault: `${imported.length} releases under way, ${traffic.answered.length} requests over kept connections, an import in each`, saw: 'nothing: every request was answered', lost, recovery: 'none needed' }) // prettier-ignore
}, 300_000)

test('a process that was told to end says so to whoever asks whether it is ready, answers what comes, and closes its connections', async () => {
  const current = services.at(-1)!
  const stopping = current.stop()
  await until('it says so', async () => (await fetch(`${current.url}/ready`)).status === 503)
  const ready = await fetch(`${current.url}/ready`)
  expect(await ready.json()).toMatchObject({ status: 'going down', database: 'answers' })
  const health = await fetch(`${current.url}/health`)
  expect([health.status, health.headers.get('connection')]).toEqual([200, 'close'])
  expect(await stopping).toBe(0)
})
