import { afterAll, expect, test } from 'bun:test'
import { parse } from 'csv-parse/sync'
import { unzipSync } from 'fflate'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, bookAll } from '../support/factories.ts'

type Row = Record<string, string>

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { nl, uk, chair } = await april(sql)
await sql`update products set name = '=1+1' where id = ${chair}`
const { token } = await api.someone('owner')
api.app.listen({ port: 0, hostname: '127.0.0.1' })
afterAll(() => api.app.stop(true))
const url = `http://127.0.0.1:${api.app.server?.port}`
const RANGE = 'start=2026-04-01&end=2026-04-13'

/** The rows of a report as CSV. */
async function rowsOf(path: string, as = token): Promise<Row[]> {
  const answer = await api.get(`${path}&format=csv`, as)
  expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, 'text/csv; charset=utf-8'])
  return parse(answer.text, { columns: true })
}
const picked = (rows: Row[], ...names: string[]) => rows.map((row) => names.map((name) => row[name]))
/** The sum of a column in cents. */
const cents = (rows: Row[], name: string) => rows.reduce((sum, row) => sum + Math.round(Number(row[name]) * 100), 0)

test('the summary is one row with every figure of its JSON, amounts with their decimals', async () => {
  const [row, ...rest] = await rowsOf(`/financials/summary?store=nl&${RANGE}`)
  expect(rest).toEqual([])
  expect(row).toMatchObject({ period: 'range', figures: 'period', currency: 'EUR', revenue: '15820.40', discounts: '0.00', net_profit: '5474.89', margin_percent: '34.6', orders: '2' }) // prettier-ignore
  const { body } = await api.get(`/financials/summary?store=nl&${RANGE}`, token)
  for (const [name, value] of Object.entries(body as Record<string, string | number | null>).filter(
    ([name]) => name !== 'coverage',
  ))
    expect([name, typeof value === 'number' ? Number(row![name]) : row![name]]).toEqual([name, value ?? ''])
  expect(row).toMatchObject({ known_cogs_percent: '100.0', open_days: '2026-04-13', manual_days: '0' })
})

test('what is compared has a row for the earlier period and two for the change', async () => {
  const path = `/financials/summary?store=nl&start=2026-04-13&end=2026-04-13&compare=previous`
  const rows = await rowsOf(path)
  const { body } = await api.get(path, token)
  const change = (body['change'] as Record<string, { amount: number; percent: number }>)['revenue']!
  expect(picked(rows, 'figures', 'start').slice(0, 2)).toEqual([['period', '2026-04-13'], ['comparison', '2026-04-12']]) // prettier-ignore
  expect(rows.slice(2).map((row) => [row['figures'], Number(row['revenue'])])).toEqual([
    ['change', change.amount],
    ['change_percent', change.percent ?? 0],
  ])
  const overview = await rowsOf('/financials/overview?store=nl')
  expect(new Set(overview.map((row) => `${row['period']} ${row['figures']}`)).size).toBe(12)
})

test('the income statement is one row per column, which add up', async () => {
  const rows = await rowsOf(`/financials/pnl?store=nl&${RANGE}&grain=day`)
  expect([rows.length, cents(rows, 'net_profit')]).toEqual([13, 547489])
})

test('the bridge leads from the net profit of one range to that of the other', async () => {
  const rows = await rowsOf(
    '/financials/bridge?store=nl&from_start=2026-04-01&from_end=2026-04-05&to_start=2026-04-06&to_end=2026-04-13',
  )
  expect(rows.map((row) => row['step']).slice(0, 2)).toEqual(['net_profit 2026-04-01 to 2026-04-05', 'price'])
  expect(rows.at(-1)?.['step']).toBe('net_profit 2026-04-06 to 2026-04-13')
  expect(cents(rows.slice(0, -1), 'amount')).toBe(cents(rows.slice(-1), 'amount'))
  expect(picked(rows, 'product_1').flat()).toContain("'=1+1")
})

test('the product report holds all products, whatever the limit, and adds up to the P&L', async () => {
  const rows = await rowsOf(`/financials/product-report?store=nl&${RANGE}&limit=1`)
  expect([rows.length, cents(rows, 'cm3')]).toEqual([2, 591989])
  expect(picked(rows, 'product').flat()).toContain("'=1+1")
})

test('stores are compared in their own and in the reporting currency, with the total', async () => {
  const rows = await rowsOf(`/financials/stores?${RANGE}`)
  expect(picked(rows, 'store', 'figures', 'currency', 'revenue')).toEqual([
    ['jp', 'own', 'JPY', '3200'],
    ['jp', 'converted', 'EUR', '20.00'],
    ['nl', 'own', 'EUR', '15820.40'],
    ['nl', 'converted', 'EUR', '15820.40'],
    ['uk', 'own', 'GBP', '80.00'],
    ['uk', 'converted', 'EUR', '100.00'],
    ['', 'total', 'EUR', '15940.40'],
  ])
})

