import { beforeEach, expect, test } from 'bun:test'
import { saveAdSpend } from '../../src/ledger/book.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aRate, aStore } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token, email } = await api.someone('admin')
const nl = await aStore(sql, { slug: 'nl' })
beforeEach(async () => {
  await sql`delete from fx_rates`
})

const put = (key: string, units_per_euro: unknown, headers = {}, as = token) =>
  api.send(`/fx-rates/${key}`, { method: 'PUT', token: as, json: { units_per_euro }, headers })
const remove = (key: string, headers = {}, as = token) =>
  api.send(`/fx-rates/${key}`, { method: 'DELETE', token: as, headers })
const listed = async (query = '') =>
  ((await api.get(`/fx-rates${query}`, token)).body['data'] as { [field: string]: unknown }[]).map((rate) =>
    [rate['currency'], rate['date'], rate['units_per_euro'], rate['source'], rate['replaces']].join(' '),
  )
const audited = async () =>
  sql`select email, action, subject, old_value, new_value from audit_log where action like 'fx_rate.%' order by id`

test('are listed newest first by currency, source and days; a page follows on the one before', async () => {
  for (const [currency, day, rate] of [
    ['USD', '2026-04-08', '1.08'],
    ['GBP', '2026-04-09', '0.85'],
    ['USD', '2026-04-09', '1.09'],
  ] as const)
    // prettier-ignore
    await aRate(sql, currency, day, rate)
  await put('USD/2026-04-10', 1.1)
  const all = ['USD 2026-04-10 1.1 manual ', 'USD 2026-04-09 1.09 ecb ', 'GBP 2026-04-09 0.85 ecb ', 'USD 2026-04-08 1.08 ecb '] // prettier-ignore
  expect(await listed()).toEqual(all)
  expect(await listed('?currency=GBP')).toEqual([all[2]!])
  expect(await listed('?source=manual')).toEqual([all[0]!])
  expect(await listed('?start=2026-04-09&end=2026-04-09')).toEqual([all[1]!, all[2]!])
  const first = await api.get('/fx-rates?limit=2', token)
  expect(await listed(`?limit=2&cursor=${String(first.body['next'])}`)).toEqual([all[2]!, all[3]!])
})

test('one that a person set wins for its day and is named as such; what it changes is restated and audited', async () => {
  await aRate(sql, 'USD', '2026-04-10', '1.25')
  const row = { row: 1, date: '2026-04-10', store: 'nl', platform: 'meta' as const, account: '', campaign: '', product_id: null, amount: '100', claimed: null, currency: 'USD' } // prettier-ignore
  await saveAdSpend(sql, { rows: [row], reason: 'booked' })
  const spent = async () =>
    (await api.get('/financials/summary?store=nl&start=2026-04-10&end=2026-04-10', token)).body['ad_spend']
  expect(await spent()).toBe(80)

  const set = await put('USD/2026-04-10', '1.6')
  expect(set.body).toMatchObject({ currency: 'USD', date: '2026-04-10', units_per_euro: 1.6, source: 'manual', replaces: 1.25 }) // prettier-ignore
  expect(await spent()).toBe(62.5)
  expect(await listed()).toEqual(['USD 2026-04-10 1.6 manual 1.25'])
  expect((await api.get('/fx-rates/USD/2026-04-10', token)).text).toBe(set.text)
  problemOf(await api.get('/fx-rates/USD/2026-04-11', token), 404)
  expect((await put('USD/2026-04-10', 1.6)).text).toBe(set.text)

  expect((await remove('USD/2026-04-10')).body).toEqual({ currency: 'USD', date: '2026-04-10', result: 'removed', entries_restated: 1 }) // prettier-ignore
  expect(await spent()).toBe(80)
  expect(await listed()).toEqual(['USD 2026-04-10 1.25 ecb '])
  problemOf(await remove('USD/2026-04-10'), 404)
  const reasons = await sql`select reason from ledger_entries where store_id = ${nl.id} order by id`
  expect(reasons.map(({ reason }) => String(reason))).toEqual([
    'booked',
    'USD was set to 1.6 for 2026-04-10',
    'the rate of USD set for 2026-04-10 was taken back',
  ])
  expect((await audited()).slice(-2)).toEqual([
    {
      email, action: 'fx_rate.set', subject: 'rate of USD on 2026-04-10',
      old_value: { units_per_euro: '1.25', source: 'ecb' },
      new_value: { units_per_euro: '1.6', source: 'manual', entries_restated: 1 },
    },
    {
      email, action: 'fx_rate.removed', subject: 'rate of USD on 2026-04-10',
      old_value: { units_per_euro: '1.6', source: 'manual' },
      new_value: { units_per_euro: '1.25', source: 'ecb', entries_restated: 1 },
    },
  ] as never) // prettier-ignore
})

test('one that something is booked at is not taken back where no other is', async () => {
  await put('KWD/2026-04-07', '0.33')
  const row = { row: 1, date: '2026-04-09', store: 'nl', platform: 'other' as const, account: '', campaign: '', product_id: null, amount: '3.3', claimed: null, currency: 'KWD' } // prettier-ignore
  expect(await saveAdSpend(sql, { rows: [row], reason: 'booked' })).toMatchObject([{ result: 'created' }])
  expect(problemOf(await remove('KWD/2026-04-07'), 409).detail).toStartWith('No exchange rate from KWD to EUR for 2026-04-09.') // prettier-ignore
  expect(await listed()).toEqual(['KWD 2026-04-07 0.33 manual '])
  await sql`update ad_spend set currency = 'EUR' where currency = 'KWD'`
})

test('an update that was made from an older state is refused', async () => {
  const { headers } = await put('USD/2026-04-10', '1.6')
  await put('USD/2026-04-10', '1.7')
  const stale = { 'if-match': headers.get('etag')! }
  problemOf(await put('USD/2026-04-10', '1.8', stale), 412)
  problemOf(await remove('USD/2026-04-10', stale), 412)
  expect(await listed()).toEqual(['USD 2026-04-10 1.7 manual '])
})

test('what cannot be a rate is refused in words, and one who sees some stores sets none', async () => {
  for (const rate of [0, -1, '1,1', 'x', '', 1e-12, '1e3', null])
    expect(problemOf(await put('USD/2026-04-10', rate), 422).errors?.[0]?.field).toBe('units_per_euro')
  expect(problemOf(await put('EUR/2026-04-10', 1), 422).detail).toStartWith('The euro is what all rates')
  expect(problemOf(await put('QQQ/2026-04-10', 1), 422).detail).toStartWith('The currency QQQ is not one')
  expect(problemOf(await put('USD/2026-04-14', 1), 422).detail).toBe('The day 2026-04-14 has not begun.')
  problemOf(await put('USD/2026-02-30', 1), 422)
  problemOf(await put('usd/2026-04-10', 1), 422)
  const limited = await api.someone('admin')
  await sql`update users set store_ids = ${[nl.id]} where id = ${limited.id}`
  problemOf(await put('USD/2026-04-10', 1, {}, limited.token), 403)
  problemOf(await remove('USD/2026-04-10', {}, limited.token), 403)
  expect(await listed()).toEqual([])
})
