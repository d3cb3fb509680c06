import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { appLogin } from '../../dev/app-login.ts'
import { run } from '../../dev/process.ts'
import { connect } from '../../sql/connect.ts'
import { testDatabase } from '../support/database.ts'
import { faultTable } from '../support/fault-table.ts'
import { OWNER } from '../support/owner.ts'
import { type Service, startService } from '../support/service.ts'
import { until } from '../support/until.ts'

const services: Service[] = []
const ending: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const service of services) await service.kill()
  for (const end of ending) await end()
})
const { sql: other, url: otherUrl } = await testDatabase()
const table = faultTable('Replicas and clocks')
const name = `${new URL(otherUrl).pathname.slice(1)}_fresh`
const url = Object.assign(new URL(otherUrl), { pathname: `/${name}` }).href
ending.push(() => other`drop database if exists ${other(name)} with (force)`)
const sql = connect(url, { max: 2, sees: 'all' })
ending.unshift(() => sql.end({ timeout: 1 }))

const environment = { ADMIN_EMAIL: OWNER.email, ADMIN_PASSWORD: OWNER.password, RATE_LIMIT: '1000000' }
const start = async (more: Record<string, string>) => {
  const service = await startService({ ...environment, ...more })
  services.push(service)
  return service
}
const ready = async (service: Service) => (await fetch(`${service.url}/ready`)).status === 200

test('two replicas, and the migrations of both, start at once on a server without a database: all is made once', async () => {
  const appUrl = await appLogin(otherUrl)
  const starting = [1, 2].map(() =>
    start({ DATABASE_URL: Object.assign(new URL(appUrl), { pathname: `/${name}` }).href, DEMO: '1' }),
  )
  const migrate = () =>
    run([process.execPath, join(import.meta.dir, '../../dev/migrate-database.ts')], {
      env: { ...process.env, DATABASE_URL: url },
    })
  const began = performance.now()
  const migrated = await Promise.all([migrate(), migrate(), migrate()])
  expect(migrated.map(({ code, err }) => [code, err])).toEqual([[0, ''], [0, ''], [0, '']]) // prettier-ignore
  expect(migrated.filter(({ out }) => out.startsWith('Nothing to apply.'))).toHaveLength(2)
  const both = await Promise.all(starting)
  for (const service of both) await until('it is ready', () => ready(service))
  const [made] = await sql<
    { users: number; stores: number; orders: number; numbers: number; booked: number; rolled: number }[]
  >`
    select (select count(*)::int from users) as users, (select count(*)::int from stores) as stores,
           (select count(*)::int from orders) as orders,
           (select count(*)::int from (select distinct store_id, external_id from orders) known) as numbers,
           (select sum(amount_minor)::bigint from ledger_entries where account = 'ad_spend') as booked,
           (select sum(ad_spend_minor)::bigint from daily_financials) as rolled`
  expect(made).toMatchObject({ users: 1, stores: 3 })
  expect(made!.orders).toBe(made!.numbers)
  expect(Math.abs(made!.booked)).toBe(Math.abs(made!.rolled))
  for (const { logs } of both) expect(logs.filter(({ level }) => level === 'error')).toEqual([])
  table.note({ fault: 'two replicas and three migrations start at once, on an empty server', saw: '503 until the migrations were in', lost: `nothing: one owner, 3 stores, ${made!.orders} orders of the demo`, recovery: performance.now() - began }) // prettier-ignore
}, 300_000)

test('a replica that ends takes nothing with it: the other one answers and does its jobs', async () => {
  const [one, two] = services.slice(0, 2)
  await one!.kill()
  const killed = performance.now()
  expect((await fetch(`${two!.url}/health`)).status).toBe(200)
  await sql`update periodic_jobs set next_run_at = now() where name = 'sweep'`
  await until('the sweep ran', async () => (await sql`select 1 from periodic_jobs where name = 'sweep' and next_run_at > now()`).length > 0 && (await sql`select 1 from graphile_worker.jobs where task_identifier = 'sweep'`).length === 0) // prettier-ignore
  table.note({ fault: 'one of two replicas is killed', saw: 'nothing: the other one answers', lost: 'nothing', recovery: performance.now() - killed }) // prettier-ignore
  expect(await two!.stop()).toBe(0)
})

test('a clock that was a year ahead and is set right again stops nothing: what is due runs, once', async () => {
  const appUrl = Object.assign(new URL(await appLogin(url)), { pathname: `/${name}` }).href
  const ahead = new Date(Date.now() + 365 * 86_400_000)
  const wrong = await start({ DATABASE_URL: appUrl, CLOCK_START: ahead.toISOString() })
  const dueLater = (soonest: Date) => sql<{ name: string; at: Date }[]>`
    select name, next_run_at as at from periodic_jobs where next_run_at > ${soonest}
    union all
    select connector, next_run_at from sync_state where next_run_at > ${soonest}`
  await until('jobs were planned by the wrong clock', async () => (await dueLater(ahead)).length > 3)
  // Beside one that runs its next may wait.
  const runs =
    await sql`select task_identifier as name, count(*)::int as jobs from graphile_worker.jobs where locked_at is null group by 1 having count(*) > 1`
  expect(runs.filter((row) => row['name'] !== 'run_sync')).toEqual([])
  await wrong.stop()
  await sql`
    insert into sync_state (connector, store_id, account, resource, every_minutes, next_run_at)
    select 'shopify', id, '', 'orders', 15, ${ahead} from stores order by id limit 1`
  const service = await start({ DATABASE_URL: appUrl })
  const right = performance.now()
  const tomorrow = new Date(Date.now() + 25 * 3_600_000)
  await until('nothing waits for next year', async () => (await dueLater(tomorrow)).length === 0)
  expect(service.logs.filter(({ level }) => level === 'error')).toEqual([])
  table.note({ fault: 'the clock was a year ahead, then right again', saw: 'they sign in again', lost: 'nothing: every job and source is due again by its rhythm', recovery: performance.now() - right }) // prettier-ignore
}, 180_000)
