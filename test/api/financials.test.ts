import { describe, expect, test } from 'bun:test'
import { type Answer, problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aStore, bookAll } from '../support/factories.ts'

type Json = Record<string, unknown>
type Row = { id: number; date: string; store: string }

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
await april(sql)
const { token } = await api.someone('finance')
const get = (path: string) => api.get(path, token)
const rowsOf = ({ body }: Answer) => body['data'] as Row[]

/** The text of a number as it went over the wire. */
const sent = ({ text }: Answer, field: string) => new RegExp(`"${field}" ?: ?(-?[\\d.]+|null)`).exec(text)?.[1]
/** All of them, in order. */
const allSent = ({ text }: Answer, field: string) =>
  [...text.matchAll(new RegExp(`"${field}" ?: ?(-?[\\d.]+|null)`, 'g'))].map(([, value]) => value)

const RANGE = 'start=2026-04-01&end=2026-04-13'

describe('GET /financials/daily', () => {
  test('has the documented fields and ours, the newest day first and stores in order', async () => {
    const answer = await get(`/financials/daily?${RANGE}`)
    expect(rowsOf(answer).map(({ date, store }) => `${date} ${store}`)).toEqual([
      '2026-04-13 nl',
      '2026-04-13 uk',
      '2026-04-13 jp',
      '2026-04-12 jp',
      '2026-04-02 nl',
      '2026-04-01 nl',
    ])
    expect(rowsOf(answer)[0]).toEqual({
      id: expect.any(Number),
      date: '2026-04-13',
      store: 'nl',
      currency: 'EUR',
      revenue: 5820.4,
      cogs: 1455.1,
      shipping_cost: 420,
      ad_spend: 350,
      transaction_fees: 174.61,
      fixed_costs: 30,
      net_profit: 3390.69,
      source: 'ledger',
      ad_spend_source: 'ledger',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    } as unknown as Row)
  })

  test('tells each store in its currency, with its decimals', async () => {
    const answer = await get(`/financials/daily?${RANGE}`)
    expect(rowsOf(answer).map((row) => (row as unknown as Json)['currency'])).toEqual([
      'EUR',
      'GBP',
      'JPY',
      'JPY',
      'EUR',
      'EUR',
    ])
    expect(allSent(answer, 'revenue')).toEqual(['5820.40', '80.00', '1600', '1600', '0.00', '10000.00'])
  })

  test('takes the days and the store that are asked for', async () => {
    expect(rowsOf(await get('/financials/daily?start=2026-04-12&end=2026-04-12')).map((row) => row.store)).toEqual([
      'jp',
    ])
    expect(rowsOf(await get(`/financials/daily?${RANGE}&store=nl`)).map((row) => row.date)).toEqual([
      '2026-04-13',
      '2026-04-02',
      '2026-04-01',
    ])
    expect(rowsOf(await get('/financials/daily?start=2025-01-01&end=2025-12-31'))).toEqual([])
    expect(rowsOf(await get('/financials/daily'))).toHaveLength(6)
  })

  test('paging by offset and by cursor reaches every row once, with any page size', async () => {
    const all = rowsOf(await get(`/financials/daily?${RANGE}`)).map(({ id }) => id)
    for (const limit of [1, 2, 4, 5, 6, 7]) {
      const byOffset: number[] = []
      for (let offset = 0; offset < all.length; offset += limit)
        byOffset.push(
          ...rowsOf(await get(`/financials/daily?${RANGE}&limit=${limit}&offset=${offset}`)).map(({ id }) => id),
        )
      expect(byOffset).toEqual(all)

      const byCursor: number[] = []
      let next: string | null = ''
      while (next !== null) {
        const page: Answer = await get(
          `/financials/daily?${RANGE}&limit=${limit}${next === '' ? '' : `&cursor=${next}`}`,
        )
        byCursor.push(...rowsOf(page).map(({ id }) => id))
        next = page.body['next'] as string | null
      }
      expect(byCursor).toEqual(all)
    }
    expect(rowsOf(await get(`/financials/daily?${RANGE}&offset=6`))).toEqual([])
  })
})

