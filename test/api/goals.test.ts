import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const stores = await april(database.sql)
const api = await testApi(database)
const owner = await api.someone('owner')
const viewer = await api.someone('viewer')
type Figures = Record<string, number>
const put = (json: object, { token = owner.token, headers = {} } = {}) =>
  api.send('/goals', { method: 'PUT', token, json, headers })
const get = async (path: string, token = owner.token) => (await api.get(path, token)).body as unknown as Figures
const noted = async () =>
  (await database.sql<{ action: string }[]>`select action from audit_log where action like 'goal.%' order by id`).map(
    ({ action }) => action,
  )

test('the goal of a month is set, read, changed and taken back, and each is noted', async () => {
  const set = await put({ month: '2026-04', store: 'nl', amount: 10_000 })
  expect([set.status, set.body]).toEqual([
    200,
    { id: 1, month: '2026-04', store: 'nl', amount: 10_000, currency: 'EUR', set_by: owner.email, updated_at: expect.any(String) },
  ]) // prettier-ignore
  await put({ month: '2026-04', store: 'nl', amount: 10_000 })
  expect((await put({ month: '2026-04', store: 'nl', amount: '12000.50' })).body['amount']).toBe(12_000.5)
  expect(await get('/goals?month=2026-04')).toMatchObject({ data: [{ amount: 12_000.5 }], next: null })
  expect((await api.get('/goals?month=2026-05', owner.token)).body['data']).toEqual([])
  const etag = (await api.get('/goals/1', owner.token)).headers.get('etag')!
  await put({ month: '2026-04', store: 'nl', amount: 11_000 })
  const stale = { headers: { 'if-match': etag } }
  problemOf(await put({ month: '2026-04', store: 'nl', amount: 5 }, stale), 412)
  problemOf(await api.send('/goals/1', { method: 'DELETE', token: owner.token, ...stale }), 412)
  expect((await api.send('/goals/1', { method: 'DELETE', token: owner.token })).status).toBe(204)
  problemOf(await api.get('/goals/1', owner.token), 404)
  expect(await noted()).toEqual(['goal.set', 'goal.set', 'goal.set', 'goal.deleted'])
})

test('what is no goal is refused: too many decimals, less than nothing, no such month or store', async () => {
  for (const wrong of [{ amount: 0.001 }, { amount: -1 }, { month: '2026-4' }, { amount: 1, more: true }])
    problemOf(await put({ month: '2026-04', store: 'nl', amount: 1, ...wrong }), 422)
  problemOf(await put({ month: '2026-04', store: 'none', amount: 1 }), 404)
  problemOf(await put({ month: '2026-04', store: 'jp', amount: 1.5 }), 422)
})

test('the pacing is made of the summary’s profit, and with the revenue and spend that it names the goal is met', async () => {
  problemOf(await api.get('/goals/pacing?store=nl', owner.token), 404)
  await put({ month: '2026-04', store: 'nl', amount: 20_000 })
  const pacing = await get('/goals/pacing?store=nl')
  const closed = await get('/financials/summary?store=nl&start=2026-04-01&end=2026-04-12')
  expect([pacing['so_far'], pacing['goal'], pacing['closed_days'], pacing['remaining_days']]).toEqual([
    closed['net_profit'], 20_000, 12, 18,
  ]) // prettier-ignore
  expect(pacing['needed_per_day']).toBeCloseTo((20_000 - closed['net_profit']!) / 18, 2)
  const { revenue_needed: revenue, ad_spend_needed: spend, cm2_percent: cm2 } = pacing as Record<string, number>
  // The eight weeks before today hold all that `april` books but the last day.
  const pattern = await get('/financials/summary?store=nl&start=2026-02-16&end=2026-04-12')
  expect([cm2, pacing['mer']]).toEqual([pattern['cm2_percent'], pattern['mer']] as number[])
  expect(revenue! / spend!).toBeCloseTo(pattern['revenue']! / pattern['ad_spend']!, 2)
  const fixed = (await get('/financials/summary?store=nl&start=2026-04-01&end=2026-04-30'))['fixed_costs']!
  expect(Math.abs(revenue! * (pattern['cm2']! / pattern['revenue']!) - spend! - fixed - 20_000)).toBeLessThan(5)
})

test('who sees some stores sets their goals and no total; a viewer sets none', async () => {
  const limited = await api.anApiToken(owner.id, { store_ids: [stores.nl.id] })
  problemOf(await put({ month: '2026-04', amount: 1 }, limited), 403)
  await put({ month: '2026-04', amount: 90_000 })
  expect((await put({ month: '2026-04', store: 'nl', amount: 5 }, limited)).status).toBe(200)
  const seen = (await api.get('/goals', limited.token)).body['data'] as { store: string | null }[]
  expect(seen.map(({ store }) => store)).toEqual(['nl'])
  problemOf(await api.get('/goals/pacing', limited.token), 404)
  problemOf(await put({ month: '2026-04', store: 'nl', amount: 5 }, viewer), 403)
})

test('with the revenue and spend of a plan the profit is met, also without a goal', async () => {
  const plan = await get('/goals/plan?store=nl&amount=20000')
  await put({ month: '2026-04', store: 'nl', amount: 20_000 })
  const pacing = await get('/goals/pacing?store=nl')
  for (const name of ['revenue_needed', 'ad_spend_needed', 'cm2_percent', 'mer'])
    expect([name, plan[name]]).toEqual([name, pacing[name]!])
  expect([plan['days'], plan['amount'], plan['month'] as unknown]).toEqual([30, 20_000, '2026-04'])
  const fixed = (await get('/financials/summary?store=nl&start=2026-04-01&end=2026-04-30'))['fixed_costs']!
  expect(plan['fixed_costs']).toBe(fixed)
  expect(plan['revenue_per_day']).toBeCloseTo(plan['revenue_needed']! / 30, 2)
  problemOf(await api.get('/goals/plan?amount=-1', owner.token), 422)
  expect(await get('/goals/plan?store=uk&amount=1')).toMatchObject({
    currency: 'GBP',
    mer: null,
    ad_spend_needed: null,
  })
})
