import { expect, test } from 'bun:test'
import { dailyFinancials, settledDailyFinancials } from '../../sql/daily-financials.ts'
import { jsonPage } from '../../sql/query.ts'
import type { Store } from '../../sql/stores.ts'
import { settleUnsettledDays } from '../../src/ledger/settle-days.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aProduct, aRate, aRefund, aStore, bookAll, someAdSpend } from '../support/factories.ts'

const { sql } = await testDatabase()
const APRIL = { start: '2026-04-01', end: '2026-04-30', limit: 50, offset: 0, after: null }
const ask = (stores: Store[]) => ({ ...APRIL, store_ids: stores.map(({ id }) => id) })

async function sold(store: Store, ...days: string[]) {
  for (const day of days) await anOrder(sql, store, { day })
  await bookAll(sql, store)
}

test('a day shows its figures in the store’s currency, the profit after fixed costs', async () => {
  const store = await aStore(sql, { currency: 'USD' })
  const product_id = await aProduct(sql, store, { unit_cost: '3' })
  const order = await anOrder(sql, store, {
    lines: [{ product_id, quantity: 4, discount_minor: 250 }],
    shipping_income_minor: 400,
    shipping_cost_minor: 310,
    transaction_fee_minor: 90,
  })
  await aRefund(sql, order, { lines: [{ quantity: 1, amount_minor: 900 }] })
  await someAdSpend(sql, store, { amount_minor: 700 })
  await aFixedCost(sql, store, { amount_minor: 3_000 })
  await bookAll(sql, store)
  expect(await dailyFinancials(sql, ask([store]))).toEqual([
    {
      id: expect.any(Number),
      date: '2026-04-08',
      store: store.slug,
      currency: 'USD',
      revenue: '32.50',
      cogs: '9.00',
      shipping_cost: '3.10',
      ad_spend: '7.00',
      transaction_fees: '0.90',
      fixed_costs: '1.00',
      net_profit: '11.50',
      source: 'ledger',
      ad_spend_source: 'ledger',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  ])
})

test('days come newest first, stores of a day by age, only with facts and inside the range', async () => {
  const [one, other] = [await aStore(sql), await aStore(sql, { currency: 'JPY' })]
  await aFixedCost(sql, one)
  await sold(other, '2026-04-01', '2026-04-30')
  await sold(one, '2026-03-31', '2026-04-01', '2026-04-03', '2026-05-01')
  const rows = await dailyFinancials(sql, ask([other, one]))
  expect(rows.map((row) => [row.date, row.store, row.revenue])).toEqual([
    ['2026-04-30', other.slug, '1000'],
    ['2026-04-03', one.slug, '10.00'],
    ['2026-04-01', one.slug, '10.00'],
    ['2026-04-01', other.slug, '1000'],
  ])
})

test('pages by the last row seen or by offset show every day once', async () => {
  const [one, other] = [await aStore(sql), await aStore(sql)]
  await sold(one, '2026-04-01', '2026-04-02', '2026-04-04')
  await sold(other, '2026-04-02', '2026-04-04')
  const all = (await dailyFinancials(sql, ask([one, other]))).map((row) => row.id)
  expect(all).toHaveLength(5)

  const seen: number[] = []
  for (let after: number | null = null, pages = 0; pages === 0 || after !== null; pages += 1) {
    const page: Awaited<ReturnType<typeof jsonPage>> = await jsonPage(sql, dailyFinancials, {
      ...ask([one, other]),
      limit: 2,
      after,
    })
    seen.push(...(JSON.parse(page.json) as { id: number }[]).map((row) => row.id))
    after = page.last_id
  }
  expect(seen).toEqual(all)

  const second = await dailyFinancials(sql, { ...ask([one, other]), limit: 2, offset: 2 })
  expect(second.map((row) => row.id)).toEqual(all.slice(2, 4))
})

test('a day that comes in while someone pages neither repeats nor hides the days that follow', async () => {
  const store = await aStore(sql)
  await sold(store, '2026-04-01', '2026-04-02', '2026-04-04')
  const first = await dailyFinancials(sql, { ...ask([store]), limit: 1 })
  await sold(store, '2026-04-05')
  const rest = await dailyFinancials(sql, { ...ask([store]), after: first[0]!.id })
  expect(rest.map((row) => row.date)).toEqual(['2026-04-02', '2026-04-01'])
})

test('a page whose days are settled is answered from them, the same; one with a day that is not is left to the other statement', async () => {
  const [one, other] = [await aStore(sql), await aStore(sql, { currency: 'JPY' })]
  await aFixedCost(sql, one)
  for (const day of ['2026-04-01', '2026-04-02', '2026-04-04'])
    for (const currency of ['JPY', 'USD']) await aRate(sql, currency, day, '1.5')
  await sold(one, '2026-04-01', '2026-04-02', '2026-04-04')
  await sold(other, '2026-04-02')
  await sql`insert into manual_days ${sql({ store_id: one.id, day: '2026-04-02', revenue_minor: 4_321, ad_spend_minor: 1_234 })}`
  const pages = [{}, { limit: 2 }, { limit: 2, offset: 2 }, { start: '2026-04-02', end: '2026-04-02' }]
  const asked = pages.map((page) => Object.assign(ask([one, other]), page))
  for (const args of asked) expect(await settledDailyFinancials(sql, args)).toEqual([])

  await settleUnsettledDays(sql, { now: new Date('2026-05-01T12:00:00Z') })
  const [whole = [], ...others] = await Promise.all(asked.map((args) => settledDailyFinancials(sql, args)))
  expect(whole.map(({ date, revenue, source }) => [date, revenue, source])).toEqual([
    ['2026-04-04', '10.00', 'ledger'],
    ['2026-04-02', '43.21', 'manual'],
    ['2026-04-02', '1000', 'ledger'],
    ['2026-04-01', '10.00', 'ledger'],
  ])
  expect([whole, ...others]).toEqual(await Promise.all(asked.map((args) => dailyFinancials(sql, args))))
  const after = { ...ask([one, other]), after: whole[1]!.id }
  expect(await settledDailyFinancials(sql, after)).toEqual(whole.slice(2))

  await sold(one, '2026-04-04')
  expect(await settledDailyFinancials(sql, asked[0]!)).toEqual([])
  expect(await settledDailyFinancials(sql, after)).toEqual(whole.slice(2))
  const page = await jsonPage(sql, dailyFinancials, asked[0]!, settledDailyFinancials)
  expect(JSON.parse(page.json)).toMatchObject([{ date: '2026-04-04', revenue: 20 }, {}, {}, {}])
})
