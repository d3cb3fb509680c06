import { afterAll, expect, test } from 'bun:test'
import { createAdAccount } from '../../sql/ad-accounts.ts'
import { setSecret } from '../../sql/secrets.ts'
import { keepSync, listSyncs } from '../../sql/sync-state.ts'
import { saveEcbRates } from '../../src/ingest/fx/ecb.ts'
import { createMeta } from '../../src/ingest/meta/graph.ts'
import { accountSecretName } from '../../src/ingest/meta/sync-account.ts'
import { adsConnector } from '../../src/jobs/ads-connector.ts'
import { runSyncJob } from '../../src/jobs/run-sync.ts'
import { failureOf } from '../ingest/order-file.ts'
import { appPool, SEAL } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { spends, startMeta } from '../support/meta.ts'

const database = await testDatabase()
const { sql: owner } = database
const sql = appPool(database.appUrl)
const meta = startMeta()
afterAll(() => meta.stop())
const now = () => new Date('2026-04-13T10:00:00Z')
const client = createMeta({ root: meta.root, pause: async () => {} })
const job = runSyncJob({ sql, now, connectors: { 'meta/insights': adsConnector({ sql, now, seal: SEAL, meta: client }) } }) // prettier-ignore
const [person] = await owner<{ id: number }[]>`
  insert into users (email, role, password_hash) values ('ann@example.com', 'owner', 'x') returning id`

/** An account that is connected to a store of its own. */
async function connected(more = {}) {
  const account = meta.addAccount(more)
  const store = await aStore(owner)
  const { id: external_id, name, currency, timezone_name: time_zone } = account
  const made = await createAdAccount(owner, { store_id: store.id, external_id, name, currency, time_zone, action_type: 'omni_purchase', attribution: 'default', now: now() }) // prettier-ignore
  const secret = accountSecretName(made!.id)
  await setSecret(owner, { name: secret, sealed: SEAL.seal(secret, account.token), user_id: person!.id, email: 'ann@example.com', now: now() }) // prettier-ignore
  const { id: sync_id } = await keepSync(owner, { connector: 'meta', store_id: store.id, account: external_id, resource: 'insights', every_minutes: 60, next_run_at: null }) // prettier-ignore
  const told = async () => (await listSyncs(owner, { id: sync_id, store_ids: null, limit: 1, offset: 0, after: null, now: now() }))[0]! // prettier-ignore
  const run = async (range?: { from: string; to: string }, last = false) => {
    await job.run({ sync_id, ...range }, { signal: new AbortController().signal, attempt: 1, last })
    return told()
  }
  return { account, store, run, told }
}

test('days that wait for an exchange rate are gaps until it arrives', async () => {
  const { account, run } = await connected({ currency: 'CHF' })
  const spring = meta.addCampaign(account, 'Spring')
  for (const day of ['2026-04-09', '2026-04-10', '2026-04-11']) spends(spring, day, 100)
  const reason = '3 rows of ad spend in CHF wait for an exchange rate.'
  expect(await run()).toMatchObject({ status: 'done', rows: 3, gaps: [{ from: '2026-04-09', to: '2026-04-11', reason }] }) // prettier-ignore
  await saveEcbRates(owner, [{ currency: 'CHF', day: '2026-04-09', units_per_euro: '0.95' }])
  expect(await run()).toMatchObject({ status: 'done', gaps: [] })
})

test('a range that was cut off goes on behind the last part that was saved', async () => {
  const { account, run, told } = await connected()
  const spring = meta.addCampaign(account, 'Spring')
  spends(spring, '2025-10-10', 100)
  spends(spring, '2026-02-10', 200)
  const range = { from: '2025-10-01', to: '2026-03-31' }
  meta.faults.push('report is made', 'report is made', 'report fails')
  expect(await failureOf(run(range))).toContain('Meta could not make the report about')
  expect(await told()).toMatchObject({ status: 'failed', rows: 1, done: 90, expected: 182 })
  meta.reported.length = 0
  expect(await run(range)).toMatchObject({ status: 'done', rows: 2, error: null })
  // The last two days are few enough to be answered at once.
  expect(meta.reported).toEqual(['campaign 2025-12-30 2026-03-29', 'ad 2025-12-30 2026-03-29'])
})

test('a token that is refused, and a pause that Meta wants, are said; the pause is kept', async () => {
  const { run, told } = await connected()
  meta.faults.push('expired')
  expect(await failureOf(run())).toContain('it has expired (Meta error 190/463)')
  expect(await told()).toMatchObject({ status: 'failed', next_run_at: null })
  meta.faults.push('throttled')
  expect(await run()).toMatchObject({ status: 'failed', next_run_at: '2026-04-13T10:05:00.000Z' })
  meta.faults.push('throttled')
  expect(await failureOf(run({ from: '2026-03-01', to: '2026-03-02' }))).toContain('wants a pause')
  expect(await run()).toMatchObject({ status: 'done', error: null, next_run_at: '2026-04-13T11:00:00.000Z' })
})
