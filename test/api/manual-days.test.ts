import { expect, test } from 'bun:test'
import { addDays } from '../../src/day.ts'
import { pnlMessage } from '../../src/bot/pnl-message.ts'
import { seeing } from '../../sql/connect.ts'
import { pnl } from '../../sql/pnl.ts'
import { testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { wording } from '../../src/wording.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { nl, uk, jp, table } = await april(sql)
const { token } = await api.someone('owner')
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`

type Coverage = { manual_days: { count: number; days: { date: string; store: string; figures: string[] }[] } }
type Covered = { coverage: Coverage }
const post = (rows: object) => api.post('/financials/daily', rows, token)
const get = async (path: string, as = token) => (await api.get(path, as)).body
const manualDays = async (path: string, as = token) => ((await get(path, as))['coverage'] as Coverage).manual_days

await post([
  { date: '2026-04-03', store: 'nl', revenue: 10, ad_spend: 2 },
  // Ad spend is booked on this day, so what was posted does not count.
  { date: '2026-04-02', store: 'nl', ad_spend: 5 },
  { date: '2026-04-12', store: 'uk', transaction_fees: 1, cogs: 2, shipping_cost: 3 },
])
const RANGE = 'start=2026-04-01&end=2026-04-13'
const NL = { date: '2026-04-03', store: 'nl', figures: ['revenue', 'ad_spend'] }
const UK = { date: '2026-04-12', store: 'uk', figures: ['cogs', 'shipping_cost', 'transaction_fees'] }
const BOTH = { count: 2, days: [UK, NL] }

test('reports name the days with figures posted by hand that count, and those figures', async () => {
  expect(await manualDays(`/financials/summary?${RANGE}&store=nl`)).toEqual({ count: 1, days: [NL] })
  for (const path of [`/financials/summary?${RANGE}`, `/financials/product-report?${RANGE}`])
    expect([path, await manualDays(path)]).toEqual([path, BOTH])
  const overview = await get('/financials/overview')
  expect((overview['this_month'] as Covered).coverage.manual_days).toEqual(BOTH)
  expect((overview['today'] as Covered).coverage.manual_days).toEqual({ count: 0, days: [] })
  const columns = (await get(`/financials/pnl?${RANGE}&grain=week`))['data'] as Covered[]
  expect(columns.map(({ coverage }) => coverage.manual_days.days)).toEqual([[NL], [UK], []])
  const bridge = await get(
    '/financials/bridge?from_start=2026-04-03&from_end=2026-04-03&to_start=2026-04-12&to_end=2026-04-13',
  )
  expect([bridge['from'], bridge['to']]).toMatchObject([
    { coverage: { manual_days: { days: [NL] } } },
    { coverage: { manual_days: { days: [UK] } } },
  ])
  const { data, total } = (await get(`/financials/stores?${RANGE}`)) as unknown as {
    data: { store: string; own: Covered }[]
    total: Covered
  }
  expect(data.map(({ store, own }) => [store, own.coverage.manual_days.count])).toEqual([['jp', 0], ['nl', 1], ['uk', 1]]) // prettier-ignore
  expect(total.coverage.manual_days).toEqual(BOTH)
})

test('a closed month keeps the days that were posted then, and tells those of today beside them', async () => {
  await post({ date: '2026-03-05', store: 'nl', revenue: 10 })
  const closed = (await api.post('/reports', { month: '2026-03', store: 'nl' }, token)).body
  await post({ date: '2026-03-06', store: 'nl', revenue: 10 })
  const report = await get(`/reports/${String(closed['id'])}`)
  expect((report['figures'] as Covered).coverage.manual_days.count).toBe(1)
  expect((report['coverage'] as Coverage).manual_days.count).toBe(2)
})

test('someone who is limited to a store learns of its days only', async () => {
  expect(await manualDays(`/financials/summary?${RANGE}`, limited.token)).toEqual({ count: 1, days: [UK] })
})

test('figures posted for a product on a day are not figures of the day', async () => {
  const date = '2026-02-01'
  await api.post(
    '/financials/product-performance',
    { date, store: 'nl', product_id: table, revenue: 5, units_sold: 1 },
    token,
  )
  expect(await manualDays(`/financials/summary?start=${date}&end=${date}`)).toEqual({ count: 0, days: [] })
})

test('of many days all are counted and the newest 31 named, in a message the newest three', async () => {
  await post(Array.from({ length: 40 }, (_, at) => ({ date: addDays('2025-06-01', at), store: 'jp', revenue: 100 })))
  const { count, days } = await manualDays('/financials/summary?start=2025-06-01&end=2025-07-31&store=jp')
  expect([count, days.length, days[0]?.date, days.at(-1)?.date]).toEqual([40, 31, '2025-07-10', '2025-06-10'])
  const periods = [{ key: 'asked', from: '2025-06-01', to: '2025-07-31' }]
  const [figures] = await seeing(sql, 'all', (tx) =>
    pnl(tx, { store_ids: [jp.id, nl.id], currency: 'JPY', periods, now: api.clock.now }),
  )
  expect(
    pnlMessage({
      words: wording('en'),
      name: 'Japan',
      title: 'Two months',
      figures: figures!,
    }),
  ).toEndWith('\nPosted by hand: 10 Jul 2025 (jp), 9 Jul 2025 (jp), 8 Jul 2025 (jp) and 37 more.')
})
