import { describe, expect, test } from 'bun:test'
import { type Answer, problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aRefund, anOrder, bookAll } from '../support/factories.ts'

type Row = Record<string, unknown>

const PATH = '/financials/product-performance'
const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { nl, uk, table, chair } = await april(sql)
const poster = await aProduct(sql, uk)
const { token } = await api.someone('marketer')
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`

const post = (body: unknown, as = token) => api.post(PATH, body, as)
const remove = (id: unknown, as = token) => api.send(`${PATH}/${String(id)}`, { method: 'DELETE', token: as })
const rowsOf = ({ body }: Answer) => body['data'] as Row[]
const list = async (query: string, as = token) => rowsOf(await api.get(`${PATH}?${query}`, as))
const on = async (day: string) => (await list(`start=${day}&end=${day}`))[0]

describe('GET /financials/product-performance', () => {
  test('shows what the ledger knows of a product’s day', async () => {
    const order = await anOrder(sql, nl, {
      day: '2026-03-10',
      lines: [{ product_id: chair, quantity: 3, price_minor: 100_000 }],
    })
    await aRefund(sql, order, { day: '2026-03-10', lines: [{ amount_minor: 100_000 }] })
    await bookAll(sql, nl)
    const spend = { date: '2026-03-10', store: 'nl', platform: 'meta', amount: 300, product_id: chair }
    await api.post('/financials/ad-spend', spend, token)
    expect(await on('2026-03-10')).toEqual({
      id: expect.any(Number),
      date: '2026-03-10',
      store: 'nl',
      product_id: chair,
      revenue: 2000,
      units_sold: 2,
      cogs: 1455.1,
      cm1: 544.9,
      ad_spend: 300,
      roas: 6.6667,
      currency: 'EUR',
      source: 'ledger',
      ad_spend_source: 'ledger',
      created_at: expect.stringMatching(/Z$/),
    })
  })

  test('lists the newest first, by store and product, and takes days, store and product', async () => {
    const told = async (query: string) =>
      (await list(`start=2026-04-01&end=2026-04-30${query}`)).map(({ date, product_id }) => [date, product_id])
    expect(await told('')).toEqual([
      ['2026-04-13', chair],
      ['2026-04-01', table],
    ])
    expect(await told(`&product_id=${table}&store=nl`)).toEqual([['2026-04-01', table]])
    expect(await told('&store=uk')).toEqual([])
    const first = await api.get(`${PATH}?start=2026-04-01&end=2026-04-30&limit=1`, token)
    expect(await told(`&limit=1&cursor=${String(first.body['next'])}`)).toEqual([['2026-04-01', table]])
  })
})

describe('POST /financials/product-performance', () => {
  const day = { date: '2026-03-02', store: 'nl', product_id: poster, revenue: 90, units_sold: 6, ad_spend: 25 }

  test('a documented client posts a product’s day, also of a store that does not sell it; ROAS is computed', async () => {
    const answer = await post({ ...day, roas: 99 })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ ...day, roas: 3.6, cogs: 0, cm1: 90, currency: 'EUR', source: 'manual' })
    expect((await post({ ...day, ad_spend: 0 })).body).toMatchObject({ ad_spend: 0, roas: null })
    expect((await post({ ...day, ad_spend: 0 })).status).toBe(200)
  })

  test('stands instead of the ledger’s figures until it is taken back, and leaves the day’s own alone', async () => {
    const date = '2026-04-01'
    const before = await on(date)
    const posted = { date, store: 'nl', product_id: table, revenue: 50, units_sold: -1, cogs: 20 }
    const { body } = await post(posted)
    expect(body).toMatchObject({ id: before?.['id'], ...posted, cm1: 30, source: 'manual', ad_spend_source: 'ledger' })
    expect(rowsOf(await api.get(`/financials/daily?start=${date}&end=${date}&store=nl`, token))[0]).toMatchObject({
      revenue: 10_000,
    })
    expect((await remove(body['id'])).status).toBe(204)
    expect(await on(date)).toEqual(before)
    problemOf(await remove(body['id']), 404)
  })

  test('ad spend counts only where the product’s day has no rows of ad spend', async () => {
    const { body } = await post({ date: '2026-03-10', store: 'nl', product_id: chair, ad_spend: 5 })
    expect(body).toMatchObject({ ad_spend: 300, ad_spend_source: 'ledger', revenue: 2000, source: 'manual' })
    await remove(body['id'])
  })

  test('what only a person knew of is gone when it is taken back', async () => {
    const { body } = await post({ ...day, date: '2026-03-03' })
    await remove(body['id'])
    expect(await on('2026-03-03')).toBeUndefined()
  })

  test('an unknown product, or nothing to say of a known one, is refused', async () => {
    expect(problemOf(await post({ ...day, product_id: 999_999 }), 422).detail).toBe(
      'Product_id: there is no product 999999.',
    )
    problemOf(await post({ date: '2026-03-02', store: 'nl', product_id: table }), 422)
    problemOf(await post({ ...day, units_sold: 1.5 }), 422)
  })

  test('of 5,000 rows one bad one is told and the others are kept, once', async () => {
    const rows = Array.from({ length: 5_000 }, (_, n) => ({
      ...day,
      date: new Date(Date.UTC(2010, 0, 1 + n)).toISOString().slice(0, 10),
    }))
    rows[99] = { ...rows[99]!, product_id: 999_999 }
    const { body } = await post(rows)
    expect(body).toMatchObject({ created: 4_999, rejected: 1 })
    expect((body['data'] as Row[])[99]).toMatchObject({ row: 100, reason: 'product_id: there is no product 999999' })
    expect((await post(rows)).body).toMatchObject({ unchanged: 4_999, rejected: 1 })
  })

  test('many writers of the same rows leave the figures of one of them', async () => {
    const rows = [table, chair, poster].flatMap((product_id) =>
      ['nl', 'uk'].map((store) => ({ date: '2009-01-01', store, product_id })),
    )
    const writers = Array.from({ length: 8 }, (_, writer) => {
      const mine = rows.map((row) => Object.assign({ revenue: writer }, row))
      return post(writer % 2 ? mine : mine.toReversed())
    })
    expect((await Promise.all(writers)).map(({ status }) => status)).toEqual(writers.map(() => 200))
    const kept = await list('start=2009-01-01&end=2009-01-01')
    expect([kept.length, new Set(kept.map(({ revenue }) => revenue)).size]).toEqual([6, 1])
  })

  test('is audited', async () => {
    const { body } = await post({ ...day, date: '2026-03-04' })
    await remove(body['id'])
    const log =
      await sql`select action, new_value from audit_log where action like 'product_performance.%' order by id desc limit 2`
    expect(log).toMatchObject([
      { action: 'product_performance.deleted' },
      { action: 'product_performance.posted', new_value: [{ date: '2026-03-04', revenue: 90, units_sold: 6 }] },
    ])
  })
})

test('a person who is limited to stores sees and posts those, and takes back no others', async () => {
  const date = '2026-03-20'
  const day = { date, store: 'nl', product_id: poster, revenue: 1 }
  const { body } = await post(day)
  problemOf(await post(day, limited.token), 422)
  problemOf(await post({ ...day, store: 'uk', product_id: table }, limited.token), 422)
  problemOf(await remove(body['id'], limited.token), 404)
  expect((await post({ ...day, store: 'uk' }, limited.token)).status).toBe(201)
  expect((await list(`start=${date}&end=${date}`, limited.token)).map(({ store }) => store)).toEqual(['uk'])
})
