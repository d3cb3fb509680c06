import { expect, test } from 'bun:test'
import { expectedError } from '../../src/errors.ts'
import { bookAdSpend, bookOrders } from '../../src/ledger/book.ts'
import { setUnitCost } from '../../src/ledger/set-unit-cost.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import {
  aFeeRule,
  anOrder,
  aProduct,
  aRate,
  aRefund,
  aShippingRule,
  aStore,
  bookAll,
  DAY,
  type NewOrder,
  someAdSpend,
} from '../support/factories.ts'

const { sql } = await testDatabase()

type Entry = { account: string; quantity: number; amount_minor: number; basis: string }
const entriesOf = (order_id: number) => sql<(Entry & { day: string; reason: string; source: string })[]>`
  select account, quantity, amount_minor, basis, reason, source, business_day as day
  from ledger_entries
  where order_id = ${order_id}
  order by id`

/** What the entries of an order come to, by account; accounts that come to nothing are left out. */
async function sumsOf(order_id: number): Promise<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const { account, quantity, amount_minor } of await entriesOf(order_id))
    sums[account] = (sums[account] ?? 0) + (account === 'orders' ? quantity : amount_minor)
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0))
}

const ofAccount = async (order_id: number, account: string) =>
  (await entriesOf(order_id))
    .filter((entry) => entry.account === account)
    .sort((a, b) => a.day.localeCompare(b.day))
    .map(({ amount_minor, basis }) => [amount_minor, basis])

async function booked(store: Store, order: Partial<NewOrder> = {}) {
  const id = await anOrder(sql, store, order)
  await bookOrders(sql, { store_id: store.id, order_ids: [id], reason: 'edited' })
  return id
}

test('an order is booked with its sale, cost, charges and the basis of each', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '3.95' })
  await aFeeRule(sql, store, { gateway: 'card', percent: '2.9', fixed_minor: 30 })
  const order = await booked(store, {
    external_id: '#1001',
    gateway: 'card',
    lines: [{ product_id, quantity: 2, discount_minor: 150 }],
    shipping_income_minor: 495,
    taxes_minor: 493,
    shipping_cost_minor: 620,
  })
  const entries = (await entriesOf(order)).map((entry) => [
    entry.account,
    entry.quantity,
    entry.amount_minor,
    entry.basis,
  ])
  expect(entries.sort(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
    ['cogs', 0, 790, 'rule'],
    ['discounts', 0, 150, 'actual'],
    ['gross_sales', 2, 2_000, 'actual'],
    ['orders', 1, 0, 'actual'],
    ['shipping_cost', 0, 620, 'actual'],
    ['shipping_income', 0, 495, 'actual'],
    ['taxes', 0, 493, 'actual'],
    ['transaction_fees', 0, 112, 'rule'], // 2.9 % of 28.38, and 0.30
  ])
  expect(new Set((await entriesOf(order)).map(({ source }) => source))).toEqual(new Set(['order/#1001']))
})

test('booking the same order again appends nothing', async () => {
  const store = await aStore(sql)
  const order = await booked(store)
  expect(await bookOrders(sql, { store_id: store.id, order_ids: [order], reason: 'again' })).toBe(0)
})

test('an edit appends the difference with its reason and leaves the entries of before as they are', async () => {
  const store = await aStore(sql)
  const order = await booked(store, { external_id: 'a', lines: [{ quantity: 3 }] })
  const before = await entriesOf(order)
  await booked(store, { external_id: 'a', lines: [{ quantity: 2 }] })
  const after = await entriesOf(order)
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after.slice(before.length)).toMatchObject([
    { account: 'gross_sales', quantity: -1, amount_minor: -1_000, reason: 'edited' },
  ])
})

test('an order that turns out to be void comes to nothing, and one that is placed after all to all of it', async () => {
  const store = await aStore(sql)
  const order = await booked(store, { external_id: 'a', tips_minor: 100 })
  await booked(store, { external_id: 'a', tips_minor: 100, status: 'voided' })
  expect(await sumsOf(order)).toEqual({})
  await booked(store, { external_id: 'a', tips_minor: 100 })
  expect(await sumsOf(order)).toEqual({ orders: 1, gross_sales: 1_000, tips: 100 })
})

test('an order that moves to another day leaves nothing on the first', async () => {
  const store = await aStore(sql)
  const order = await booked(store, { external_id: 'a' })
  await booked(store, { external_id: 'a', day: '2026-04-09' })
  const days: Record<string, number> = {}
  for (const { day, amount_minor } of await entriesOf(order)) days[day] = (days[day] ?? 0) + amount_minor
  expect(days).toEqual({ [DAY]: 0, '2026-04-09': 1_000 })
})

