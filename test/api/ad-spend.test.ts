import { describe, expect, test } from 'bun:test'
import { type Answer, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aRate, aStore } from '../support/factories.ts'

type Row = Record<string, unknown>

const PATH = '/financials/ad-spend'
const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('marketer')
const nl = await aStore(sql, { slug: 'nl', name: 'Netherlands' })
const us = await aStore(sql, { slug: 'us', name: 'United States', currency: 'USD' })
const mug = await aProduct(sql, nl)
await aRate(sql, 'USD', '2026-04-10', '1.25')
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[us.id]} where id = ${limited.id}`

const meta = { date: '2026-04-10', store: 'nl', platform: 'meta', amount: 12.5, currency: 'EUR' }
const post = (body: unknown, as = token) => api.post(PATH, body, as)
const rowsOf = ({ body }: Answer) => body['data'] as Row[]
const list = async (query: string, as = token) => rowsOf(await api.get(`${PATH}?${query}`, as))
const spentOn = async (day: string, store: string) => {
  const [row] = rowsOf(await api.get(`/financials/daily?start=${day}&end=${day}&store=${store}`, token))
  return row?.['ad_spend']
}
const entriesOf = async (day: string) => {
  const rows = await sql<Row[]>`
    select amount_minor, reason from ledger_entries where account = 'ad_spend' and business_day = ${day} order by id`
  return [...rows]
}

describe('POST /financials/ad-spend', () => {
  test('a documented client creates a row, and the day’s figures follow at once', async () => {
    const answer = await post(meta)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      ...meta,
      id: expect.any(Number),
      account: '',
      campaign: '',
      product_id: null,
      claimed: 0,
      state: 'settling',
      created_at: expect.stringMatching(/Z$/),
    })
    expect(answer.text).toMatch(/"amount": ?12\.50[,}]/)
    expect(await spentOn('2026-04-10', 'nl')).toBe(12.5)
  })

  test('the same row again changes nothing, and another amount is booked as a restatement', async () => {
    const day = '2026-04-11'
    const first = await post({ ...meta, date: day })
    expect((await post({ ...meta, date: day, amount: '12.50' })).body).toEqual(first.body)
    expect(await entriesOf(day)).toHaveLength(1)
    const changed = await post({ ...meta, date: day, amount: 10, claimed: 80 })
    expect(changed.status).toBe(200)
    expect(changed.body).toEqual({ ...first.body, amount: 10, claimed: 80 })
    expect((await post({ ...meta, date: day, amount: 11 })).body).toMatchObject({ amount: 11, claimed: 80 })
    expect(await entriesOf(day)).toEqual([
      { amount_minor: 1_250, reason: 'booked' },
      { amount_minor: -250, reason: 'posted again' },
      { amount_minor: 100, reason: 'posted again' },
    ])
    expect(await spentOn(day, 'nl')).toBe(11)
  })

  test('account, campaign and product tell rows of a day apart, and a product’s spend is that of the product too', async () => {
    const date = '2026-04-12'
    const { body } = await post([
      { ...meta, date },
      { ...meta, date, campaign: 'Spring' },
      { ...meta, date, account: 'act_1', campaign: 'Spring' },
      { ...meta, date, campaign: 'Spring', product_id: mug, amount: 4 },
    ])
    expect(body).toMatchObject({ created: 4, rejected: 0 })
    expect(await spentOn(date, 'nl')).toBe(41.5)
    const performance = await api.get(`/financials/product-performance?start=${date}&end=${date}`, token)
    expect(rowsOf(performance)).toMatchObject([{ product_id: mug, ad_spend: 4, roas: 0 }])
  })

  test('an amount in another currency counts at the day’s rate, and without a rate it is refused', async () => {
    expect((await post({ ...meta, store: 'us', currency: 'EUR' })).body).toMatchObject({
      amount: 12.5,
      currency: 'EUR',
    })
    expect(await spentOn('2026-04-10', 'us')).toBe(15.63)
    const { detail } = problemOf(await post({ ...meta, store: 'us', date: '2025-01-01' }), 422)
    expect(detail).toBe('Currency: no exchange rate from EUR to USD for 2025-01-01.')
  })

  test('a single bad row is refused with what is wrong', async () => {
    const cases: [change: Row, detail: string][] = [
      [{ amount: 1.005 }, 'Amount: 1.005 has more decimals than the 2 of EUR.'],
      [{ store: 'de' }, 'Store: there is no store "de".'],
      [{ product_id: 999_999 }, 'Product_id: there is no product 999999.'],
      [{ currency: 'ABC' }, 'Currency: ABC is not a currency.'],
    ]
    for (const [change, detail] of cases) expect(problemOf(await post({ ...meta, ...change }), 422).detail).toBe(detail)
    const { errors } = problemOf(await post({ ...meta, amount: -1, platform: 'myspace' }), 422)
    expect(errors?.map(({ field }) => field)).toEqual(['platform', 'amount'])
  })

  test('of 5,000 rows one bad one is told and the others are booked, once', async () => {
    const rows = Array.from({ length: 5_000 }, (_, n) => ({
      date: `2026-02-${String((n % 28) + 1).padStart(2, '0')}`,
      store: n % 2 ? 'nl' : 'us',
      platform: 'google',
      campaign: `campaign ${n}`,
      amount: 1.25,
    }))
    rows[2_344] = { ...rows[2_344]!, amount: -1.25 }
    const { body, text } = await post(rows)
    expect(body).toMatchObject({ created: 4_999, updated: 0, unchanged: 0, rejected: 1 })
    expect((body['data'] as Row[])[2_344]).toEqual({
      row: 2_345,
      result: 'rejected',
      id: null,
      reason: 'amount: must be 0 or more, below 10,000,000,000',
    })
    expect(text.length).toBeLessThan(500_000)
    const [booked] = await sql`
      select count(*) as entries, sum(amount_minor)::bigint as total
      from ledger_entries where source like 'ad_spend/google/%'`
    expect(booked as Row).toEqual({ entries: 4_999, total: 4_999 * 125 })
    expect((await post(rows)).body).toMatchObject({ created: 0, unchanged: 4_999, rejected: 1 })
    problemOf(await post([...rows, rows[0]]), 413)
  })

  test('a row that is sent twice in one request is told, and nothing of an array is taken that is no row', async () => {
    const date = '2026-04-14'
    const { body } = await post([{ ...meta, date }, 'x', null, { ...meta, date, amount: 99 }])
    expect((body['data'] as Row[]).map(({ result, reason }) => [result, reason])).toEqual([
      ['created', null],
      ['rejected', 'is not an object with the fields of a row'],
      ['rejected', 'is not an object with the fields of a row'],
      ['rejected', 'has the same date, store, platform, account, campaign and product as row 1'],
    ])
    expect(await spentOn(date, 'nl')).toBe(12.5)
  })

  test('CSV is read by its header', async () => {
    const csv = '\uFEFFDate,store,platform,campaign,product_id,amount,clicks\r\n2026-04-15,nl,tiktok,"Spring, ""new""",,7.5,3\r\n2026-04-15,nl,tiktok,,' +
      `${mug},1.00,\r\n2026-04-15,nl,tiktok,Late,,much,\r\n` // prettier-ignore
    const sent = { method: 'POST', token, body: csv, headers: { 'content-type': 'text/csv; charset=utf-8' } }
    const { body } = await api.send(PATH, sent)
    expect((body['data'] as Row[]).map(({ row, result }) => [row, result])).toEqual([
      [1, 'created'],
      [2, 'created'],
      [3, 'rejected'],
    ])
    expect(await list('start=2026-04-15&end=2026-04-15')).toMatchObject([
      { campaign: 'Spring, "new"', product_id: null, amount: 7.5 },
      { campaign: '', product_id: mug, amount: 1 },
    ])
    problemOf(await api.send(PATH, { ...sent, body: 'date,store\n"2026' }), 400)
    problemOf(await api.send('/stores', sent), 415)
  })

  test('many writers of the same rows leave one row each and the figures of one of them', async () => {
    const date = '2026-04-16'
    const rows = Array.from({ length: 40 }, (_, n) => ({
      ...meta,
      date,
      store: n % 2 ? 'nl' : 'us',
      campaign: `c${n}`,
    }))
    const writers = Array.from({ length: 8 }, (_, writer) => {
      const mine = rows.map((row) => Object.assign({}, row, { amount: writer + 1, currency: null }))
      return post(writer % 2 ? mine : mine.toReversed())
    })
    expect((await Promise.all(writers)).map(({ status }) => status)).toEqual(writers.map(() => 200))
    const kept = await list(`start=${date}&end=${date}&limit=100`)
    expect(kept).toHaveLength(40)
    const amounts = new Set(kept.map(({ amount }) => amount))
    expect(amounts.size).toBe(1)
    const [amount] = amounts
    expect(await spentOn(date, 'nl')).toBe(20 * Number(amount))
    expect(await spentOn(date, 'us')).toBe(20 * Number(amount))
  })

  test('is noted in the audit log with its counts, and only when something changed', async () => {
    const posts = async () => [
      ...(await sql<Row[]>`select new_value from audit_log where action = 'ad_spend.posted' order by id desc limit 2`),
    ]
    await post({ ...meta, date: '2026-04-17' })
    const before = await posts()
    expect(before[0]).toEqual({ new_value: { created: 1, updated: 0, unchanged: 0, rejected: 0 } })
    await post({ ...meta, date: '2026-04-17' })
    expect(await posts()).toEqual(before)
  })
})

describe('GET /financials/ad-spend', () => {
  test('lists the newest first and takes days, store and platform', async () => {
    await post([
      { ...meta, date: '2025-05-01', platform: 'tiktok' },
      { ...meta, date: '2025-05-02' },
      { ...meta, date: '2025-05-02', store: 'us', currency: 'USD' },
    ])
    const told = async (query: string) =>
      (await list(`start=2025-05-01&end=2025-05-31${query}`)).map(
        ({ date, store }) => `${String(date)} ${String(store)}`,
      )
    expect(await told('')).toEqual(['2025-05-02 us', '2025-05-02 nl', '2025-05-01 nl'])
    expect(await told('&store=nl')).toEqual(['2025-05-02 nl', '2025-05-01 nl'])
    expect(await told('&platform=tiktok')).toEqual(['2025-05-01 nl'])
    problemOf(await api.get(`${PATH}?start=2025-05-01`, token), 400)
  })

  test('paging by cursor and by offset reaches every row once', async () => {
    const all = (await list('start=2026-02-01&end=2026-02-03&limit=500&store=nl')).map(({ id }) => id)
    expect(all.length).toBeGreaterThan(80)
    const seen: unknown[] = []
    for (let next = ''; ;) {
      const page = await api.get(`${PATH}?start=2026-02-01&end=2026-02-03&store=nl&limit=37${next}`, token)
      seen.push(...rowsOf(page).map(({ id }) => id))
      if (page.body['next'] === null) break
      next = `&cursor=${page.body['next'] as string}`
    }
    expect(seen).toEqual(all)
    const second = await list('start=2026-02-01&end=2026-02-03&store=nl&limit=37&offset=37')
    expect(second.map(({ id }) => id)).toEqual(all.slice(37, 74))
  })
})

test('a person who is limited to stores reads and writes ad spend of those, and the others do not exist', async () => {
  const date = '2026-03-20'
  await post({ ...meta, date })
  const { body } = await post(
    [
      { ...meta, date, amount: 1 },
      { ...meta, date, store: 'us', currency: 'USD' },
      { ...meta, date, store: 'us', currency: 'USD', product_id: mug },
    ],
    limited.token,
  )
  expect((body['data'] as Row[]).map(({ result, reason }) => [result, reason])).toEqual([
    ['rejected', 'store: there is no store "nl"'],
    ['created', null],
    ['rejected', `product_id: there is no product ${mug}`],
  ])
  expect((await list(`start=${date}&end=${date}`, limited.token)).map(({ store }) => store)).toEqual(['us'])
  problemOf(await api.get(`${PATH}?store=nl`, limited.token), 404)
  expect(await spentOn(date, 'nl')).toBe(12.5)
})
