import { expect, test } from 'bun:test'
import { pnl } from '../../sql/pnl.ts'
import { testDatabase } from '../support/database.ts'
import {
  aFixedCost,
  anOrder,
  aProduct,
  aRefund,
  aShippingRule,
  aStore,
  aFeeRule,
  bookAll,
  someAdSpend,
} from '../support/factories.ts'
import { asked, pnlIn } from '../support/pnl.ts'

const { sql } = await testDatabase()
const pnlOf = pnlIn(sql)

test('13 days that earned 15820.40 made 5474.89, a margin of 34.6 percent', async () => {
  const store = await aStore(sql)
  const table = await aProduct(sql, store, { unit_cost: '2500' })
  const chair = await aProduct(sql, store, { unit_cost: '727.55' })
  await anOrder(sql, store, {
    day: '2026-04-01',
    lines: [{ product_id: table, price_minor: 1_000_000 }],
    shipping_cost_minor: 70_080,
    transaction_fee_minor: 30_000,
  })
  await anOrder(sql, store, {
    day: '2026-04-13',
    lines: [{ product_id: chair, quantity: 2, price_minor: 291_020 }],
    shipping_cost_minor: 42_000,
    transaction_fee_minor: 17_461,
  })
  await someAdSpend(sql, store, { day: '2026-04-02', amount_minor: 400_000 })
  await someAdSpend(sql, store, { day: '2026-04-13', platform: 'google', amount_minor: 35_000 })
  await aFixedCost(sql, store, { interval: 'day', amount_minor: 3_000 })
  await aFixedCost(sql, store, { interval: 'day', amount_minor: 5_500, starts_on: '2026-04-05', ends_on: '2026-04-05' })
  await bookAll(sql, store)

  const { coverage, ...figures } = await pnlOf(store, '2026-04-01', '2026-04-13')
  expect(figures).toEqual({
    period: 'asked',
    start: '2026-04-01',
    end: '2026-04-13',
    days: 13,
    currency: 'EUR',
    gross_sales: '15820.40',
    discounts: '0.00',
    returns: '0.00',
    net_sales: '15820.40',
    shipping_income: '0.00',
    tips: '0.00',
    revenue: '15820.40',
    cogs: '3955.10',
    written_off_goods: '0.00',
    cm1: '11865.30',
    cm1_percent: '75.0',
    shipping_cost: '1120.80',
    transaction_fees: '474.61',
    cm2: '10269.89',
    cm2_percent: '64.9',
    ad_spend: '4350.00',
    cm3: '5919.89',
    cm3_percent: '37.4',
    fixed_costs: '445.00',
    total_costs: '10345.51',
    net_profit: '5474.89',
    margin_percent: '34.6',
    taxes: '0.00',
    orders: 2,
    units_sold: 3,
    aov: '7910.20',
    mer: '3.64',
    poas: '2.36',
    break_even_roas: '1.54',
    cac: '2175.00',
    avg_daily_revenue: '1216.95',
    avg_daily_profit: '421.15',
  })
  expect(coverage as object).toEqual({
    grade: 'A',
    weakest: null,
    cogs_percent: 100,
    shipping_cost_percent: 100,
    transaction_fees_percent: 100,
    final_ad_days_percent: 100,
    open_days: [],
    manual_days: { count: 0, days: [] },
  })
})

test('with cost of goods 30, shipping 12 and fees 3 percent of revenue, ads break even at a ROAS of 1.82', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '30' })
  await anOrder(sql, store, {
    lines: [{ product_id, price_minor: 10_000 }],
    shipping_cost_minor: 1_200,
    transaction_fee_minor: 300,
  })
  await bookAll(sql, store)
  expect((await pnlOf(store)).break_even_roas).toBe('1.82')
})

test('each step of the ladder is the one above less what stands between them', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '3.333' })
  await aShippingRule(sql, store, { order_minor: 411, per_unit_minor: 37 })
  await aFeeRule(sql, store, { percent: '1.9', fixed_minor: 25 })
  const order = await anOrder(sql, store, {
    lines: [
      { product_id, quantity: 7, price_minor: 1_299, discount_minor: 333 },
      { account: 'gift_cards', price_minor: 5_000 },
    ],
    shipping_income_minor: 495,
    tips_minor: 77,
    taxes_minor: 1_911,
  })
  await aRefund(sql, order, {
    lines: [{ quantity: 2, amount_minor: 2_500, restocked: false }],
    shipping_refund_minor: 100,
  })
  await someAdSpend(sql, store, { amount_minor: 1_234 })
  await aFixedCost(sql, store, { interval: 'day', amount_minor: 99 })
  await bookAll(sql, store)

  const row = await pnlOf(store)
  const minor = (name: keyof typeof row) => Number((row[name] as string).replace('.', ''))
  expect(minor('gross_sales')).toBe(9_093)
  expect(minor('taxes')).toBe(1_911)
  expect(minor('net_sales')).toBe(minor('gross_sales') - minor('discounts') - minor('returns'))
  expect(minor('revenue')).toBe(minor('net_sales') + minor('shipping_income') + minor('tips'))
  expect(minor('cm1')).toBe(minor('revenue') - minor('cogs'))
  expect(minor('cm2')).toBe(minor('cm1') - minor('shipping_cost') - minor('transaction_fees'))
  expect(minor('cm3')).toBe(minor('cm2') - minor('ad_spend'))
  expect(minor('net_profit')).toBe(minor('cm3') - minor('fixed_costs'))
  expect(minor('total_costs')).toBe(
    minor('cogs') + minor('shipping_cost') + minor('transaction_fees') + minor('ad_spend') + minor('fixed_costs'),
  )
  expect(minor('net_profit')).toBe(minor('revenue') - minor('total_costs'))
})

