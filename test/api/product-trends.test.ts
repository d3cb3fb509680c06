import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { jp, table, chair } = await april(database.sql)
const api = await testApi(database)
const { token } = await api.someone('viewer')
const RANGE = 'start=2026-04-01&end=2026-04-13'
type Step = Record<'units_sold' | 'revenue' | 'cm1' | 'direct_ad_spend', number> & { start: string; end: string }
type Trends = { product_id: number; currency: string; steps: Step[] }[]
const trends = async (query: string, as = token) =>
  (await api.get(`/financials/product-trends?${RANGE}&${query}`, as)).body['data'] as Trends

test('the steps of a product add up to its line in the report', async () => {
  const report = (await api.get(`/financials/product-report?${RANGE}&store=nl`, token)).body['data'] as (Step & { product_id: number })[] // prettier-ignore
  const found = await trends(`product_ids=${chair},${table}&store=nl`)
  expect(found.map(({ product_id }) => product_id)).toEqual([table, chair])
  for (const { product_id, currency, steps } of found) {
    const line = report.find((row) => row.product_id === product_id)!
    const sum = (figure: 'units_sold' | 'revenue' | 'cm1' | 'direct_ad_spend') =>
      steps.reduce((total, step) => total + step[figure], 0)
    expect([currency, sum('units_sold'), sum('revenue'), sum('cm1'), sum('direct_ad_spend')]).toEqual([
      'EUR', line.units_sold, line.revenue, line.cm1, line.direct_ad_spend,
    ]) // prettier-ignore
  }
})

test('steps hold as many days each, the last one what is left, and those without sales are zero', async () => {
  const [{ steps } = { steps: [] }] = await trends(`product_ids=${chair}&store=nl&steps=4`)
  expect(steps.map(({ start, end, revenue }) => [start, end, revenue])).toEqual([
    ['2026-04-01', '2026-04-04', 0],
    ['2026-04-05', '2026-04-08', 0],
    ['2026-04-09', '2026-04-12', 0],
    ['2026-04-13', '2026-04-13', 5_820.4],
  ])
})

test('a product that the asker does not see is left out, and what are no ids is refused', async () => {
  const limited = await api.someone('viewer')
  await database.sql`update users set store_ids = ${[jp.id]} where id = ${limited.id}`
  expect(await trends(`product_ids=${table}`, limited.token)).toEqual([])
  for (const wrong of ['', '1,', 'x', '0']) problemOf(await api.get(`/financials/product-trends?product_ids=${wrong}`, token), 422) // prettier-ignore
})
