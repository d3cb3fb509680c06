import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { listJobs } from '../../sql/jobs.ts'
import { createMeta } from '../../src/ingest/meta/graph.ts'
import { accountSecretName, syncAdAccount } from '../../src/ingest/meta/sync-account.ts'
import { startDueSyncs } from '../../sql/sync-state.ts'
import { adsConnector } from '../../src/jobs/ads-connector.ts'
import { runSyncJob } from '../../src/jobs/run-sync.ts'
import { appPool, problemOf, SEAL, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aRate, aStore } from '../support/factories.ts'
import { spends, startMeta } from '../support/meta.ts'
import type { MetaAdAccount } from '../support/meta-insights.ts'
import { until } from '../support/until.ts'
import { startWorker } from '../support/worker.ts'

const database = await testDatabase()
const { sql } = database
const meta = startMeta()
afterAll(() => meta.stop())
const client = createMeta({ root: meta.root, pause: async () => {} })
const api = await testApi(database, { meta: client })
const service = appPool(database.appUrl)
const now = () => api.clock.now
const { token } = await api.someone('admin')
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP', time_zone: 'Europe/London' })
const limited = await api.someone('admin')
await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
await aRate(sql, 'GBP', '2026-04-08', '0.8')
beforeEach(async () => {
  await sql`truncate graphile_worker._private_jobs`
})

const connect = (account: MetaAdAccount, more = {}, as = token) =>
  api.post('/ad-accounts', { store: 'nl', external_id: account.id, token: account.token, ...more }, as)
const patch = (path: string, json: object, headers = {}, as = token) =>
  api.send(path, { method: 'PATCH', json, token: as, headers })
const waiting = async () =>
  (await listJobs(sql, { state: null, limit: 50, offset: 0, after: null })).map(({ name, queue }) => [name, queue])
const sync = (account_id: number) => syncAdAccount({ sql: service, now, seal: SEAL, meta: client }, { account_id })
const spent = async (store: string, day: string) =>
  (await api.get(`/financials/summary?store=${store}&start=${day}&end=${day}`, token)).body['ad_spend']
const audited = async (subject: string) =>
  (await sql`select action, old_value, new_value from audit_log where subject = ${subject} order by id`) as unknown as object[] // prettier-ignore

