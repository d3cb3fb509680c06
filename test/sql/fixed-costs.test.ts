import { expect, test } from 'bun:test'
import { columnsOf, type Range } from '../../src/day.ts'
import { pnl } from '../../sql/pnl.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, aRate, aStore, type NewFixedCost } from '../support/factories.ts'

const { sql } = await testDatabase()
const now = new Date('2026-12-31T12:00:00Z')

const fixedCosts = async (stores: Store[], from: string, to = from, currency = 'EUR') => {
  const periods = [{ key: 'asked', from, to }]
  const [row] = await pnl(sql, { store_ids: stores.map(({ id }) => id), currency, periods, now })
  return row!.fixed_costs
}
const columns = (range: Range, grain: 'day' | 'month') =>
  columnsOf(range, grain).map(({ from, to }) => ({ key: from, from, to }))
const daily = async (store: Store, from: string, to: string) => {
  const periods = columns({ from, to }, 'day')
  const rows = await pnl(sql, { store_ids: [store.id], currency: store.currency, periods, now })
  return rows.map((row) => row.fixed_costs)
}

const INTERVALS: [NewFixedCost['interval'], string, string, string, string][] = [
  ['week', '2026-03-09', '2026-03-15', '14.28', '14.32'],
  ['month', '2026-03-01', '2026-03-31', '3.22', '3.40'],
  ['quarter', '2026-01-01', '2026-03-31', '1.11', '1.21'],
  ['year', '2026-01-01', '2026-12-31', '0.27', '1.72'],
]
for (const [interval, from, to, each, last] of INTERVALS) {
  test(`100.00 a ${interval} is ${each} a day, ${last} on the last day, and sums exactly`, async () => {
    const store = await aStore(sql)
    await aFixedCost(sql, store, { interval, amount_minor: 10_000, starts_on: '2025-06-01' })
    const days = await daily(store, from, to)
    expect(days).toEqual([...Array.from({ length: days.length - 1 }, () => each), last])
    expect(await fixedCosts([store], from, to)).toBe('100.00')
  })
}

test('100.00 a day is 100.00 on every day', async () => {
  const store = await aStore(sql)
  await aFixedCost(sql, store, { interval: 'day', amount_minor: 10_000 })
  expect(await daily(store, '2026-02-28', '2026-03-01')).toEqual(['100.00', '100.00'])
})

test('every month of a leap year sums exactly, its February over 29 days', async () => {
  const store = await aStore(sql)
  await aFixedCost(sql, store, { amount_minor: 10_001 })
  const months = columns({ from: '2028-01-01', to: '2028-12-31' }, 'month')
  const rows = await pnl(sql, { store_ids: [store.id], currency: 'EUR', periods: months, now })
  expect(rows.map((row) => row.fixed_costs)).toEqual(Array.from({ length: 12 }, () => '100.01'))
  expect(await daily(store, '2028-02-28', '2028-03-01')).toEqual(['3.44', '3.69', '3.22'])
  expect(await daily(store, '2027-02-27', '2027-03-01')).toEqual(['3.57', '3.62', '3.22'])
})

test('a cost counts from its first to its last day, both included', async () => {
  const store = await aStore(sql)
  await aFixedCost(sql, store, { amount_minor: 3_100, starts_on: '2026-03-10', ends_on: '2026-03-12' })
  expect(await daily(store, '2026-03-09', '2026-03-13')).toEqual(['0.00', '1.00', '1.00', '1.00', '0.00'])
})

test('a cost of a store is no cost of another, and yen are accrued in yen', async () => {
  const yen = await aStore(sql, { currency: 'JPY' })
  const other = await aStore(sql)
  await aFixedCost(sql, yen, { amount_minor: 1_000 })
  expect(await daily(yen, '2026-04-29', '2026-04-30')).toEqual(['33', '43'])
  expect(await fixedCosts([other], '2026-04-01', '2026-04-30')).toBe('0.00')
})

test('costs of unlike currencies are one figure of the day: converted, added, then rounded', async () => {
  const store = await aStore(sql)
  const [day, once] = ['2026-05-04', { interval: 'day', starts_on: '2026-05-04', ends_on: '2026-05-04' }] as const
  await aRate(sql, 'JPY', day, '160')
  await aRate(sql, 'USD', day, '1.25')
  await aFixedCost(sql, store, { ...once, currency: 'JPY', amount_minor: 1 }) // 0.625 cents
  await aFixedCost(sql, store, { ...once, currency: 'USD', amount_minor: 1 }) // 0.8 cents
  expect(await fixedCosts([store], day)).toBe('0.01')
})
