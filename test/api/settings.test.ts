import { beforeEach, expect, test } from 'bun:test'
import { problemOf, SEAL, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aRate } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { nl } = await april(sql)
const owner = await api.someone('owner')
const { token } = owner
const KEY = 'sk-ant-api03-1234567890'

const patch = (json: object, headers: Record<string, string> = {}, as = token) =>
  api.send('/settings', { method: 'PATCH', token: as, json, headers })
const audited = async () => [...(await sql`select action, subject, old_value, new_value from audit_log order by id`)]
const RANGE = 'start=2026-04-12&end=2026-04-13'
const FIRST = { name: 'DealDome', reporting_currency: 'EUR', time_zone: 'Europe/Amsterdam' }

beforeEach(async () => {
  await sql`delete from secrets`
  await sql`update workspace set name = 'DealDome', reporting_currency = 'EUR', time_zone = 'Europe/Amsterdam'`
})

test('the settings tell which secrets are set, by whom and when, and never what they are', async () => {
  const unset = { name: 'anthropic_api_key', is_set: false, set_at: null, set_by: null }
  const other = { ...unset, name: 'openai_api_key' }
  expect((await api.get('/settings', token)).body).toEqual({
    ...FIRST,
    second_factor_required: false,
    secrets: [unset, other],
  })
  const answer = await patch({ secrets: { anthropic_api_key: KEY } })
  const set = { ...unset, is_set: true, set_at: '2026-04-13T10:00:00.000Z', set_by: owner.email }
  expect(answer.body).toEqual({ ...FIRST, second_factor_required: false, secrets: [set, other] })
  for (const text of [answer.text, (await api.get('/settings', token)).text]) expect(text).not.toContain(KEY)
  const [stored] = await sql<{ sealed: string }[]>`select sealed from secrets`
  expect(SEAL.open('anthropic_api_key', stored!.sealed)).toBe(KEY)
  expect((await patch({ secrets: { anthropic_api_key: null } })).body).toEqual({
    ...FIRST,
    second_factor_required: false,
    secrets: [unset, other],
  })
})

test('the database, its audit log included, holds a secret nowhere', async () => {
  await patch({ secrets: { anthropic_api_key: KEY } }, { 'idempotency-key': 'set-it-once' })
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`
  for (const { name } of tables) {
    const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(name)} t`
    expect([name, rows.some(({ row }) => row.includes(KEY))]).toEqual([name, false])
  }
  expect(tables.length).toBeGreaterThan(30)
})

test('each change is in the audit log, secrets by their name alone', async () => {
  const before = (await audited()).length
  await patch({ name: 'Oak', secrets: { anthropic_api_key: KEY } })
  await patch({ name: 'Oak', secrets: { anthropic_api_key: null } })
  await patch({ name: 'Oak', secrets: { anthropic_api_key: null } })
  expect((await audited()).slice(before)).toEqual([
    { action: 'settings.changed', subject: 'workspace', old_value: FIRST, new_value: { ...FIRST, name: 'Oak' } },
    { action: 'secret.set', subject: 'anthropic_api_key', old_value: null, new_value: null },
    { action: 'secret.removed', subject: 'anthropic_api_key', old_value: null, new_value: null },
  ])
})

test('totals are told in another reporting currency at the rates of their days, closed reports in their own', async () => {
  await api.post('/reports', { month: '2026-03' }, token)
  expect((await api.get(`/financials/summary?store=nl&${RANGE}`, token)).body['currency']).toBe('EUR')
  for (const day of ['2026-04-01', '2026-04-02']) await aRate(sql, 'GBP', day, '0.80')
  expect((await patch({ reporting_currency: 'GBP' })).status).toBe(200)
  // 80.00 of uk; of nl 5820.40 EUR at 0.80; of jp 1600 JPY at 160 on two days, which are 8.00 each.
  const { body } = await api.get(`/financials/summary?${RANGE}`, token)
  expect([body['currency'], body['revenue']]).toEqual(['GBP', 4752.32])
  const report = (await api.get('/reports/1', token)).body
  expect([report['currency'], report['restated']]).toEqual(['EUR', false])
  expect((await api.get(`/financials/summary?store=nl&${RANGE}`, token)).body['currency']).toBe('EUR')
})

test('a reporting currency without rates for days that have figures is refused', async () => {
  expect(problemOf(await patch({ reporting_currency: 'CHF' }), 409).detail).toBe(
    'There are figures in EUR on 2026-04-01 and no exchange rate to CHF for that day. The ECB’s rates come by themselves; one that it does not publish is set under /fx-rates.',
  )
  expect((await api.get('/settings', token)).body['reporting_currency']).toBe('EUR')
})

test('another time zone decides which day is today for totals', async () => {
  expect((await patch({ time_zone: 'Pacific/Kiritimati' })).status).toBe(200)
  const today = (await api.get('/financials/overview', token)).body['today'] as { start: string }
  expect(today.start).toBe('2026-04-14')
})

test('a change that was made from an older state is refused', async () => {
  const etag = (await api.get('/settings', token)).headers.get('etag')!
  expect((await patch({ name: 'One' }, { 'if-match': etag })).status).toBe(200)
  problemOf(await patch({ name: 'Two' }, { 'if-match': etag }), 412)
  expect((await api.get('/settings', token)).body['name']).toBe('One')
})

test('what is wrong is named, and a secret is never repeated', async () => {
  expect(problemOf(await patch({ reporting_currency: 'XXQ' }), 422).detail).toContain('XXQ is not')
  expect(problemOf(await patch({ time_zone: 'Europe/Nowhere' }), 422).detail).toContain('no zone "Europe/Nowhere"')
  expect(problemOf(await patch({ colour: 'red' }), 422).errors?.[0]?.field).toBe('colour')
  for (const wrong of ['short', `${KEY} with spaces`, [KEY], { KEY }, `${KEY}\u0000`, 5])
    expect((await patch({ secrets: { anthropic_api_key: wrong } })).text).not.toContain('1234567890')
  problemOf(await patch({ secrets: { other_key: KEY } }), 422)
  expect((await sql`select 1 from secrets`).length).toBe(0)
})

test('someone who is limited to stores reads the settings and changes none', async () => {
  const limited = await api.someone('admin')
  await sql`update users set store_ids = ${[nl.id]} where id = ${limited.id}`
  expect((await api.get('/settings', limited.token)).status).toBe(200)
  problemOf(await patch({ name: 'Mine' }, {}, limited.token), 403)
})
