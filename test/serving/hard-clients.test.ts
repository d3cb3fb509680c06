import { afterAll, expect, test } from 'bun:test'
import { connect as connectTo, type Socket } from 'node:net'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { OWNER } from '../support/owner.ts'
import { startService } from '../support/service.ts'
import { until } from '../support/until.ts'

/** A download of these is 20 times what lies between a reader that stops and us. */
const PRODUCTS = 150_000

const { sql, appUrl } = await testDatabase()
await april(sql)
await sql`insert into products (name) select 'Product ' || n || repeat(' long name', 8) from generate_series(1, ${PRODUCTS}::int) n`
const service = await startService({
  ROLES: 'api',
  DATABASE_URL: appUrl,
  ADMIN_EMAIL: OWNER.email,
  ADMIN_PASSWORD: OWNER.password,
  RATE_LIMIT: '1000000',
})
afterAll(() => service.kill())
const json = { 'content-type': 'application/json' }
const login = await fetch(`${service.url}/auth/login`, { method: 'POST', headers: json, body: JSON.stringify(OWNER) })
const { token } = (await login.json()) as { token: string }
const authorization = `Bearer ${token}`
const get = (path: string) => fetch(service.url + path, { headers: { authorization } })

/** A connection on which something was asked, once the answer has begun; it reads nothing more unless told to. */
function asking(path: string): Promise<Socket> {
  const { hostname, port } = new URL(service.url)
  return new Promise((resolve, reject) => {
    const socket = connectTo(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: ${authorization}\r\n\r\n`),
    )
    socket.on('error', reject)
    socket.once('data', () => resolve(socket.pause()))
  })
}

test('readers that stop in the middle of a download keep no read and no write waiting, and let go when they leave', async () => {
  const stopped = await Promise.all(Array.from({ length: 12 }, () => asking('/products?format=csv')))
  const running = async () =>
    (await sql`select 1 from pg_stat_activity where datname = current_database() and application_name = 'dealdome downloads' and state <> 'idle'`).length // prettier-ignore
  await until('some of them hold a cursor', async () => (await running()) > 0)
  const paths = ['/products', '/orders', '/financials/summary', '/goals', '/auth/me']
  for (const path of [...paths, ...paths]) expect([path, (await get(path)).status]).toEqual([path, 200])
  const body = JSON.stringify({ name: 'One more' })
  const made = await fetch(`${service.url}/products`, { method: 'POST', headers: { ...json, authorization }, body })
  expect(made.status).toBe(201)
  for (const socket of stopped) socket.destroy()
  const whole = await (await get('/products?format=csv')).text()
  expect(whole.trim().split('\r\n')).toHaveLength(PRODUCTS + 4)
  await until('no cursor is held', async () => (await running()) === 0)
})

test('a thousand connections that say nothing keep nobody waiting, and are answered when they ask', async () => {
  const idle = await Promise.all(Array.from({ length: 1_000 }, () => asking('/health')))
  expect((await get('/financials/summary')).status).toBe(200)
  const answers = idle.map(
    (socket) =>
      new Promise<string>((resolve, reject) => {
        socket.on('error', reject).on('close', () => reject(new Error('cut off')))
        socket.once('data', (data) => resolve(data.toString('latin1', 0, 15)))
        socket.resume()
        socket.write(`GET /financials/summary HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`)
      }),
  )
  expect([...new Set(await Promise.all(answers))]).toEqual(['HTTP/1.1 200 OK'])
  for (const socket of idle) socket.removeAllListeners('close').destroy()
})

test('a range of ten years over all stores is answered by month, adds up to its parts, and is refused by day', async () => {
  type Column = { start: string; revenue: number; net_profit: number }
  const [start, end] = ['2016-04-14', '2026-04-13']
  const read = async (path: string) => (await get(path)).json() as Promise<{ data: Column[] } & Column>
  const { data: months } = await read(`/financials/pnl?start=${start}&end=${end}&grain=month`)
  expect([months.length, months[0]?.start, months.at(-1)?.start]).toEqual([121, start, '2026-04-01'])
  expect(months.filter(({ revenue }) => revenue !== 0)).toHaveLength(1)
  expect((await get(`/financials/pnl?start=${start}&end=${end}&grain=day`)).status).toBe(422)
  const whole = await read(`/financials/summary?start=${start}&end=${end}`)
  const cents = (of: Column[]) => of.reduce((sum, { net_profit }) => sum + Math.round(net_profit * 100), 0)
  expect(cents([whole])).toBe(cents(months))
})