test('a fee is the actual one, else the rule of the gateway, else the store’s default as an estimate', async () => {
  const store = await aStore(sql)
  await aFeeRule(sql, store, { percent: '5' })
  await aFeeRule(sql, store, { gateway: 'card', percent: '1', to: '2026-04-07' })
  await aFeeRule(sql, store, { gateway: 'card', percent: '2', fixed_minor: 25, from: '2026-04-08' })
  const fee = async (order: Partial<NewOrder>) => ofAccount(await booked(store, order), 'transaction_fees')
  expect(await fee({ gateway: 'card', transaction_fee_minor: 33 })).toEqual([[33, 'actual']])
  expect(await fee({ gateway: 'card', day: '2026-04-07' })).toEqual([[10, 'rule']])
  expect(await fee({ gateway: 'card' })).toEqual([[45, 'rule']])
  expect(await fee({ gateway: 'cash' })).toEqual([[50, 'estimate']])
  expect(await fee({})).toEqual([[50, 'estimate']])
  const without = await aStore(sql)
  expect(await ofAccount(await booked(without), 'transaction_fees')).toEqual([])
})

test('shipping costs what the source says, else what the rule of the country says, else that of all others', async () => {
  const store = await aStore(sql)
  await aShippingRule(sql, store, { order_minor: 900 })
  await aShippingRule(sql, store, { country: 'NL', order_minor: 400, per_unit_minor: 50 })
  const cost = async (order: Partial<NewOrder>) => ofAccount(await booked(store, order), 'shipping_cost')
  expect(await cost({ country: 'NL', shipping_cost_minor: 0 })).toEqual([])
  expect(await cost({ country: 'NL', shipping_cost_minor: 455 })).toEqual([[455, 'actual']])
  expect(await cost({ country: 'NL', lines: [{ quantity: 3 }, {}] })).toEqual([[600, 'rule']])
  expect(await cost({ country: 'US' })).toEqual([[900, 'rule']])
  expect(await cost({})).toEqual([[900, 'rule']])
})

test('goods cost what the product costs on the day, else the store’s percent as an estimate, else nothing is known', async () => {
  const store = await aStore(sql, { default_cost_percent: '33.3333' })
  const product_id = await aProduct(sql, store, { unit_cost: '4.125', from: '2026-04-08', to: '2026-04-08' })
  const cost = async (day: string) => ofAccount(await booked(store, { day, lines: [{ product_id }] }), 'cogs')
  expect(await cost('2026-04-07')).toEqual([[333, 'estimate']])
  expect(await cost('2026-04-08')).toEqual([[413, 'rule']])
  expect(await cost('2026-04-09')).toEqual([[333, 'estimate']])
  const without = await aStore(sql)
  expect(await ofAccount(await booked(without), 'cogs')).toEqual([])
})

test('a line returned in parts gives back exactly what it cost', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '3.335' })
  const order = await booked(store, { lines: [{ product_id, quantity: 3 }] })
  for (const day of ['2026-04-09', '2026-04-10', '2026-04-11']) await aRefund(sql, order, { day })
  await bookAll(sql, store)
  // 10.005 rounded; the first one 3.335 rounded, two 6.67, three 10.005 rounded
  expect(await ofAccount(order, 'cogs')).toEqual([
    [1_001, 'rule'],
    [-334, 'rule'],
    [-333, 'rule'],
    [-334, 'rule'],
  ])
})

test('every entry of an order carries the day of the order, its refunds too', async () => {
  const store = await aStore(sql)
  const order = await booked(store)
  await aRefund(sql, order, { day: '2026-05-01' })
  await bookAll(sql, store)
  const days =
    await sql`select distinct business_day, order_day from ledger_entries where order_id = ${order} order by 1`
  expect([...days]).toEqual([
    { business_day: DAY, order_day: DAY },
    { business_day: '2026-05-01', order_day: DAY },
  ])
})

test('a refund gives neither the fee nor the cost of shipping back', async () => {
  const store = await aStore(sql)
  await aFeeRule(sql, store, { percent: '3' })
  await aShippingRule(sql, store, { order_minor: 500 })
  const order = await booked(store, { shipping_income_minor: 400, taxes_minor: 294 })
  await aRefund(sql, order, { shipping_refund_minor: 400, taxes_minor: 294 })
  await bookAll(sql, store)
  expect(await sumsOf(order)).toEqual({
    orders: 1,
    gross_sales: 1_000,
    returns: 1_000,
    shipping_cost: 500,
    transaction_fees: 51,
  })
})