test('a period without facts is zeros, and its ratios are null', async () => {
  const store = await aStore(sql)
  const row = await pnlOf(store, '2026-04-01', '2026-04-30')
  const { revenue, net_profit, avg_daily_revenue, orders, units_sold, days, coverage, ...rest } = row
  expect([revenue, net_profit, avg_daily_revenue, orders, units_sold, days]).toEqual(['0.00', '0.00', '0.00', 0, 0, 30])
  const ratios = [rest.cm1_percent, rest.cm2_percent, rest.cm3_percent, rest.margin_percent, rest.aov, rest.mer]
  expect([...ratios, rest.poas, rest.break_even_roas, rest.cac]).toEqual(Array(9).fill(null))
  expect([coverage.cogs_percent, coverage.shipping_cost_percent, coverage.transaction_fees_percent]).toEqual([
    null,
    null,
    null,
  ])
})

test('without ads the ratios to ad spend are null and the cost of an order is zero', async () => {
  const store = await aStore(sql)
  await anOrder(sql, store)
  await bookAll(sql, store)
  expect(await pnlOf(store)).toMatchObject({
    mer: null,
    poas: null,
    cac: '0.00',
    aov: '10.00',
    break_even_roas: '1.00',
  })
})

test('break-even ROAS is null where contribution is zero and negative where it is negative', async () => {
  const store = await aStore(sql)
  await anOrder(sql, store, { shipping_cost_minor: 1_000 })
  await anOrder(sql, store, { day: '2026-04-09', shipping_cost_minor: 1_500 })
  await bookAll(sql, store)
  expect((await pnlOf(store)).break_even_roas).toBeNull()
  expect(await pnlOf(store, '2026-04-09')).toMatchObject({
    break_even_roas: '-2.00',
    cm2: '-5.00',
    cm2_percent: '-50.0',
  })
})

test('daily averages are rounded half away from zero, losses too', async () => {
  const store = await aStore(sql)
  await anOrder(sql, store, { day: '2026-04-01', lines: [{ price_minor: 1 }], shipping_cost_minor: 2 })
  await bookAll(sql, store)
  expect(await pnlOf(store, '2026-04-01', '2026-04-02')).toMatchObject({
    avg_daily_revenue: '0.01',
    avg_daily_profit: '-0.01',
  })
})

test('yen have no decimals and dinars three', async () => {
  const yen = await aStore(sql, { currency: 'JPY' })
  const dinar = await aStore(sql, { currency: 'KWD' })
  for (const store of [yen, dinar]) {
    const product_id = await aProduct(sql, store, { unit_cost: '1.2345' })
    await anOrder(sql, store, { lines: [{ product_id, quantity: 3, price_minor: 1_500 }] })
    await bookAll(sql, store)
  }
  expect(await pnlOf(yen)).toMatchObject({ revenue: '4500', cogs: '4', net_profit: '4496', aov: '4500.00' })
  expect(await pnlOf(dinar)).toMatchObject({ revenue: '4.500', cogs: '3.704', net_profit: '0.796', aov: '4.50' })
})

test('periods come in the order asked, may overlap and each adds up its own days', async () => {
  const store = await aStore(sql)
  await anOrder(sql, store, { day: '2026-04-01' })
  await anOrder(sql, store, { day: '2026-04-02', lines: [{ quantity: 2 }] })
  await bookAll(sql, store)
  const rows = await pnl(
    sql,
    asked(
      store,
      { key: 'second', from: '2026-04-02', to: '2026-04-02' },
      { key: 'both', from: '2026-04-01', to: '2026-04-02' },
      { key: 'none', from: '2026-04-03', to: '2026-04-04' },
      { key: 'first', from: '2026-03-01', to: '2026-04-01' },
    ),
  )
  expect(rows.map((row) => [row.period, row.revenue])).toEqual([
    ['second', '20.00'],
    ['both', '30.00'],
    ['none', '0.00'],
    ['first', '10.00'],
  ])
})

test('figures beyond what a float can hold stay exact as text', async () => {
  const store = await aStore(sql)
  await anOrder(sql, store, { lines: [{ quantity: 301, price_minor: 90_071_992_547_407 }] })
  await bookAll(sql, store)
  expect((await pnlOf(store)).revenue).toBe('271116697567695.07')
})

test('the grade of the coverage is that of the least known cost, and there is none without revenue', async () => {
  const store = await aStore(sql)
  expect((await pnlOf(store)).coverage).toMatchObject({ grade: null, weakest: null })
  const lamp = await aProduct(sql, store, { unit_cost: '4' })
  const known = { shipping_cost_minor: 1, transaction_fee_minor: 1 }
  const sold = async (order: object, price_minor: number) => {
    await anOrder(sql, store, { ...known, lines: [{ product_id: lamp, price_minor }], ...order })
    await bookAll(sql, store)
    const { grade, weakest } = (await pnlOf(store)).coverage
    return [grade, weakest]
  }
  expect(await sold({}, 9_500)).toEqual(['A', null])
  expect(await sold({ shipping_cost_minor: null }, 500)).toEqual(['A', 'shipping_cost'])
  expect(await sold({ transaction_fee_minor: null }, 1_000)).toEqual(['B', 'transaction_fees'])
  expect(await sold({ lines: [{ price_minor: 4_000 }] }, 0)).toEqual(['C', 'cogs'])
  expect(await sold({ lines: [{ price_minor: 6_000 }] }, 0)).toEqual(['D', 'cogs'])
  expect(await sold({ lines: [{ price_minor: 2_000 }] }, 0)).toEqual(['E', 'cogs'])
})