describe('an ad account', () => {
  test('is connected once Meta takes its token, which is sealed and never shown; its days are asked for at once', async () => {
    const account = meta.addAccount({ name: 'Shop US', currency: 'USD', timezone_name: 'America/New_York' })
    const made = await connect(account, { since: '2026-01-01' })
    expect(made.status).toBe(201)
    const { id } = made.body as { id: number }
    expect(made.body).toEqual({
      id, store: 'nl', platform: 'meta', external_id: account.id, name: 'Shop US', currency: 'USD', time_zone: 'America/New_York',
      hours_after_store: 6, action_type: 'omni_purchase', attribution: 'default', campaigns: 0, campaigns_not_mapped: 0, first_day: null,
      last_day: null, days_also_posted: 0, refused: null, sync_id: expect.any(Number), connected_at: expect.any(String),
    }) // prettier-ignore
    expect(made.text + (await api.get('/ad-accounts', token)).text).not.toContain(account.token)
    const [secret] = await sql<{ sealed: string }[]>`select sealed from secrets where name = ${accountSecretName(id)}`
    expect(SEAL.open(accountSecretName(id), secret!.sealed)).toBe(account.token)
    expect(await waiting()).toEqual([['run_sync', `sync meta ${nl.id}`]])
    expect(problemOf(await connect(account), 409).detail).toBe(`The account ${account.id} is connected already.`)
    expect(await audited(`ad account ${id}`)).toMatchObject([{ action: 'ad_account.connected', new_value: { store: 'nl', since: '2026-01-01' } }]) // prettier-ignore
    expect(JSON.stringify(await audited(`ad account ${id}`))).not.toContain(account.token)

    const gone = await api.send(`/ad-accounts/${id}`, { method: 'DELETE', token })
    expect(gone.body).toEqual({ id, result: 'disconnected' })
    expect(await sql`select 1 from secrets where name = ${accountSecretName(id)}`).toHaveLength(0)
    problemOf(await api.get(`/ad-accounts/${id}`, token), 404)
  })

  test('is not connected where Meta refuses, and the words say why', async () => {
    const account = meta.addAccount()
    for (const [fault, words] of [
      ['expired', 'it has expired (Meta error 190/463)'],
      ['no permission', 'needs the permission ads_read'],
      ['unknown account', 'the token may not see it'],
    ] as const) {
      meta.faults.push(fault)
      expect(problemOf(await connect(account), 409).detail).toContain(words)
    }
    meta.faults.push('throttled')
    problemOf(await connect(account), 429)
    meta.faults.push('page')
    problemOf(await connect(account), 503)
    expect(problemOf(await connect({ ...account, token: 'EAAB-another-one' }), 409).detail).toContain('it is not valid')
    problemOf(await connect({ ...account, id: 'shop' }), 422)
    problemOf(await connect(account, { since: '2022-01-01' }), 422)
    problemOf(await connect(account, { store: 'nl' }, limited.token), 422)
    expect(await sql`select 1 from ad_accounts where external_id = ${account.id}`).toHaveLength(0)
  })

  test('whose token is refused says so, is left alone, and goes on with another one', async () => {
    const account = meta.addAccount()
    const { id } = (await connect(account)).body as { id: number }
    const old = account.token
    account.token = `${old}2`
    problemOf(await api.post(`/ad-accounts/${id}/check`, {}, token), 409)
    expect(await sync(id).catch((error: Error) => error.message)).toContain('Make a new token and set it for the account.') // prettier-ignore
    const { refused } = (await api.get(`/ad-accounts/${id}`, token)).body
    expect(refused).toContain('it is not valid (Meta error 190)')
    problemOf(await patch(`/ad-accounts/${id}`, { token: old }), 409)
    expect((await patch(`/ad-accounts/${id}`, { token: account.token })).body['refused']).toBeNull()
    // A repeat asks Meta again.
    for (const key of ['one', 'one']) {
      const headers = { 'idempotency-key': key }
      expect((await patch(`/ad-accounts/${id}`, { token: account.token }, headers)).body).toMatchObject({ id, refused: null }) // prettier-ignore
      const sent = { method: 'POST', json: {}, token, headers }
      expect((await api.send(`/ad-accounts/${id}/check`, sent)).body).toMatchObject({ id, refused: null })
    }
    await api.send(`/ad-accounts/${id}`, { method: 'DELETE', token })
  })

  test('that was changed since it was read stays as it is, and one of a store that is not seen is not there', async () => {
    const { id } = (await connect(meta.addAccount())).body as { id: number }
    problemOf(await patch(`/ad-accounts/${id}`, { attribution: '7d_click' }, { 'if-match': '"another"' }), 412)
    for (const answer of [
      await api.get(`/ad-accounts/${id}`, limited.token),
      await patch(`/ad-accounts/${id}`, {}, {}, limited.token),
      await api.post(`/ad-accounts/${id}/check`, {}, limited.token),
      await api.send(`/ad-accounts/${id}`, { method: 'DELETE', token: limited.token }),
    ])
      problemOf(answer, 404)
    expect((await api.get('/ad-accounts', limited.token)).body['data']).toEqual([])
    await api.send(`/ad-accounts/${id}`, { method: 'DELETE', token })
  })

  test('is fetched by the worker, its history first, and tells how far it is; after a pause that Meta asks for it goes on', async () => {
    const account = meta.addAccount()
    const spring = meta.addCampaign(account, 'By itself')
    spends(spring, '2026-01-11', 300)
    spends(spring, '2026-04-11', 500)
    const { id, sync_id } = (await connect(account, { since: '2026-01-01' })).body as { id: number; sync_id: number }
    const connectors = { 'meta/insights': adsConnector({ sql: service, now, seal: SEAL, meta: client }) }
    const worker = startWorker(
      { sql: service, databaseUrl: database.appUrl, now },
      [runSyncJob({ sql: service, now, connectors })],
      [startDueSyncs],
    )
    const told = async () => {
      const { data } = (await api.get('/sync?store=nl', token)).body as { data: { id: number }[] }
      return data.find((one) => one.id === sync_id)
    }
    await until('it was fetched', async () => (await spent('nl', '2026-04-11')) === 5)
    await worker.done()
    expect(await spent('nl', '2026-01-11')).toBe(3)
    expect(await told()).toMatchObject({ connector: 'meta', store: 'nl', account: account.id, resource: 'insights', status: 'done', rows: 2, gaps: [], error: null, every_minutes: 60, lag_seconds: 0, next_run_at: '2026-04-13T11:00:00.000Z' }) // prettier-ignore
    meta.faults.push('throttled')
    await api.post(`/sync/${sync_id}/run`, {}, token)
    await until('it waits', async () => (await told()) && JSON.stringify(await told()).includes('wants a pause'))
    await worker.done()
    expect(await told()).toMatchObject({ status: 'failed', next_run_at: '2026-04-13T10:05:00.000Z' })
    await api.at('2026-04-13T10:06:00Z', () => until('it goes on', async () => JSON.stringify(await told()).includes('"done"'))) // prettier-ignore
    await worker.stop()
    await api.send(`/ad-accounts/${id}`, { method: 'DELETE', token })
    expect(await told()).toBeUndefined()
  })
})

