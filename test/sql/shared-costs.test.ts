import { expect, test } from 'bun:test'
import { expectedError } from '../../src/errors.ts'
import { dailyFinancials } from '../../sql/daily-financials.ts'
import { pnl } from '../../sql/pnl.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aRate, aRefund, aStore, bookAll } from '../support/factories.ts'

// A cost for all stores is shared by every store of the database: these are all, and each test has a day of its own.
const { sql } = await testDatabase()
const north = await aStore(sql)
const south = await aStore(sql)
const west = await aStore(sql, { currency: 'USD' })
const all = [north, south, west]
const now = new Date('2026-12-31T12:00:00Z')

const fixedCosts = async (stores: Store[], day: string, currency = 'EUR') => {
  const periods = [{ key: 'asked', from: day, to: day }]
  const [row] = await pnl(sql, { store_ids: stores.map(({ id }) => id), currency, periods, now })
  return row!.fixed_costs
}
const shares = (day: string) => Promise.all(all.map((store) => fixedCosts([store], day)))
const aSharedCost = (day: string, amount_minor: number, currency = 'EUR') =>
  aFixedCost(sql, null, { interval: 'day', starts_on: day, ends_on: day, amount_minor, currency })

async function sold(store: Store, day: string, price_minor: number) {
  const order = await anOrder(sql, store, { day, lines: [{ price_minor }] })
  await bookAll(sql, store)
  return order
}

test('a cost for all stores is shared by the revenue of the day and counts once in the total', async () => {
  const day = '2026-03-02'
  await aRate(sql, 'USD', day, '1.25')
  await sold(north, day, 10_000)
  await sold(south, day, 22_000)
  await sold(west, day, 10_000) // 80.00 euros
  await aSharedCost(day, 5_000)
  expect(await shares(day)).toEqual(['12.50', '27.50', '10.00'])
  expect(await fixedCosts(all, day)).toBe('50.00')
  expect(await fixedCosts([north, west], day)).toBe('22.50')
  expect(await fixedCosts([west], day, 'USD')).toBe('12.50')
})

test('on a day without revenue the shares are equal, and they sum exactly', async () => {
  const day = '2026-03-03'
  await aSharedCost(day, 10_000)
  expect(await shares(day)).toEqual(['33.33', '33.34', '33.33'])
  expect(await fixedCosts(all, day)).toBe('100.00')
})

test('shares of a cost that does not divide sum exactly', async () => {
  const day = '2026-03-04'
  await sold(north, day, 1)
  await sold(south, day, 2)
  await aSharedCost(day, 100)
  expect(await shares(day)).toEqual(['0.33', '0.67', '0.00'])
  await aSharedCost(day, 1)
  expect(await fixedCosts(all, day)).toBe('1.01')
})

test('a day on which a store gave back more than it sold counts as no revenue of it', async () => {
  const day = '2026-03-05'
  await sold(north, day, 1_000)
  await aRefund(sql, await sold(south, '2026-03-04', 900), { day, lines: [{ amount_minor: 900 }] })
  await bookAll(sql, south)
  await aSharedCost(day, 777)
  expect(await shares(day)).toEqual(['7.77', '0.00', '0.00'])
})

test('a store without revenue needs no rate to take its share, one with revenue does', async () => {
  const day = '2026-06-01'
  await sold(north, day, 1_000)
  await aSharedCost(day, 500)
  expect(await fixedCosts([north], day)).toBe('5.00')
  await sold(west, day, 1_000)
  const refused = await fixedCosts([north], day).then(String, (error: unknown) => expectedError(error)?.message)
  expect(refused).toContain('No exchange rate from USD to EUR for 2026-06-01.')
})

test('a store’s day holds its share in the store’s currency, its profit after it', async () => {
  const day = '2026-03-09'
  await aRate(sql, 'USD', day, '1.25')
  await sold(north, day, 4_000)
  await sold(west, day, 5_000)
  await aSharedCost(day, 1_000)
  const ids = all.map(({ id }) => id)
  const rows = await dailyFinancials(sql, { store_ids: ids, start: day, end: day, limit: 10, offset: 0, after: null })
  expect(rows.map((row) => [row.store, row.currency, row.fixed_costs, row.net_profit])).toEqual([
    [north.slug, 'EUR', '5.00', '35.00'],
    [west.slug, 'USD', '6.25', '43.75'],
  ])
})