test('a new unit cost restates the sales of its days and their returns, and leaves other days alone', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '4' })
  const sale = (day: string) => booked(store, { day, lines: [{ product_id, quantity: 2 }] })
  const [first, second, third] = [await sale('2026-04-01'), await sale('2026-04-02'), await sale('2026-04-03')]
  await aRefund(sql, second, { day: '2026-04-20' })
  await bookAll(sql, store)
  const cost = { product_id, store_ids: [store.id], currency: 'EUR', reason: 'new price list' }
  const day = '2026-04-02'
  expect(await setUnitCost(sql, { ...cost, unit_cost: '5', from: day, to: day })).toBe(2)
  expect((await sumsOf(first)).cogs).toBe(800)
  expect((await sumsOf(second)).cogs).toBe(500)
  expect((await sumsOf(third)).cogs).toBe(800)
  const restated = (await entriesOf(second)).filter(({ reason }) => reason === 'new price list')
  expect(restated.sort((a, b) => a.day.localeCompare(b.day))).toMatchObject([
    { account: 'cogs', amount_minor: 200, day },
    { account: 'cogs', amount_minor: -100, day: '2026-04-20' },
  ])

  expect(await setUnitCost(sql, { ...cost, unit_cost: '5', from: day, to: day })).toBe(0)
  await setUnitCost(sql, { ...cost, unit_cost: '6', from: '2026-04-03', to: null })
  expect((await sumsOf(third)).cogs).toBe(1_200)
  expect((await sumsOf(second)).cogs).toBe(500)
  expect(
    await sql`
      select lower(valid) as "from", upper(valid) - 1 as "to", trim_scale(unit_cost) as cost
      from product_costs where product_id = ${product_id} order by valid`,
  ).toMatchObject([
    { from: null, to: '2026-04-01', cost: '4' },
    { from: day, to: day, cost: '5' },
    { from: '2026-04-03', to: null, cost: '6' },
  ])
})

test('ad spend that a platform restates is booked as the difference', async () => {
  const store = await aStore(sql)
  const spend = async (amount_minor: number) => {
    const id = await someAdSpend(sql, store, { campaign: 'spring', amount_minor })
    return bookAdSpend(sql, { store_id: store.id, ad_spend_ids: [id], reason: 'restated by the platform' })
  }
  expect([await spend(2_500), await spend(2_500), await spend(2_350), await spend(0)]).toEqual([1, 0, 1, 1])
  const entries =
    await sql`select amount_minor, reason, source from ledger_entries where store_id = ${store.id} order by id`
  const source = 'ad_spend/meta/spring'
  expect([...entries]).toEqual([
    { amount_minor: 2_500, reason: 'booked', source },
    { amount_minor: -150, reason: 'restated by the platform', source },
    { amount_minor: -2_350, reason: 'restated by the platform', source },
  ])
})

test('ad spend of less than half a cent in the currency of the store is no entry, until it is more', async () => {
  const store = await aStore(sql)
  await aRate(sql, 'KWD', DAY, '0.35')
  const spend = async (amount_minor: number) => {
    const id = await someAdSpend(sql, store, { campaign: 'tiny', amount_minor, currency: 'KWD' })
    return bookAdSpend(sql, { store_id: store.id, ad_spend_ids: [id], reason: 'restated by the platform' })
  }
  // 0.001, 3 and again 0.001 dinars, at 0.35 to the euro.
  expect([await spend(1), await spend(3_000), await spend(1)]).toEqual([0, 1, 1])
  const entries = await sql`select amount_minor from ledger_entries where store_id = ${store.id} order by id`
  expect([...entries]).toEqual([{ amount_minor: 857 }, { amount_minor: -857 }])
})

for (const [name, change] of [
  ['changed', (sql: Sql) => sql`update ledger_entries set amount_minor = 1`],
  ['deleted', (sql: Sql) => sql`delete from ledger_entries`],
  ['emptied', (sql: Sql) => sql`truncate ledger_entries`],
] as const) {
  test(`the ledger cannot be ${name}`, async () => {
    const order = await booked(await aStore(sql))
    const refused = await change(sql).then(() => undefined, expectedError)
    expect(refused).toMatchObject({
      code: 'conflict',
      message: 'ledger_entries is append-only: book a correction instead',
    })
    expect(await sumsOf(order)).toEqual({ orders: 1, gross_sales: 1_000 })
  })
}