test('a closed month comes as its figures, or as its restatements', async () => {
  const { id } = (await api.post('/reports', { month: '2026-03', store: 'nl' }, token)).body as { id: number }
  await anOrder(sql, nl, { day: '2026-03-07', lines: [{ product_id: chair, price_minor: 100_050 }] })
  await bookAll(sql, nl)
  const figures = await rowsOf(`/reports/${id}?table=figures`)
  const revenue = figures.find((row) => row['figure'] === 'revenue')
  expect(revenue).toEqual({ month: '2026-03', store: 'nl', currency: 'EUR', figure: 'revenue', closed: '0.00', now: '1000.50', difference: '1000.50' }) // prettier-ignore
  const restated = await rowsOf(`/reports/${id}?table=restatements`)
  expect(picked(restated, 'account', 'amount', 'first_day', 'currency')).toContainEqual(['gross_sales', '1000.50', '2026-03-07', 'EUR']) // prettier-ignore
  expect((await api.get(`/reports/${id}?format=csv`, token)).text).toStartWith('month,store,currency,figure,')
  problemOf(await api.get(`/reports/${id}?format=csv&table=other`, token), 422)
})

const FILES = {
  [`/financials/summary?${RANGE}`]: 'summary-all-stores-2026-04-01-2026-04-13',
  '/financials/overview?store=nl': 'overview-nl-2026-04-13',
  [`/financials/pnl?store=nl&${RANGE}&grain=week`]: 'pnl-week-nl-2026-04-01-2026-04-13',
  '/financials/bridge?store=uk&start=2026-04-13&end=2026-04-13': 'bridge-uk-2026-04-13-2026-04-13',
  [`/financials/product-report?${RANGE}`]: 'product-report-all-stores-2026-04-01-2026-04-13',
  [`/financials/line-orders?line=cogs&${RANGE}`]: 'orders-cogs-all-stores-2026-04-01-2026-04-13',
  [`/financials/stores?${RANGE}`]: 'stores-all-stores-2026-04-01-2026-04-13',
  '/reports/1?table=figures': 'report-nl-2026-03-figures',
}
for (const [path, name] of Object.entries(FILES))
  test(`${path.split('?')[0]} is a file with a name, in both formats, and its XLSX shows money as money`, async () => {
    for (const format of ['csv', 'xlsx']) {
      const response = await fetch(`${url}${path}&format=${format}`, { headers: { authorization: `Bearer ${token}` } })
      expect([response.status, response.headers.get('content-disposition')]).toEqual([
        200,
        `attachment; filename="${name}.${format}"`,
      ])
      const bytes = new Uint8Array(await response.arrayBuffer())
      if (format === 'csv') continue
      const files = unzipSync(bytes)
      const sheet = new TextDecoder().decode(files['xl/worksheets/sheet1.xml'])
      // A closed month mixes amounts and ratios in one column.
      expect(/<c s="1"><v>-?\d+\.\d\d<\/v>/.test(sheet)).toBe(!path.startsWith('/reports'))
    }
  })

test('someone who is limited to a store exports that store only', async () => {
  const limited = await api.someone('finance')
  await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
  const rows = await rowsOf(`/financials/stores?${RANGE}`, limited.token)
  expect(picked(rows, 'store', 'revenue')).toEqual([['uk', '80.00'], ['uk', '100.00'], ['', '100.00']]) // prettier-ignore
})

test('HEAD of an export, and a client that leaves, hold no connection of the database', async () => {
  const headers = { authorization: `Bearer ${token}` }
  for (let n = 0; n < 12; n++) {
    const head = await fetch(`${url}/products?format=csv`, { method: 'HEAD', headers })
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'text/csv; charset=utf-8', '']) // prettier-ignore
    const left = await fetch(`${url}/products?format=xlsx`, { headers })
    await left.body?.cancel()
  }
  expect((await fetch(`${url}/stores`, { headers })).status).toBe(200)
  const [open] = await sql<{ n: number }[]>`
    select count(*) as n from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`
  expect(open?.n).toBe(0)
})

test('platforms are one row each per column, which come to the ad spend of the income statement', async () => {
  const rows = await rowsOf(`/financials/channels?${RANGE}&grain=week`)
  const { body } = await api.get(`/financials/channels?${RANGE}&grain=week`, token)
  const { data, totals, currency } = body as unknown as {
    data: Record<string, string | number>[]
    totals: { ad_spend: number }[]
    currency: string
  }
  expect(rows.length).toBeGreaterThan(1)
  expect(picked(rows, 'start', 'platform', 'currency', 'ad_spend').map(([start, platform, of, spent]) => [start, platform, of, Number(spent)])).toEqual(data.map((row) => [row['start']!, row['platform']!, currency, row['ad_spend']!])) // prettier-ignore
  expect(cents(rows, 'ad_spend')).toBe(totals.reduce((sum, { ad_spend }) => sum + Math.round(ad_spend * 100), 0))
})
