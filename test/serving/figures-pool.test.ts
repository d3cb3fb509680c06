import { expect, test } from 'bun:test'
import { findMemory } from '../../sql/memories.ts'
import { appPool, figuresPools, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

const database = await testDatabase()
const { sql, appUrl } = database
const { uk } = await april(sql)
const pools = figuresPools(appUrl)
const api = await testApi(database, { figures: pools, keptAnswerBytes: 0 })
const slow = await testApi(database, { sql: appPool(appUrl), keptAnswerBytes: 0 })
const owner = await api.someone('owner')
const limited = await api.someone('owner')
await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
await api.post('/memories', { content: 'I like short answers' }, owner.token)

const FIGURES = new Set(['stats:read', 'financials:read', 'products:read', 'orders:read'])
const ASKED: Record<string, string> = {
  '/financials/bridge': '?from=2026-03&to=2026-04',
  '/financials/line-orders': '?line=revenue',
  '/financials/product-trends': '?product_ids=1',
}
const paths = api.app.routes
  .filter(({ method, hooks }) => {
    const { detail } = hooks as { detail?: Record<string, unknown> }
    return method === 'GET' && FIGURES.has(String(detail?.['x-scope']))
  })
  .flatMap(({ path }) => {
    const filled = path.includes(':')
      ? ['1', '2', 'nl', 'meta', '2026-03'].map((id) => path.replace(/:\w+/g, id))
      : [path]
    return filled.flatMap((one) => [one + (ASKED[path] ?? ''), `${one}?start=2026-04-01&end=2026-04-13&store=uk`])
  })

test('who sees all stores gets of every figure the same, whether it is read in a transaction of its own or not', async () => {
  expect(paths.length).toBeGreaterThan(80)
  const read: Record<string, number> = {}
  for (const path of paths) {
    const [one, other] = [await api.get(path, owner.token), await slow.get(path, owner.token)]
    expect([path, one.status, one.text.replace(/"instance":"[^"]*"/, '')]).toEqual([path, other.status, other.text.replace(/"instance":"[^"]*"/, '')]) // prettier-ignore
    read[one.status] = (read[one.status] ?? 0) + 1
  }
  expect(read[200]).toBeGreaterThan(50)
})

test('who is limited to some stores never reads through the connections that see all', async () => {
  let asked = 0
  const watched = (pool: typeof pools.reports) =>
    new Proxy(pool, {
      apply: (target, self, args: Parameters<typeof pool>) => {
        asked += 1
        return Reflect.apply(target, self, args) as unknown
      },
    })
  const figures = { reports: watched(pools.reports), lists: watched(pools.lists) }
  const watching = await testApi(database, { figures, keptAnswerBytes: 0 })
  await watching.get('/stores', owner.token)
  const reports = asked
  await watching.get('/orders', owner.token)
  expect([reports > 0, asked > reports]).toEqual([true, true])
  asked = 0
  const { token: machine } = await api.anApiToken(owner.id, { store_ids: [uk.id] })
  for (const token of [limited.token, machine])
    for (const path of paths) {
      const { text } = await watching.get(path, token)
      expect([path, text.includes('Netherlands')]).toEqual([path, false])
    }
  expect(asked).toBe(0)
})

test('the connections that see all stores show nothing that is one person’s own, and write nothing', async () => {
  const [memory] = await sql<{ id: number }[]>`select id from memories`
  for (const figures of Object.values(pools)) {
    expect((await figures`select id from memories`).length).toBe(0)
    expect((await figures`select id from receipts`).length).toBe(0)
    expect(await findMemory(figures, { id: memory!.id })).toBeUndefined()
    expect(figures`update stores set name = 'x'`).rejects.toThrow('read-only transaction')
  }
})

test('a connection that is lost is followed by one that sees the same', async () => {
  type Seen = { pid: number; slugs: string[] }
  const look = () =>
    pools.lists<Seen[]>`select pg_backend_pid() as pid, array_agg(slug order by slug) as slugs from stores`
  const before = new Set((await Promise.all([look(), look()])).map(([row]) => row!.pid))
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bun test' and pid <> pg_backend_pid() and datname = current_database() and usename <> current_user`
  // A question that was under way on a connection when it was lost fails; it is the next that must find another.
  const after = await until('another connection answers', async () => {
    const [row] = await look().catch(() => [])
    return row && !before.has(row.pid) ? row : undefined
  })
  expect(after.slugs).toEqual(['jp', 'nl', 'uk'])
})
