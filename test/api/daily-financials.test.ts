import { describe, expect, test } from 'bun:test'
import { type Answer, problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, bookAll } from '../support/factories.ts'

type Row = Record<string, unknown>

const PATH = '/financials/daily'
const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { nl, uk, jp } = await april(sql)
const { token } = await api.someone('finance')
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[uk.id, jp.id]} where id = ${limited.id}`

const post = (body: unknown, as = token) => api.post(PATH, body, as)
const remove = (id: unknown, as = token) => api.send(`${PATH}/${String(id)}`, { method: 'DELETE', token: as })
const get = async (path: string, as = token) => (await api.get(path, as)).body
const rowsOf = ({ body }: Answer) => body['data'] as Row[]
const dayOf = async (date: string, store = 'nl') =>
  rowsOf(await api.get(`${PATH}?start=${date}&end=${date}&store=${store}`, token))[0]
const summary = (date: string, store = 'nl') => get(`/financials/summary?start=${date}&end=${date}&store=${store}`)

const FIGURES = { revenue: 1000, cogs: 250, shipping_cost: 80, ad_spend: 100, transaction_fees: 30.5 }

describe('POST /financials/daily', () => {
  test('a documented client posts a day; its profit is computed and one that is sent is ignored', async () => {
    const answer = await post({ date: '2026-03-02', store: 'nl', ...FIGURES, net_profit: 999_999 })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      id: expect.any(Number),
      date: '2026-03-02',
      store: 'nl',
      currency: 'EUR',
      ...FIGURES,
      fixed_costs: 0,
      net_profit: 539.5,
      source: 'manual',
      ad_spend_source: 'manual',
      created_at: expect.stringMatching(/Z$/),
    })
    expect(answer.text).toMatch(/"revenue": ?1000\.00,/)
  })

  test('holds in every report instead of what is booked, until it is taken back', async () => {
    const date = '2026-04-01'
    const [before, ladder] = [await dayOf(date), await summary(date)]
    const { body, status } = await post({ date, store: 'nl', ...FIGURES })
    expect(status).toBe(201)
    expect(body).toMatchObject({ id: before?.['id'], ...FIGURES, fixed_costs: 30, net_profit: 509.5, source: 'manual' })
    const wanted = { ...FIGURES, gross_sales: 1000, returns: 0, cm1: 750, fixed_costs: 30, net_profit: 509.5 }
    expect(await summary(date)).toMatchObject({
      ...wanted,
      coverage: { cogs_percent: 100, shipping_cost_percent: 100 },
    })
    expect((await get(`/financials/pnl?start=${date}&end=${date}&store=nl`))['data']).toMatchObject([wanted])
    const overview = await api.at('2026-04-01T10:00:00Z', async () =>
      get('/financials/overview?store=nl', (await api.someone('finance')).token),
    )
    expect(overview).toMatchObject({ today: wanted })

    await anOrder(sql, nl, { day: date, lines: [{ price_minor: 5_000 }] })
    await bookAll(sql, nl)
    expect(await summary(date)).toMatchObject(wanted)

    expect((await remove(body['id'])).status).toBe(204)
    expect(await dayOf(date)).toMatchObject({ id: before?.['id'], revenue: 10_050, source: 'ledger' })
    expect(await summary(date)).toMatchObject({ revenue: Number(ladder['revenue']) + 50, cogs: 2500 })
    problemOf(await remove(body['id']), 404)
  })

  test('posted again it replaces what was posted, and the same again changes nothing', async () => {
    const day = { date: '2026-03-03', store: 'uk', revenue: 10, cogs: 4 }
    const first = await post(day)
    expect([first.status, first.body['net_profit']]).toEqual([201, 6])
    const again = await post(day)
    expect([again.status, again.body]).toEqual([200, first.body])
    const changed = await post({ ...day, revenue: 12.25 })
    expect([changed.status, changed.body]).toEqual([200, { ...first.body, revenue: 12.25, net_profit: 8.25 }])
    const outcomes = await post([day, { ...day, date: '2026-03-04' }])
    expect(rowsOf(outcomes).map(({ result }) => result)).toEqual(['updated', 'created'])
  })

  test('a figure that is left out stays the ledger’s', async () => {
    const { body } = await post({ date: '2026-04-13', store: 'nl', cogs: 1000 })
    expect(body).toMatchObject({ revenue: 5820.4, cogs: 1000, shipping_cost: 420, ad_spend: 350, source: 'manual' })
    expect(await summary('2026-04-13')).toMatchObject({ gross_sales: 5820.4, cm1: 4820.4, orders: 1 })
    await remove(body['id'])
  })

  test('ad spend counts only where the day has no rows of ad spend', async () => {
    const { body } = await post({ date: '2026-04-02', store: 'nl', ad_spend: 7 })
    expect(body).toMatchObject({ ad_spend: 4000, source: 'manual', ad_spend_source: 'ledger' })
    await remove(body['id'])
    const posted = { date: '2026-03-05', store: 'nl', revenue: 0, ad_spend: 7 }
    expect((await post(posted)).body).toMatchObject({ ad_spend: 7, ad_spend_source: 'manual', net_profit: -7 })
    await api.post('/financials/ad-spend', { date: '2026-03-05', store: 'nl', platform: 'meta', amount: 3 }, token)
    expect(await dayOf('2026-03-05')).toMatchObject({ ad_spend: 3, ad_spend_source: 'ledger' })
    expect(await summary('2026-03-05')).toMatchObject({ ad_spend: 3 })
  })

  test('a cost of all stores is shared by the revenue that was posted', async () => {
    await aFixedCost(sql, null, {
      interval: 'day',
      amount_minor: 1_000,
      starts_on: '2025-06-01',
      ends_on: '2025-06-01',
    })
    await post({ date: '2025-06-01', store: 'nl', revenue: 300 })
    expect(await summary('2025-06-01', 'nl')).toMatchObject({ fixed_costs: 10, net_profit: 290 })
  })

  test('what is posted is told in the currency of the store, with its decimals', async () => {
    expect((await post({ date: '2026-03-06', store: 'jp', revenue: 1500 })).text).toMatch(/"revenue": ?1500,/)
    const { detail } = problemOf(await post({ date: '2026-03-06', store: 'jp', revenue: 15.5 }), 422)
    expect(detail).toBe('Revenue: 15.5 has more decimals than the 0 of JPY.')
  })

  test('a bad day is refused with what is wrong', async () => {
    expect(problemOf(await post({ date: '2026-03-06', store: 'nl' }), 422).errors).toEqual([
      { field: 'revenue', message: 'give at least one figure' },
    ])
    expect(problemOf(await post({ date: '2026-02-30', store: 'nl', revenue: 1 }), 422).errors).toEqual([
      { field: 'date', message: 'is not a day of the calendar' },
    ])
    problemOf(await post({ date: '2026-03-06', store: 'de', revenue: 1 }), 422)
    problemOf(await remove(999_999), 404)
  })

  test('of 5,000 days one bad one is told and the others are kept', async () => {
    const days = Array.from({ length: 5_000 }, (_, n) => ({
      date: new Date(Date.UTC(2005, 0, 1 + Math.floor(n / 2))).toISOString().slice(0, 10),
      store: n % 2 ? 'nl' : 'uk',
      ...FIGURES,
    }))
    days[4_321] = { ...days[4_321]!, revenue: 0.001 }
    const { body } = await post(days)
    expect(body).toMatchObject({ created: 4_999, rejected: 1 })
    expect((body['data'] as Row[])[4_321]).toEqual({
      row: 4_322,
      result: 'rejected',
      id: null,
      reason: 'revenue: 0.001 has more decimals than the 2 of EUR',
    })
    expect((await post(days)).body).toMatchObject({ unchanged: 4_999, rejected: 1 })
    expect(await get('/financials/summary?start=2005-01-01&end=2011-12-31&store=uk')).toMatchObject({
      revenue: 2_500_000,
    })
  })

  test('many writers of the same days leave the figures of one of them', async () => {
    const days = Array.from({ length: 20 }, (_, n) => ({
      date: `2004-05-${String(n + 1).padStart(2, '0')}`,
      store: n % 2 ? 'nl' : 'uk',
    }))
    const writers = Array.from({ length: 8 }, (_, writer) => {
      const mine = days.map((day) => Object.assign({ revenue: writer + 1 }, day))
      return post(writer % 2 ? mine : mine.toReversed())
    })
    expect((await Promise.all(writers)).map(({ status }) => status)).toEqual(writers.map(() => 200))
    const rows = rowsOf(await api.get(`${PATH}?start=2004-05-01&end=2004-05-31`, token))
    expect([rows.length, new Set(rows.map(({ revenue }) => revenue)).size]).toEqual([20, 1])
  })
})

describe('DELETE /financials/daily/{id}', () => {
  test('a day that only a person knew of is gone from the list', async () => {
    const { body } = await post({ date: '2026-03-20', store: 'nl', revenue: 5 })
    expect(await dayOf('2026-03-20')).toMatchObject({ id: body['id'] })
    await remove(body['id'])
    expect(await dayOf('2026-03-20')).toBeUndefined()
  })

  test('a day of the ledger cannot be deleted', async () => {
    problemOf(await remove((await dayOf('2026-04-13'))?.['id']), 404)
  })
})

test('posting and taking back are noted in the audit log with the old and the new figures', async () => {
  const { body } = await post({ date: '2026-03-21', store: 'nl', revenue: 5 })
  await post({ date: '2026-03-21', store: 'nl', revenue: 6 })
  await remove(body['id'])
  const log = await sql`select action, old_value, new_value from audit_log order by id desc limit 3`
  const figures = { cogs: null, shipping_cost: null, ad_spend: null, transaction_fees: null }
  const day = { date: '2026-03-21', store: 'nl', ...figures }
  expect(log).toMatchObject([
    { action: 'daily_financials.deleted', old_value: { date: '2026-03-21', revenue_minor: 600 } },
    { action: 'daily_financials.posted', old_value: [{ ...day, revenue: 5 }], new_value: [{ ...day, revenue: 6 }] },
    { action: 'daily_financials.posted', old_value: [], new_value: [{ ...day, revenue: 5 }] },
  ])
})

test('a person who is limited to stores posts days of those, and takes back no others', async () => {
  const { body } = await post({ date: '2026-03-22', store: 'nl', revenue: 5 })
  problemOf(await post({ date: '2026-03-22', store: 'nl', revenue: 6 }, limited.token), 422)
  problemOf(await remove(body['id'], limited.token), 404)
  expect((await post({ date: '2026-03-22', store: 'uk', revenue: 6 }, limited.token)).status).toBe(201)
  const rows = rowsOf(await api.get(`${PATH}?start=2026-03-22&end=2026-03-22`, limited.token))
  expect(rows).toMatchObject([{ store: 'uk', revenue: 6 }])
  expect(await dayOf('2026-03-22')).toMatchObject({ revenue: 5 })
})
