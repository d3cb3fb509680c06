import { expect, test } from 'bun:test'
import { pnl } from '../../sql/pnl.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRefund, aShippingRule, aStore, aFeeRule, bookAll, DAY } from '../support/factories.ts'
import { pnlIn } from '../support/pnl.ts'

const { sql } = await testDatabase()
const pnlOf = pnlIn(sql)

test('a return lowers revenue on the day of the return and leaves the day of the order alone', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '4' })
  const order = await anOrder(sql, store, { lines: [{ product_id, quantity: 3 }], shipping_income_minor: 500 })
  await bookAll(sql, store)
  const onTheDay = await pnlOf(store)
  await aRefund(sql, order, {
    day: '2026-04-20',
    lines: [{ quantity: 2, amount_minor: 1_900 }],
    shipping_refund_minor: 500,
  })
  await bookAll(sql, store)

  expect(await pnlOf(store)).toEqual(onTheDay)
  expect(await pnlOf(store, '2026-04-20')).toMatchObject({
    gross_sales: '0.00',
    returns: '19.00',
    shipping_income: '-5.00',
    revenue: '-24.00',
    cogs: '-8.00',
    net_profit: '-16.00',
    orders: 0,
    units_sold: -2,
    aov: null,
  })
})

test('goods that go back on the shelf give their cost back, others stay a cost and are shown as written off', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '4' })
  const order = await anOrder(sql, store, { lines: [{ product_id, quantity: 3 }] })
  await aRefund(sql, order, { day: '2026-04-10', lines: [{ restocked: true }] })
  await aRefund(sql, order, { day: '2026-04-11', lines: [{ restocked: false }] })
  await bookAll(sql, store)
  expect(await pnlOf(store, '2026-04-10')).toMatchObject({ cogs: '-4.00', written_off_goods: '0.00', cm1: '-6.00' })
  expect(await pnlOf(store, '2026-04-11')).toMatchObject({ cogs: '0.00', written_off_goods: '4.00', cm1: '-10.00' })
  expect(await pnlOf(store, DAY, '2026-04-11')).toMatchObject({ cogs: '8.00', written_off_goods: '4.00', cm1: '2.00' })
})

test('test orders, voided orders, credit notes and orders without goods are not counted as orders', async () => {
  const store = await aStore(sql)
  await anOrder(sql, store)
  await anOrder(sql, store, { status: 'test' })
  await anOrder(sql, store, { status: 'voided' })
  await anOrder(sql, store, { kind: 'credit_note', lines: [{ account: 'returns', quantity: -1, price_minor: 400 }] })
  await anOrder(sql, store, { lines: [{ account: 'gift_cards', price_minor: 5_000 }] })
  await bookAll(sql, store)
  expect(await pnlOf(store)).toMatchObject({
    orders: 1,
    gross_sales: '10.00',
    returns: '4.00',
    revenue: '6.00',
    units_sold: 0,
  })
})

test('an order whose lines were all edited away still books its shipping, tip and tax', async () => {
  const store = await aStore(sql)
  await anOrder(sql, store, {
    lines: [],
    shipping_income_minor: 500,
    tips_minor: 50,
    taxes_minor: 105,
    shipping_cost_minor: 410,
  })
  await bookAll(sql, store)
  expect(await pnlOf(store)).toMatchObject({ orders: 0, revenue: '5.50', taxes: '1.05', shipping_cost: '4.10' })
})

test('coverage is the share of revenue whose cost, shipping and fees are known', async () => {
  const store = await aStore(sql, { default_cost_percent: '40' })
  const product_id = await aProduct(sql, store, { unit_cost: '3' })
  await aFeeRule(sql, store, { gateway: 'card' })
  await aFeeRule(sql, store)
  await aShippingRule(sql, store, { country: 'NL' })
  await anOrder(sql, store, { lines: [{ product_id, quantity: 2 }, {}], gateway: 'card', country: 'NL' })
  await anOrder(sql, store, { gateway: 'cash', country: 'US' })
  await bookAll(sql, store)
  const { coverage } = await pnlOf(store)
  expect(coverage).toMatchObject({
    cogs_percent: 50,
    shipping_cost_percent: 75,
    transaction_fees_percent: 75,
  })
})

test('days that are still running in a store’s zone are named as open', async () => {
  const auckland = await aStore(sql, { time_zone: 'Pacific/Auckland' })
  const honolulu = await aStore(sql, { time_zone: 'Pacific/Honolulu' })
  const openDays = async (stores: Store[], to: string) => {
    const periods = [{ key: 'asked', from: '2026-04-01', to }]
    const now = new Date('2026-04-12T23:00:00Z')
    const [row] = await pnl(sql, { store_ids: stores.map(({ id }) => id), currency: 'EUR', periods, now })
    return row!.coverage.open_days
  }
  expect(await openDays([auckland], '2026-04-13')).toEqual(['2026-04-13'])
  expect(await openDays([auckland], '2026-04-12')).toEqual([])
  expect(await openDays([auckland, honolulu], '2026-04-13')).toEqual(['2026-04-12', '2026-04-13'])
  expect(await openDays([auckland, honolulu], '2026-04-12')).toEqual(['2026-04-12'])
})
