import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const { uk } = await april(sql)
const api = await testApi(database)
const { token } = await api.someone('viewer')
const get = (query: string) => api.get(`/financials/bridge?${query}`, token)

type Bridge = { net_profit_change: number; parts: { part: string; amount: number; products: { product: string }[] }[] }
const FOUR = 'from_start=2026-04-01&from_end=2026-04-05&to_start=2026-04-13&to_end=2026-04-13'

test('two ranges of four days are told with both ladders, their coverage and parts that add up', async () => {
  const { body } = await get(`${FOUR}&store=nl`)
  expect(body).toMatchObject({
    store: 'nl',
    currency: 'EUR',
    from: { start: '2026-04-01', end: '2026-04-05', coverage: { cogs_percent: 100, open_days: [] } },
    to: { start: '2026-04-13', end: '2026-04-13', coverage: { open_days: ['2026-04-13'] } },
  })
  const { net_profit_change, parts } = body as unknown as Bridge
  const { from, to } = body as unknown as Record<'from' | 'to', { net_profit: number }>
  expect(net_profit_change).toBeCloseTo(to.net_profit - from.net_profit, 6)
  const cents = parts.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0)
  expect(cents).toBe(Math.round(net_profit_change * 100))
  expect(parts.find(({ part }) => part === 'volume')!.products).toMatchObject([
    { product: 'Oak chair', amount: 15_000 },
    { product: 'Oak table', amount: -7_500 },
  ])
})

test('one range is compared with the part of the month before, or with a year earlier', async () => {
  const { body } = await get('start=2026-04-01&end=2026-04-13')
  expect(body).toMatchObject({ store: null, from: { start: '2026-03-01', end: '2026-03-13' } })
  expect((await get('')).body).toEqual(body)
  const year = await get('start=2026-04-01&end=2026-04-13&compare=year')
  expect(year.body).toMatchObject({ from: { start: '2025-04-01', end: '2025-04-13' } })
})

test('half a question, two questions and ranges that run backwards are refused', async () => {
  for (const query of ['from_start=2026-04-01', `${FOUR}&compare=year`, `${FOUR}&start=2026-04-01&end=2026-04-02`])
    problemOf(await get(query), 400)
  problemOf(await get(FOUR.replace('from_end=2026-04-05', 'from_end=2026-03-05')), 422)
  problemOf(await get(`${FOUR}&store=us`), 404)
})

test('who is limited to stores gets the bridge of those', async () => {
  const limited = await api.someone('viewer')
  await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
  const { body } = await api.get('/financials/bridge?start=2026-04-01&end=2026-04-13', limited.token)
  expect(body).toMatchObject({ to: { revenue: 100 }, net_profit_change: 100 })
  problemOf(await api.get('/financials/bridge?store=nl', limited.token), 404)
})
