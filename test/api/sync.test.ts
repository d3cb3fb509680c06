import { expect, test } from 'bun:test'
import { listJobs } from '../../sql/jobs.ts'
import { failSync, finishSync, keepSync, noteSync, startDueSyncs, startSync } from '../../sql/sync-state.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('owner')
const [nl, uk] = [await aStore(sql, { slug: 'nl' }), await aStore(sql, { slug: 'uk' })]
const at = (time: string) => new Date(`2026-04-13T${time}Z`)
const keep = async (store_id: number, resource: string) => {
  const made = { connector: 'shopify', store_id, account: '', resource, every_minutes: 15, next_run_at: at('09:00:00') }
  return (await keepSync(sql, made)).id
}
const orders = await keep(nl.id, 'orders')
const others = await keep(uk.id, 'orders')
const said = async (query = '') => (await api.get(`/sync${query}`, token)).body['data'] as Record<string, unknown>[]
const jobs = () => listJobs(sql, { state: null, limit: 50, offset: 0, after: null })

test('each connector tells its last success, next run, lag, rows, gaps and error, and while it runs the time left', async () => {
  await startSync(sql, { id: orders, now: at('09:50:00') })
  await noteSync(sql, { id: orders, cursor: { line: 250 }, done: 250, expected: 1_000, added: 250 })
  expect(await said('?store=nl')).toEqual([
    {
      id: orders,
      connector: 'shopify',
      store: 'nl',
      account: '',
      resource: 'orders',
      status: 'running',
      rows: 250,
      done: 250,
      expected: 1_000,
      seconds_left: 1_800,
      lag_seconds: null,
      gaps: [],
      error: null,
      note: null,
      every_minutes: 15,
      last_started_at: '2026-04-13T09:50:00.000Z',
      last_success_at: null,
      next_run_at: null,
    },
  ])
  // Taken up again after 250 rows: the rate is that of this run, not of the one that died.
  await startSync(sql, { id: orders, now: at('09:58:00') })
  await noteSync(sql, { id: orders, cursor: { line: 500 }, done: 500, expected: 1_000, added: 250 })
  expect(await said('?store=nl')).toMatchObject([{ rows: 500, seconds_left: 240 }])

  const gaps = [{ from: '2026-04-01', to: '2026-04-02', reason: 'the app may not read orders before' }]
  await finishSync(sql, { id: orders, covered_until: at('09:57:30'), gaps, note: 'It is slow.', now: at('09:59:00') })
  expect(await said('?store=nl')).toMatchObject([
    {
      status: 'done',
      rows: 500,
      done: 0,
      lag_seconds: 150,
      gaps,
      note: 'It is slow.',
      next_run_at: '2026-04-13T10:14:00.000Z',
    },
  ])
  await failSync(sql, { id: orders, error: 'The token was revoked.', next_run_at: null })
  expect(await said('?store=nl')).toMatchObject([
    { status: 'failed', error: 'The token was revoked.', lag_seconds: 150 },
  ])
})

test('what is due is started once, and not again until it is done', async () => {
  expect(await startDueSyncs(sql, { now: at('08:59:59') })).toHaveLength(0)
  expect(await startDueSyncs(sql, { now: at('09:00:00') })).toHaveLength(1)
  expect(await startDueSyncs(sql, { now: at('10:00:00') })).toHaveLength(0)
  expect(await jobs()).toMatchObject([{ name: 'run_sync', queue: `sync shopify ${uk.id}` }])
  await sql`truncate graphile_worker._private_jobs`
})

test('sync now and a range again each queue a job of the store, which is noted', async () => {
  const now = await api.post(`/sync/${orders}/run`, {}, token)
  const again = await api.post(`/sync/${orders}/import`, { from: '2026-03-01', to: '2026-03-31' }, token)
  expect([now.status, again.status]).toEqual([202, 202])
  const payloads = await sql<{ id: number; payload: unknown }[]>`
    select id, payload from graphile_worker._private_jobs order by id`
  expect(payloads.map(({ id, payload }) => ({ id, payload }))).toEqual([
    { id: now.body['job_id'] as number, payload: { sync_id: orders } },
    { id: again.body['job_id'] as number, payload: { sync_id: orders, from: '2026-03-01', to: '2026-03-31' } },
  ])
  expect((await jobs()).map(({ queue }) => queue)).toEqual([`sync shopify ${nl.id}`, `sync shopify ${nl.id}`])
  const { text } = await api.get('/audit-log', token)
  expect(text).toContain('sync.run')
  expect(text).toContain('"2026-03-31"')
})

test('a range backwards, no connection and a store that is not seen are refused', async () => {
  problemOf(await api.post(`/sync/${orders}/import`, { from: '2026-03-02', to: '2026-03-01' }, token), 422)
  problemOf(await api.post('/sync/999999/run', {}, token), 404)
  problemOf(await api.get('/sync?store=gone', token), 404)
  const limited = await api.someone('finance')
  await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
  problemOf(await api.post(`/sync/${orders}/run`, {}, limited.token), 404)
  expect((await api.get('/sync', limited.token)).body['data']).toMatchObject([{ id: others }])
})

test('what comes in once a day comes at 3 at night in the zone of its store', async () => {
  const york = await aStore(sql, { slug: 'york', time_zone: 'America/New_York' })
  const row = { connector: 'shopify', store_id: york.id, account: '', resource: 'orders-90-days', every_minutes: 1_440 }
  const { id } = await keepSync(sql, { ...row, next_run_at: null })
  await finishSync(sql, { id, covered_until: null, gaps: null, note: null, now: new Date('2026-03-08T04:30:00Z') })
  // The night in which the clock goes forward: it is still the evening of the 7th there.
  expect(await said('?store=york')).toMatchObject([{ next_run_at: '2026-03-08T07:00:00.000Z' }])
})