describe('GET /financials/summary', () => {
  test('is the worked example to the cent, as exact decimals', async () => {
    const answer = await get(`/financials/summary?${RANGE}&store=nl`)
    expect(answer.body).toMatchObject({ start: '2026-04-01', end: '2026-04-13', days: 13, currency: 'EUR' })
    const wanted = {
      gross_sales: '15820.40', discounts: '0.00', returns: '0.00', net_sales: '15820.40', shipping_income: '0.00', tips: '0.00',
      revenue: '15820.40', cogs: '3955.10', written_off_goods: '0.00', cm1: '11865.30', cm1_percent: '75.0', shipping_cost: '1120.80',
      transaction_fees: '474.61', cm2: '10269.89', cm2_percent: '64.9', ad_spend: '4350.00', cm3: '5919.89', cm3_percent: '37.4',
      fixed_costs: '445.00', total_costs: '10345.51', net_profit: '5474.89', margin_percent: '34.6', taxes: '0.00', orders: '2',
      units_sold: '3', avg_daily_revenue: '1216.95', avg_daily_profit: '421.15',
    } // prettier-ignore
    expect(Object.fromEntries(Object.keys(wanted).map((field) => [field, sent(answer, field)]))).toEqual(wanted)
    expect(answer.body).not.toContainAnyKeys(['comparison', 'change'])
  })

  test('adds up all stores in the reporting currency at the rate of each day', async () => {
    const answer = await get(`/financials/summary?${RANGE}`)
    expect(answer.body['currency']).toBe('EUR')
    expect(sent(answer, 'revenue')).toBe('15940.40') // 15820.40 + £80.00 / 0.80 + 2 × ¥1600 / 160
  })

  test('is in the currency of the store when one is named', async () => {
    const answer = await get(`/financials/summary?${RANGE}&store=jp`)
    expect([answer.body['currency'], sent(answer, 'revenue'), sent(answer, 'cogs')]).toEqual(['JPY', '3200', '0'])
  })

  test('without a range is the current month until today, in the store’s time zone', async () => {
    expect((await get('/financials/summary')).body).toMatchObject({ start: '2026-04-01', end: '2026-04-13' })
    await api.at('2026-04-30T22:30:00Z', async () => {
      const { token } = await api.someone('viewer')
      const month = async (store: string) => (await api.get(`/financials/summary?store=${store}`, token)).body
      expect(await month('nl')).toMatchObject({ start: '2026-05-01', end: '2026-05-01' })
      expect(await month('uk')).toMatchObject({ start: '2026-04-01', end: '2026-04-30' })
    })
  })

  test('one end of the range without the other is refused', async () => {
    for (const query of ['start=2026-04-01', 'end=2026-04-13'])
      expect(problemOf(await get(`/financials/summary?${query}`), 400).detail).toBe(
        'Give both start and end, or neither for the current month.',
      )
  })

  test('compares with the part of the month before, or the same days a year earlier', async () => {
    const answer = await get('/financials/summary?start=2026-04-02&end=2026-04-13&store=nl&compare=previous')
    expect(answer.body['comparison']).toMatchObject({ start: '2026-03-21', end: '2026-04-01', revenue: 10_000 })
    expect((answer.body['change'] as Json)['revenue']).toEqual({ amount: -4179.6, percent: -41.8 })
    const year = (await get(`/financials/summary?${RANGE}&store=nl&compare=year`)).body
    expect(year['comparison']).toMatchObject({ start: '2025-04-01', end: '2025-04-13', revenue: 0 })
    expect((year['change'] as Json)['revenue']).toEqual({ amount: 15820.4, percent: null })
  })

  test('a ratio without a divisor is null, and a day that still runs is named', async () => {
    const { body } = await get('/financials/summary?start=2026-04-03&end=2026-04-03&store=uk')
    expect(body).toMatchObject({ revenue: 0, margin_percent: null, aov: null, mer: null, coverage: { open_days: [] } })
    expect((await get(`/financials/summary?${RANGE}&store=nl`)).body['coverage']).toMatchObject({
      open_days: ['2026-04-13'],
    })
  })
})

