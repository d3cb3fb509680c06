import { expect, test } from 'bun:test'
import { type Answer, problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const { jp, chair } = await april(sql)
const api = await testApi(database)
const { token } = await api.someone('viewer')
const RANGE = 'start=2026-04-01&end=2026-04-13'
const get = (query: string) => api.get(`/financials/product-report?${query}`, token)
const namesOf = ({ body }: Answer) => (body['data'] as { product: string }[]).map(({ product }) => product)

test('the totals are the summary of the same days', async () => {
  for (const store of ['', '&store=nl', '&store=jp']) {
    const { body } = await get(RANGE + store)
    const summary = (await api.get(`/financials/summary?${RANGE}${store}`, token)).body
    expect(body['coverage']).toEqual(summary['coverage'])
    for (const name of ['revenue', 'cogs', 'cm1', 'cm2', 'cm3', 'units_sold', 'cm1_percent', 'cm3_percent'])
      expect([name, (body['totals'] as Record<string, number>)[name]]).toEqual([name, summary[name] as number])
  }
})

test('the biggest revenue comes first unless another column is asked for', async () => {
  expect(namesOf(await get(`${RANGE}&store=nl`))).toEqual(['Oak table', 'Oak chair'])
  expect(namesOf(await get(`${RANGE}&store=nl&sort=revenue`))).toEqual(['Oak chair', 'Oak table'])
  expect(namesOf(await get(`${RANGE}&store=nl&sort=-units_sold`))).toEqual(['Oak chair', 'Oak table'])
})

test('each product is in the box that the bounds put it in, a box leaves out the rest, and so does a product', async () => {
  const { body } = await get(`${RANGE}&store=nl`)
  const bounds = body['boxes'] as { cm3_percent: number; units_sold: number } & Record<string, Record<string, number>>
  const rows = body['data'] as Record<string, number | string>[]
  const margin = Math.max(0, (body['totals'] as { cm3_percent: number }).cm3_percent)
  expect([bounds.cm3_percent, bounds.units_sold]).toEqual([margin, 1])
  for (const row of rows) {
    const well = Number(row['cm3_percent']) >= margin
    const much = Number(row['units_sold']) >= 1
    expect(row['box']).toBe(well ? (much ? 'keep' : 'scale') : much ? 'fix' : 'stop')
  }
  for (const box of ['scale', 'fix', 'keep', 'stop']) {
    const within = rows.filter((row) => row['box'] === box)
    expect([box, namesOf(await get(`${RANGE}&store=nl&box=${box}`))]).toEqual([box, within.map(({ product }) => String(product))]) // prettier-ignore
    expect(bounds[box]).toEqual({
      products: within.length,
      ...Object.fromEntries(['units_sold', 'revenue', 'cm3'].map((name) => [name, Math.round(within.reduce((sum, row) => sum + Number(row[name]), 0) * 100) / 100])), // prettier-ignore
    })
  }
  const one = await get(`${RANGE}&store=nl&product_id=${chair}`)
  expect([namesOf(one), one.body['totals'], one.body['next']]).toEqual([['Oak chair'], body['totals'] as object, null])
  problemOf(await get('box=all'), 422)
})

test('paging by offset and by cursor reaches every row once', async () => {
  const all = namesOf(await get(RANGE))
  expect(all).toHaveLength(3)
  const byCursor: string[] = []
  for (let next: string | null = ''; next !== null;) {
    const page: Answer = await get(`${RANGE}&limit=2${next === '' ? '' : `&cursor=${next}`}`)
    byCursor.push(...namesOf(page))
    next = page.body['next'] as string | null
  }
  expect(byCursor).toEqual(all)
  expect(namesOf(await get(`${RANGE}&limit=1&offset=1`))).toEqual(all.slice(1, 2))
  expect(namesOf(await get(`${RANGE}&offset=3`))).toEqual([])
})

test('an unknown column, a made-up cursor and half a range are refused', async () => {
  problemOf(await get('sort=luck'), 422)
  problemOf(await get('cursor=AAAA'), 400)
  problemOf(await get('start=2026-04-01'), 400)
})

test('who is limited to stores sees the products of those', async () => {
  const limited = await api.someone('viewer')
  await sql`update users set store_ids = ${[jp.id]} where id = ${limited.id}`
  const { body } = await api.get(`/financials/product-report?${RANGE}`, limited.token)
  expect(body).toMatchObject({ data: [{ product_id: null, revenue: 20 }], totals: { revenue: 20 } })
})
