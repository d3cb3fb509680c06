import { expect, test } from 'bun:test'
import { expectedError } from '../../src/errors.ts'
import { bookOrders } from '../../src/ledger/book.ts'
import { pnl } from '../../sql/pnl.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aProduct, aRate, aStore, bookAll, someAdSpend } from '../support/factories.ts'

// Rates hold for all stores of a database: each test has days of its own.
const { sql } = await testDatabase()
const now = new Date('2026-12-31T12:00:00Z')

const pnlIn = async (currency: string, stores: Store[], from: string, to = from) =>
  (await pnl(sql, { store_ids: stores.map(({ id }) => id), currency, periods: [{ key: 'asked', from, to }], now }))[0]!

/** A store that sold goods for so many minor units of its currency on a day. */
async function aStoreThatSold(currency: string, day: string, price_minor: number) {
  const store = await aStore(sql, { currency })
  await anOrder(sql, store, { day, lines: [{ price_minor }] })
  await bookAll(sql, store)
  return store
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (error: unknown) => expectedError(error),
  )
  return error && { code: error.code, message: error.message }
}

test('each day is converted at the rate of that day', async () => {
  await aRate(sql, 'USD', '2026-02-03', '1.25')
  await aRate(sql, 'USD', '2026-02-04', '1.6')
  const store = await aStoreThatSold('USD', '2026-02-03', 10_000)
  await anOrder(sql, store, { day: '2026-02-04', lines: [{ price_minor: 10_000 }] })
  await bookAll(sql, store)
  expect((await pnlIn('EUR', [store], '2026-02-03')).revenue).toBe('80.00')
  expect((await pnlIn('EUR', [store], '2026-02-04')).revenue).toBe('62.50')
  expect((await pnlIn('EUR', [store], '2026-02-03', '2026-02-04')).revenue).toBe('142.50')
})

test('a weekend takes the last rate before it, never the one after', async () => {
  await aRate(sql, 'GBP', '2026-02-05', '0.5')
  await aRate(sql, 'GBP', '2026-02-06', '0.8')
  await aRate(sql, 'GBP', '2026-02-09', '0.4')
  const store = await aStoreThatSold('GBP', '2026-02-07', 10_000)
  await anOrder(sql, store, { day: '2026-02-08', lines: [{ price_minor: 10_000 }] })
  await bookAll(sql, store)
  expect((await pnlIn('EUR', [store], '2026-02-07', '2026-02-08')).revenue).toBe('250.00')
})

test('a missing rate is an error with the day and the pair in it', async () => {
  await aRate(sql, 'CHF', '2026-02-13', '0.9')
  const store = await aStoreThatSold('CHF', '2026-02-12', 10_000)
  expect(await failure(pnlIn('EUR', [store], '2026-02-12'))).toEqual({
    code: 'conflict',
    message: expect.stringContaining('No exchange rate from CHF to EUR for 2026-02-12.') as unknown as string,
  })
  expect(
    (await failure(pnlIn('CHF', [await aStoreThatSold('EUR', '2026-02-12', 1)], '2026-02-12')))?.message,
  ).toContain('No exchange rate from EUR to CHF for 2026-02-12.')
})

test('a rate holds for ten days at most', async () => {
  await aRate(sql, 'SEK', '2026-03-02', '10')
  const store = await aStoreThatSold('SEK', '2026-03-12', 10_000)
  expect((await pnlIn('EUR', [store], '2026-03-12')).revenue).toBe('10.00')
  await anOrder(sql, store, { day: '2026-03-13' })
  await bookAll(sql, store)
  expect((await failure(pnlIn('EUR', [store], '2026-03-13')))?.message).toContain('from SEK to EUR for 2026-03-13')
})

test('a store in its own currency needs no rate', async () => {
  const store = await aStoreThatSold('NOK', '2026-03-14', 10_000)
  expect((await pnlIn('NOK', [store], '2026-03-14')).revenue).toBe('100.00')
})