describe('GET /financials/overview', () => {
  test('is today, this week and this month, each equal to its summary and changed against the same part before', async () => {
    const { body } = await get('/financials/overview?store=nl')
    expect(body).toMatchObject({ store: 'nl', currency: 'EUR' })
    for (const [part, range, before] of [
      ['today', ['2026-04-13', '2026-04-13'], ['2026-04-12', '2026-04-12']],
      ['this_week', ['2026-04-13', '2026-04-13'], ['2026-04-06', '2026-04-06']],
      ['this_month', ['2026-04-01', '2026-04-13'], ['2026-03-01', '2026-03-13']],
    ] as const) {
      const { comparison, change, period, ...figures } = body[part] as Json
      const summary = (await get(`/financials/summary?store=nl&start=${range[0]}&end=${range[1]}`)).body
      expect<Json>({ ...figures, period: 'range' }).toEqual(summary)
      expect(period).toBe(part)
      expect(comparison).toMatchObject({ start: before[0], end: before[1] })
      expect(Object.keys(change as Json)).toContain('net_profit')
    }
  })

  test('of all stores is in the reporting currency', async () => {
    expect((await get('/financials/overview')).body).toMatchObject({
      store: null,
      currency: 'EUR',
      today: { revenue: 5930.4 },
    })
  })
})

describe('GET /financials/pnl', () => {
  const cents = (amounts: (string | undefined)[]) =>
    amounts.reduce((sum, amount) => sum + BigInt((amount ?? '').replace('.', '')), 0n)
  const AMOUNTS = [
    'revenue',
    'cogs',
    'shipping_cost',
    'transaction_fees',
    'ad_spend',
    'fixed_costs',
    'total_costs',
    'net_profit',
    'cm1',
    'cm2',
    'cm3',
  ]

  for (const [grain, columns] of [
    ['day', 13],
    ['week', 3],
    ['month', 1],
  ] as const)
    // prettier-ignore
    test(`the columns by ${grain} add up to the summary to the cent`, async () => {
      for (const store of ['&store=nl', '']) {
        const answer = await get(`/financials/pnl?${RANGE}&grain=${grain}${store}`)
        const summary = await get(`/financials/summary?${RANGE}${store}`)
        expect(rowsOf(answer)).toHaveLength(columns)
        for (const field of AMOUNTS) {
          expect([field, cents(allSent(answer, field))]).toEqual([field, cents([sent(summary, field)])])
        }
      }
    })

  test('weeks begin on Monday and are cut to the range', async () => {
    const { body } = await get(`/financials/pnl?${RANGE}&grain=week&store=nl`)
    expect(body).toMatchObject({ store: 'nl', currency: 'EUR', grain: 'week', start: '2026-04-01', end: '2026-04-13' })
    expect((body['data'] as { start: string; end: string }[]).map(({ start, end }) => [start, end])).toEqual([
      ['2026-04-01', '2026-04-05'],
      ['2026-04-06', '2026-04-12'],
      ['2026-04-13', '2026-04-13'],
    ])
  })

  test('more than 400 columns are refused with what to do', async () => {
    expect(problemOf(await get('/financials/pnl?start=2024-01-01&end=2026-04-13'), 422).detail).toContain(
      'coarser grain',
    )
    expect((await get('/financials/pnl?start=2024-01-01&end=2026-04-13&grain=month')).status).toBe(200)
  })
})

test('an unknown store is answered with the slugs there are', async () => {
  for (const path of ['daily', 'summary', 'overview', 'pnl'])
    expect(problemOf(await get(`/financials/${path}?store=us`), 404).detail).toBe(
      'There is no store "us". Stores: jp, nl, uk.',
    )
})

test('GET /stores lists the stores by name', async () => {
  const answer = await get('/stores')
  expect(answer.body).toMatchObject({
    data: [
      { id: expect.any(Number), slug: 'jp', name: 'Japan & <friends>', currency: 'JPY', time_zone: 'Asia/Tokyo' },
      { id: expect.any(Number), slug: 'nl', name: 'Netherlands', currency: 'EUR', time_zone: 'Europe/Amsterdam' },
      { id: expect.any(Number), slug: 'uk', name: 'United Kingdom', currency: 'GBP', time_zone: 'Europe/London' },
    ],
    next: null,
  })
})

test('without an exchange rate all stores together are refused with what to do, and each store alone has its figures', async () => {
  const us = await aStore(sql, { slug: 'us', currency: 'USD' })
  await anOrder(sql, us, { day: '2026-03-02' })
  await bookAll(sql, us)
  const march = 'start=2026-03-01&end=2026-03-31'
  const { detail } = problemOf(await get(`/financials/summary?${march}`), 409)
  expect(detail).toContain('No exchange rate from USD to EUR for 2026-03-02.')
  expect((await get(`/financials/summary?${march}&store=us`)).body).toMatchObject({ currency: 'USD', revenue: 10 })
})