describe('a campaign', () => {
  async function aCampaign(spend: Record<string, number>, more = {}) {
    const account = meta.addAccount(more)
    const at = meta.addCampaign(account, 'Spring')
    for (const [day, amount] of Object.entries(spend)) spends(at, day, amount, { purchases: 1, value: amount * 3 })
    const account_id = (await connect(account)).body['id'] as number
    await sync(account_id)
    const { data } = (await api.get(`/campaigns?account_id=${account_id}`, token)).body as { data: { id: number }[] }
    return { id: data[0]!.id, account, account_id }
  }

  test('counts for the store of its account until it is mapped, and is named until then', async () => {
    const { id, account_id } = await aCampaign({ '2026-04-08': 10_001 })
    const { data } = (await api.get('/campaigns?mapped=false&start=2026-04-08&end=2026-04-08', token)).body as { data: object[] } // prettier-ignore
    expect(data).toContainEqual(expect.objectContaining({ id, account_id, name: 'Spring', store: 'nl', product_id: null, mapped: false, spend: 100.01, claimed: 300.03, claimed_roas: 3, purchases: 1, currency: 'EUR', attribution: 'default' })) // prettier-ignore
    expect((await api.get(`/ad-accounts/${account_id}`, token)).body).toMatchObject({ campaigns: 1, campaigns_not_mapped: 1 }) // prettier-ignore
    await patch(`/campaigns/${id}`, { store: 'nl' })
    expect((await api.get('/campaigns?mapped=false&store=nl', token)).body['data']).toEqual([])
    expect((await api.get(`/ad-accounts/${account_id}`, token)).body).toMatchObject({ campaigns_not_mapped: 0 })
    await patch(`/campaigns/${id}`, { store: null })
    expect((await api.get(`/campaigns/${id}`, token)).body).toMatchObject({ store: 'nl', mapped: false })
    expect(await spent('nl', '2026-04-08')).toBe(100.01)
    await patch(`/campaigns/${id}`, { store: 'uk' })
  })

  test('whose days also came from a file counts twice, which its account says', async () => {
    const { account_id } = await aCampaign({ '2026-04-05': 400, '2026-04-06': 400 })
    const told = async () => (await api.get(`/ad-accounts/${account_id}`, token)).body['days_also_posted']
    expect(await told()).toBe(0)
    const row = { date: '2026-04-05', store: 'nl', platform: 'meta', campaign: 'Spring', amount: 4 }
    await api.post('/financials/ad-spend', row, token)
    expect([await told(), await spent('nl', '2026-04-05')]).toEqual([1, 8])
    await api.post('/financials/ad-spend', { ...row, amount: 0 }, token)
    expect([await told(), await spent('nl', '2026-04-05')]).toEqual([0, 4])
    await api.send(`/ad-accounts/${account_id}`, { method: 'DELETE', token })
  })

  test('that moves to another store and product takes all its days along, to the cent and in that store’s currency', async () => {
    const product_id = await aProduct(sql, uk)
    const { id } = await aCampaign({ '2026-04-09': 10_003, '2026-04-10': 7 })
    const [before, foreign] = [await spent('nl', '2026-04-09'), await spent('uk', '2026-04-09')]
    const moved = await patch(`/campaigns/${id}`, { store: 'uk', product_id })
    expect(moved.body).toMatchObject({ id, store: 'uk', product_id, mapped: true, spend: 100.1 })
    expect([before, foreign]).toEqual([100.03, 0])
    expect([await spent('nl', '2026-04-09'), await spent('nl', '2026-04-10')]).toEqual([0, 0])
    expect([await spent('uk', '2026-04-09'), await spent('uk', '2026-04-10')]).toEqual([80.02, 0.06])
    const entries = await sql<{ entry: string }[]>`
      select concat_ws(' ', s.slug, business_day, amount_minor, product_id, reason) as entry
      from ledger_entries e join stores s on s.id = e.store_id
      where account = 'ad_spend' and business_day in ('2026-04-09', '2026-04-10') order by e.id`
    expect(entries.map(({ entry }) => entry).toSorted()).toEqual([
      'nl 2026-04-09 -10003 campaign Spring: uk, ' + (await nameOf(product_id)) + ' instead of nl',
      'nl 2026-04-09 10003 booked',
      'nl 2026-04-10 -7 campaign Spring: uk, ' + (await nameOf(product_id)) + ' instead of nl',
      'nl 2026-04-10 7 booked',
      `uk 2026-04-09 8002 ${product_id} booked`,
      `uk 2026-04-10 6 ${product_id} booked`,
    ])
    expect(await sql`select 1 from ad_spend where store_id = ${nl.id} and day in ('2026-04-09', '2026-04-10')`).toHaveLength(0) // prettier-ignore
    expect(await audited(`campaign ${id}`)).toEqual([
      {
        action: 'campaign.mapped',
        old_value: { store: 'nl', product_id: null, mapped: false },
        new_value: { store: 'uk', product_id, mapped: true, rows_restated: 4 },
      },
    ])
    await patch(`/campaigns/${id}`, { store: null, product_id: null })
    expect([await spent('nl', '2026-04-09'), await spent('uk', '2026-04-09')]).toEqual([100.03, 0])
    await patch(`/campaigns/${id}`, { store: 'uk' })
  })
  const nameOf = async (id: number) =>
    String((await sql<{ name: string }[]>`select name from products where id = ${id}`)[0]?.name)

  test('follows its account to another store unless it is mapped', async () => {
    const { id, account, account_id } = await aCampaign({ '2026-04-12': 500 })
    const kept = meta.addCampaign(account, 'Kept')
    spends(kept, '2026-04-12', 40)
    await sync(account_id)
    const { data } = (await api.get(`/campaigns?account_id=${account_id}`, token)).body as { data: { id: number; name: string }[] } // prettier-ignore
    await patch(`/campaigns/${data.find(({ name }) => name === 'Kept')!.id}`, { store: 'nl' })
    expect((await patch(`/ad-accounts/${account_id}`, { store: 'uk' })).body).toMatchObject({ store: 'uk' })
    expect([await spent('nl', '2026-04-12'), await spent('uk', '2026-04-12')]).toEqual([0.4, 4])
    expect((await api.get(`/campaigns/${id}`, token)).body).toMatchObject({ store: 'uk', mapped: false })
    // Who sees the store of a campaign sees that campaign, and no other of its account.
    const seen = (await api.get(`/campaigns?account_id=${account_id}`, limited.token)).body['data'] as { id: number }[]
    expect(seen.map((campaign) => campaign.id)).toEqual([id])
  })

  test('stays where it is when the other store has no rate for one of its days', async () => {
    const { id } = await aCampaign({ '2026-03-16': 300, '2026-04-13': 300 })
    expect(problemOf(await patch(`/campaigns/${id}`, { store: 'uk' }), 409).detail).toBe(
      'It cannot be booked there: no exchange rate from EUR to GBP for 2026-03-16.',
    )
    expect((await api.get(`/campaigns/${id}`, token)).body).toMatchObject({ store: 'nl', mapped: false })
    expect(await spent('nl', '2026-04-13')).toBe(3)
    expect(await spent('uk', '2026-04-13')).toBe(0)
  })

  test('is refused a store or product that is not there, an older state, and whoever does not see its store', async () => {
    const { id } = await aCampaign({ '2026-04-07': 1 })
    expect(problemOf(await patch(`/campaigns/${id}`, { store: 'none' }), 422).detail).toBe('There is no store "none".')
    problemOf(await patch(`/campaigns/${id}`, { product_id: 999_999 }), 404)
    problemOf(await patch(`/campaigns/${id}`, { store: 'nl' }, { 'if-match': '"another"' }), 412)
    problemOf(await patch(`/campaigns/${id}`, { store: 'uk' }, {}, limited.token), 404)
    problemOf(await api.get(`/campaigns/${id}`, limited.token), 404)
    problemOf(await patch('/campaigns/999999', {}), 404)
    problemOf(await patch(`/campaigns/${id}`, { name: 'Other' }), 422)
  })
})
