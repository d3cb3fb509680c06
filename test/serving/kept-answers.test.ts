import { expect, test } from 'bun:test'
import { createFreshness } from '../../src/api/freshness.ts'
import { forgetChanges } from '../../sql/data-changes.ts'
import { testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

const database = await testDatabase()
const { sql } = database
const BYTES = 64 * 1024
const { nl, uk } = await april(sql)
const api = await testApi(database, { keptAnswerBytes: BYTES })
const { token, id } = await api.someone('owner')
const SUMMARY = '/financials/summary?start=2026-04-01&end=2026-04-13'
const ASKED: Record<string, string> = {
  '/financials/bridge': '?from=2026-03&to=2026-04',
  '/financials/line-orders': '?line=revenue',
  '/financials/product-trends': '?product_ids=1',
}
const ask = (path: string, headers: Record<string, string> = {}, as = token) => api.send(path, { token: as, headers })
const isKept = ({ headers }: { headers: Headers }) => headers.get('cache-status') === 'dealdome; hit'

test('an answer is given again until a figure changes, to each form of it its own', async () => {
  const days = SUMMARY.replace('summary', 'pnl')
  const first = await ask(days)
  const again = await ask(days)
  expect([isKept(first), isKept(again)]).toEqual([false, true])
  expect(again.text).toBe(first.text)
  const packed = await ask(days, { 'accept-encoding': 'gzip' })
  expect([isKept(packed), packed.headers.get('content-encoding'), packed.text]).toEqual([false, 'gzip', first.text])
  expect(isKept(await ask(days, { 'accept-encoding': 'gzip' }))).toBe(true)
  await sql`update products set name = name || '!' where id = (select min(id) from products)`
  expect(isKept(await ask(days))).toBe(false)
})

test('who has an answer gets 304 for it, from memory or worked out anew, and the new one once a figure has changed', async () => {
  const { headers } = await ask(SUMMARY)
  const known = { 'if-none-match': headers.get('etag') ?? '' }
  expect(await ask(SUMMARY, known)).toMatchObject({ status: 304, text: '' })
  await sql`update products set updated_at = now() where id = (select min(id) from products)`
  const anew = await ask(SUMMARY, known)
  expect([anew.status, isKept(anew)]).toEqual([304, false])
  await sql`update fixed_costs set amount_minor = amount_minor + 3000`
  const changed = await ask(SUMMARY, known)
  expect(changed.status).toBe(200)
  expect(changed.headers.get('etag')).not.toBe(headers.get('etag'))
})

test('an answer goes to nobody who sees other stores or may do less', async () => {
  const limited = await api.someone('finance')
  await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
  const [all, some] = [await ask(SUMMARY), await ask(SUMMARY, {}, limited.token)]
  expect(all.body['revenue']).not.toEqual(some.body['revenue'])
  expect((await ask(SUMMARY, {}, limited.token)).text).toBe(some.text)
  const { token: orders } = await api.anApiToken(id, { scopes: ['orders:read'] })
  const { token: uks } = await api.anApiToken(id, { scopes: ['stats:read'], store_ids: [uk.id] })
  expect((await ask(SUMMARY, {}, orders)).status).toBe(403)
  expect((await ask(SUMMARY, {}, uks)).body['revenue']).toEqual(some.body['revenue'])
  expect((await ask(SUMMARY, {}, 'x'.repeat(40))).status).toBe(401)
})

test('an answer that depends on the day is worked out anew when a day begins somewhere', async () => {
  const today = '/financials/overview'
  await ask(today)
  expect(isKept(await ask(today))).toBe(true)
  await api.at('2026-04-13T10:15:00Z', async () => expect(isKept(await ask(today))).toBe(false))
})

test('what is kept stays small however many questions are asked, and the last ones are there', async () => {
  const paths = Array.from({ length: 80 }, (_, n) => `${SUMMARY}&n=${n}`)
  const { length } = (await ask(SUMMARY)).text
  for (const path of paths) await ask(path)
  let kept = 0
  for (const path of paths.toReversed()) if (isKept(await ask(path))) kept += 1
  expect(kept).toBeGreaterThan(5)
  expect(kept * length).toBeLessThan(BYTES)
})

test('a change counts when it is committed, in whatever order, and once', async () => {
  const freshness = createFreshness(sql)
  const figures = async () => (await freshness.current()).figures
  const begin = async (name: string) => {
    const tx = await sql.reserve()
    await tx`begin`
    await tx`update stores set name = ${name} where id = ${name === 'early' ? nl.id : uk.id}`
    return async (end: 'commit' | 'rollback') => {
      await tx.unsafe(end)
      tx.release()
    }
  }
  const start = await figures()
  const early = await begin('early')
  const late = await begin('late')
  expect(await figures()).toBe(start)
  await late('commit')
  expect([await figures(), await figures()]).toEqual([start + 1, start + 1])
  await early('commit')
  expect([await figures(), await figures()]).toEqual([start + 2, start + 2])
  await (
    await begin('early')
  )('rollback')
  expect(await figures()).toBe(start + 2)
  await forgetChanges(sql, {})
  expect([await figures(), await figures()]).toEqual([start + 3, start + 3])
  // One that everybody can see: a transaction that runs elsewhere on the server holds them back.
  await until('what is over is forgotten', async () => {
    await forgetChanges(sql, {})
    return (await sql`select xid from data_changes`).length === 2
  })
})

test('no answer that is kept reads a table which does not tell its changes', async () => {
  const quiet = await sql<{ name: string }[]>`
    select relname as name
    from pg_class c
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and relname not in ('data_changes', 'rate_windows')
      and relname not in ('settled_days', 'unsettled_days', 'product_spans', 'unsettled_product_days') -- follow from tables that do
      and not exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'tells_change')`
  expect(quiet.length).toBeGreaterThan(20)
  const orders = await sql<{ id: number }[]>`select id from orders limit 1`
  const products = await sql<{ id: number }[]>`select id from products limit 1`
  const params: Record<string, number> = { '/orders/:id': orders[0]!.id, '/products/:id': products[0]!.id }
  const paths = api.app.routes
    .filter(({ method, path }) => method === 'GET' && /^\/(financials|orders$|products|stores$)/.test(path))
    .map(({ path }) => path.replace(/^\/\w+\/:id/, (start) => start.replace(':id', String(params[start]))))
    .filter((path) => !path.includes(':'))
    .map((path) => path + (ASKED[path] ?? ''))
  expect(paths.length).toBeGreaterThan(12)
  await ask(SUMMARY)
  for (const { name } of quiet) await sql`revoke select on ${sql(name)} from dealdome_app`
  const refused: string[] = []
  for (const path of paths) {
    const { status, text } = await ask(path)
    if (status !== 200) refused.push(`${path} ${status} ${text}`)
  }
  for (const { name } of quiet) await sql`grant select on ${sql(name)} to dealdome_app`
  expect([refused, api.reported.splice(0)]).toEqual([[], []])
})
