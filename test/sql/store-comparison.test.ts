import { expect, test } from 'bun:test'
import { pnl } from '../../sql/pnl.ts'
import { jsonRows } from '../../sql/query.ts'
import { productReport } from '../../sql/product-report.ts'
import { storeComparison } from '../../sql/store-comparison.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aRate, aRefund, bookAll } from '../support/factories.ts'

const { sql } = await testDatabase()
const { nl, uk, jp } = await april(sql)
await aFixedCost(sql, null, { amount_minor: 100_001, starts_on: '2026-04-12', ends_on: '2026-04-13' })
const RANGE = { start: '2026-04-12', end: '2026-04-13', now: new Date('2026-12-31T12:00:00Z') }
const ids = [nl.id, uk.id, jp.id]

type Ladder = Record<string, number | string>
const compared = async (store_ids = ids, range = RANGE) =>
  (
    JSON.parse(await jsonRows(sql, storeComparison, { ...range, store_ids, currency: 'EUR' })) as {
      data: { store: string; own: Ladder; converted: Ladder; return_rate: number | null }[]
      total: Ladder
      return_rate: number | null
    }[]
  )[0]!

const ladder = async (store_ids: number[], currency: string) => {
  const periods = [{ key: 'range', from: RANGE.start, to: RANGE.end }]
  return (JSON.parse(await jsonRows(sql, pnl, { store_ids, currency, periods, now: RANGE.now })) as Ladder[])[0]!
}

test('each store has its ladder in its own and in the reporting currency, the same as asked alone', async () => {
  const { data, total } = await compared()
  expect(data.map(({ store }) => store)).toEqual(['jp', 'nl', 'uk'])
  for (const { store, own, converted } of data) {
    const { id, currency } = [nl, uk, jp].find(({ slug }) => slug === store)!
    expect(own).toEqual(await ladder([id], currency))
    expect(converted).toEqual(await ladder([id], 'EUR'))
  }
  expect(total).toEqual(await ladder(ids, 'EUR'))
})

test('the converted ladders add up to the total', async () => {
  const { data, total } = await compared()
  for (const name of ['revenue', 'cogs', 'cm1', 'shipping_cost', 'ad_spend', 'fixed_costs', 'net_profit', 'orders'])
    expect([name, data.reduce((sum, { converted }) => sum + Math.round(Number(converted[name]) * 100), 0)]).toEqual([
      name,
      Math.round(Number(total[name]) * 100),
    ])
})

test('return rates are those of the products report: units of the orders of the range that came back, also after it', async () => {
  const june = { start: '2026-06-01', end: '2026-06-10', now: RANGE.now }
  await Promise.all([aRate(sql, 'GBP', '2026-05-31', '0.80'), aRate(sql, 'JPY', '2026-05-31', '160')])
  const sold = [
    await anOrder(sql, nl, { day: '2026-06-01', lines: [{ quantity: 3 }] }),
    await anOrder(sql, uk, { day: '2026-06-10' }),
  ]
  await anOrder(sql, nl, { day: '2026-06-11', lines: [{ quantity: 9 }] })
  await aRefund(sql, sold[0]!, { day: '2026-06-20' })
  await Promise.all([bookAll(sql, nl), bookAll(sql, uk)])
  const reported = async (store_ids: number[]) => {
    const asked = { store: null, currency: 'EUR', sort: 'revenue' as const, descending: true, limit: 1, offset: 0 }
    const [told] = JSON.parse(await jsonRows(sql, productReport, { ...asked, ...june, store_ids })) as {
      totals: Ladder
    }[]
    return told!.totals['return_rate']
  }
  const { data, return_rate } = await compared(ids, june)
  expect(data.map(({ store, return_rate: rate }) => [store, rate])).toEqual([
    ['jp', null],
    ['nl', 0.3333],
    ['uk', 0],
  ])
  expect(return_rate).toBe(0.25)
  expect(return_rate).toBe(Number(await reported(ids)))
  expect(Number(await reported([nl.id]))).toBe(0.3333)
})

test('no stores are an empty comparison with a total of zeros', async () => {
  expect(await compared([])).toMatchObject({ data: [], total: { revenue: 0, margin_percent: null }, return_rate: null })
})