test('stores in unlike currencies add up in the currency asked for, through the euro', async () => {
  const day = '2026-03-16'
  await aRate(sql, 'USD', day, '1.25')
  await aRate(sql, 'JPY', day, '160')
  await aRate(sql, 'KWD', day, '0.4')
  const stores = [
    await aStoreThatSold('EUR', day, 1_000), // 10.00
    await aStoreThatSold('USD', day, 1_000), // 8.00
    await aStoreThatSold('JPY', day, 1_000), // 6.25
    await aStoreThatSold('KWD', day, 1_000), // 2.50
  ]
  expect(await pnlIn('EUR', stores, day)).toMatchObject({ revenue: '26.75', orders: 4, currency: 'EUR' })
  expect((await pnlIn('USD', stores, day)).revenue).toBe('33.44') // 12.50 + 10.00 + 7.81 + 3.13
  expect((await pnlIn('JPY', stores, day)).revenue).toBe('4280')
  expect((await pnlIn('KWD', stores, day)).revenue).toBe('10.700')
})

test('each figure is rounded per store and day, then added', async () => {
  for (const day of ['2026-03-23', '2026-03-24']) await aRate(sql, 'JPY', day, '160')
  const one = await aStoreThatSold('JPY', '2026-03-23', 4) // 2.5 cents
  const other = await aStoreThatSold('JPY', '2026-03-23', 4)
  await anOrder(sql, one, { day: '2026-03-24', lines: [{ price_minor: 4 }], tips_minor: 4 })
  await bookAll(sql, one)
  expect((await pnlIn('EUR', [one], '2026-03-23')).revenue).toBe('0.03')
  expect((await pnlIn('EUR', [one, other], '2026-03-23')).revenue).toBe('0.06')
  expect(await pnlIn('EUR', [one], '2026-03-24')).toMatchObject({ gross_sales: '0.03', tips: '0.03', revenue: '0.06' })
  expect((await pnlIn('EUR', [one, other], '2026-03-23', '2026-03-24')).revenue).toBe('0.12')
})

test('half a cent is rounded away from zero also where the rate has no exact inverse', async () => {
  const day = '2026-03-30'
  await aRate(sql, 'USD', day, '1.2')
  const store = await aStoreThatSold('USD', day, 3) // 2.5 cents
  await someAdSpend(sql, store, { day, amount_minor: 9 }) // 7.5 cents
  await aFixedCost(sql, store, { interval: 'day', amount_minor: 15, starts_on: day, ends_on: day }) // 12.5 cents
  await bookAll(sql, store)
  expect(await pnlIn('EUR', [store], day)).toMatchObject({ revenue: '0.03', ad_spend: '0.08', fixed_costs: '0.13' })
})

test('ad spend in another currency is booked in the store’s at the rate of its day', async () => {
  const day = '2026-04-02'
  await aRate(sql, 'USD', day, '1.25')
  const store = await aStore(sql)
  await someAdSpend(sql, store, { day, currency: 'USD', amount_minor: 1_001 }) // 800.8 cents
  await someAdSpend(sql, store, { day, currency: 'JPY', platform: 'google', amount_minor: 0 })
  await bookAll(sql, store)
  expect((await pnlIn('EUR', [store], day)).ad_spend).toBe('8.01')
  await someAdSpend(sql, store, { day: '2026-05-02', currency: 'PLN' })
  expect((await failure(bookAll(sql, store)))?.message).toContain('from PLN to EUR for 2026-05-02')
})

test('a unit cost in another currency is converted at the rate of the day of the sale, also for its return', async () => {
  await aRate(sql, 'USD', '2026-04-07', '1.25')
  await aRate(sql, 'USD', '2026-04-08', '2')
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '1', cost_currency: 'USD' })
  await anOrder(sql, store, { day: '2026-04-07', lines: [{ product_id, quantity: 3 }] })
  await anOrder(sql, store, { day: '2026-04-08', lines: [{ product_id, quantity: 3 }] })
  await bookAll(sql, store)
  expect((await pnlIn('EUR', [store], '2026-04-07')).cogs).toBe('2.40')
  expect((await pnlIn('EUR', [store], '2026-04-08')).cogs).toBe('1.50')
})

test('an order whose unit cost has no rate is not booked at all', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '1', cost_currency: 'CZK' })
  const order = await anOrder(sql, store, { day: '2026-04-09', lines: [{ product_id }] })
  expect(await failure(bookOrders(sql, { store_id: store.id, order_ids: [order], reason: 'test' }))).toEqual({
    code: 'conflict',
    message: expect.stringContaining('from CZK to EUR for 2026-04-09') as unknown as string,
  })
  expect(await pnlIn('EUR', [store], '2026-04-09')).toMatchObject({ orders: 0, revenue: '0.00' })
})
