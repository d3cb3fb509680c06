import { afterAll, expect, test } from 'bun:test'
import { keepSync, listSyncs } from '../../sql/sync-state.ts'
import { createEcb } from '../../src/ingest/fx/ecb-feed.ts'
import { ratesConnector } from '../../src/jobs/rates-connector.ts'
import { runSyncJob } from '../../src/jobs/run-sync.ts'
import { appPool } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { startEcb } from '../support/ecb.ts'
import { startService } from '../support/service.ts'
import { until } from '../support/until.ts'
import { failureOf } from '../ingest/order-file.ts'

const database = await testDatabase()
const sql = appPool(database.appUrl)
const ecb = startEcb()
afterAll(() => ecb.stop())
const clock = { now: new Date('2026-04-10T15:00:00Z') }
const now = () => clock.now
const rates = { connector: 'ecb', store_id: null, account: '', resource: 'rates', every_minutes: 60, next_run_at: null }
const { id: sync_id } = await keepSync(sql, rates)
const job = runSyncJob({ sql, now, connectors: { 'ecb/rates': ratesConnector({ sql, now, ecb: createEcb({ root: ecb.url }) }) } }) // prettier-ignore
const told = async () => (await listSyncs(sql, { id: sync_id, store_ids: null, limit: 1, offset: 0, after: null, now: now() }))[0] // prettier-ignore
/** A run of the job at this time, the last that is tried or not. */
const runAt = async (time: string, last = false) => {
  clock.now = new Date(time)
  await job.run({ sync_id }, { signal: new AbortController().signal, attempt: 1, last })
  return told()
}
const GAP = { from: '2026-02-03', to: '2026-04-08', reason: 'The ECB has no rates of these days.' }

test('the ECB’s rates come in every hour, and the days that are missing are said', async () => {
  ecb.publish(['2026-02-02', '2026-04-09', '2026-04-10'].map((day) => ({ day, rates: { USD: '1.1', GBP: '0.85' } })))
  expect(await runAt('2026-04-10T15:00:00Z')).toMatchObject({
    connector: 'ecb',
    status: 'done',
    rows: 6,
    lag_seconds: 0,
    gaps: [GAP],
    next_run_at: '2026-04-10T16:00:00.000Z',
  })
  // Saturday, Sunday, Easter Monday: no gap.
  expect(await runAt('2026-04-13T15:00:00Z')).toMatchObject({ rows: 6, gaps: [GAP] })
  const silent = { from: '2026-04-11', to: '2026-04-20', reason: 'The ECB has not published since.' }
  expect(await runAt('2026-04-20T15:00:00Z')).toMatchObject({ rows: 6, gaps: [GAP, silent] })
  ecb.publish([{ day: '2026-04-20', rates: { USD: '1.2' } }])
  expect(await runAt('2026-04-20T16:30:00Z')).toMatchObject({ status: 'done', rows: 7 })
  expect(ecb.asked.at(-1)).toBe('eurofxref-hist-90d.xml')
})

test('a failure is said in words; the last try of a run leaves the next one to the clock', async () => {
  const words = 'The ECB does not answer right now (eurofxref-daily.xml: HTTP 503)'
  for (const [last, next_run_at] of [
    [false, null],
    [true, '2026-04-20T18:30:00.000Z'],
  ] as const) {
    // prettier-ignore
    ecb.faults.push('broken')
    expect(await failureOf(runAt('2026-04-20T17:30:00Z', last))).toContain(words)
    const { error, ...sync } = (await told())!
    expect(error).toContain(words)
    expect(sync).toMatchObject({ status: 'failed', next_run_at })
  }
  expect(await runAt('2026-04-20T18:30:00Z')).toMatchObject({ status: 'done', error: null })
})

test('the service itself asks the ECB as soon as it runs', async () => {
  const other = await testDatabase()
  ecb.publish([{ day: '2026-04-21', rates: { USD: '1.25', JPY: '160.5' } }])
  await using _ = await startService({ DATABASE_URL: other.appUrl, ECB_API_ROOT: ecb.url, ROLES: 'api,worker' })
  await until('the rates are there', async () => {
    const known = await other.sql<{ rate: string }[]>`
      select units_per_euro::text as rate from fx_rates where currency = 'JPY' and day = '2026-04-21'`
    return known[0]?.rate === '160.5'
  })
  expect(ecb.refused).toEqual([])
})
