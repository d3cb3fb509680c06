import { expect, test } from 'bun:test'
import { pnl } from '../../sql/pnl.ts'
import { COLUMNS, productReport } from '../../sql/product-report.ts'
import { jsonRows } from '../../sql/query.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRate, aRefund, aStore, bookAll, someAdSpend } from '../support/factories.ts'

const { sql } = await testDatabase()
const now = new Date('2026-12-31T12:00:00Z')
const APRIL = { start: '2026-04-01', end: '2026-04-30' }

type Figures = Record<string, number | string | null>
type Report = { data: Figures[]; totals: Figures; next: string | null }
type Asked = Parameters<typeof productReport>[1]
const textOf = (stores: Store[], changes: Partial<Asked> = {}) =>
  jsonRows(sql, productReport, {
    store: null,
    store_ids: stores.map(({ id }) => id),
    currency: 'EUR',
    ...APRIL,
    sort: 'revenue',
    descending: true,
    limit: 50,
    offset: 0,
    now,
    ...changes,
  })
const reportOf = async (stores: Store[], changes?: Partial<Asked>) =>
  (JSON.parse(await textOf(stores, changes)) as Report[])[0]!

const shop = await aStore(sql)
const table = await aProduct(sql, shop, { name: 'Table', unit_cost: '40' })
const chair = await aProduct(sql, shop, { name: 'chair', unit_cost: '10' })
const first = await anOrder(sql, shop, {
  day: '2026-04-02',
  lines: [
    { product_id: table, quantity: 3, price_minor: 10_000, discount_minor: 6_000 },
    { product_id: chair, quantity: 4, price_minor: 2_000 },
  ],
  shipping_income_minor: 500,
  tips_minor: 100,
  shipping_cost_minor: 1_000,
  transaction_fee_minor: 400,
})
await aRefund(sql, first, { day: '2026-04-20', lines: [{ line_no: 2, quantity: 1, amount_minor: 2_000 }] })
await aRefund(sql, first, { day: '2026-05-20', lines: [{ line_no: 1, quantity: 1, amount_minor: 8_000 }] })
await someAdSpend(sql, shop, { day: '2026-04-03', product_id: table, amount_minor: 1_500 })
await someAdSpend(sql, shop, { day: '2026-04-03', amount_minor: 2_000 })
await bookAll(sql, shop)

test('a product has its ladder, its share of what the store pays, and every figure in percent', async () => {
  const { data } = await reportOf([shop])
  expect(data).toHaveLength(3)
  // Net sales 240 and 60 of 300: four fifths and one fifth of 10.00 shipping, 4.00 fees and 20.00 of other ads.
  expect(data[0]).toEqual({
    product_id: table, product: 'Table', box: 'fix', units_sold: 3, units_returned: 0, return_rate: 0.3333, gross_sales: 300, discounts: 60,
    discounts_percent: 20, returns: 0, returns_percent: 0, revenue: 240, cogs: 120, cogs_percent: 50, cm1: 120, cm1_percent: 50,
    shared_shipping_cost: 8, shared_shipping_cost_percent: 3.3, shared_transaction_fees: 3.2, shared_transaction_fees_percent: 1.3,
    cm2: 108.8, cm2_percent: 45.3, direct_ad_spend: 15, direct_ad_spend_percent: 6.3, shared_ad_spend: 16, shared_ad_spend_percent: 6.7,
    cm3: 77.8, cm3_percent: 32.4, cm3_per_unit: 25.93,
  }) // prettier-ignore
  expect(data[1]).toMatchObject({
    product: 'chair',
    units_sold: 3,
    units_returned: 1,
    return_rate: 0.25,
    revenue: 60,
    cogs: 30,
    shared_ad_spend: 4,
  })
})

test('what no product accounts for is a row of its own: shipping income, tips and unlinked goods', async () => {
  const { data } = await reportOf([shop])
  expect(data[2]).toMatchObject({ product_id: null, product: 'Without a product', revenue: 6, gross_sales: 0, cm3: 6 })
  expect(data[2]).toMatchObject({ cm3_per_unit: null, return_rate: null, discounts_percent: null })
})

test('the return rate is of the orders of the period, whenever the goods came back', async () => {
  const may = await reportOf([shop], { start: '2026-05-01', end: '2026-05-31' })
  expect(may.data).toHaveLength(1)
  expect(may.data[0]).toMatchObject({ product: 'Table', units_sold: -1, return_rate: null, returns: 80, cogs: -40 })
})

const NAMES: Record<string, string> = {
  shipping_cost: 'shared_shipping_cost',
  transaction_fees: 'shared_transaction_fees',
}
const SAME = [
  'units_sold',
  'gross_sales',
  'discounts',
  'returns',
  'revenue',
  'cogs',
  'cm1',
  'cm2',
  'cm3',
  'cm3_percent',
]

test('the totals are the P&L to the cent, over stores in unlike currencies, and the rows add up to them', async () => {
  for (const [currency, rate] of [
    ['JPY', '162.37'],
    ['USD', '1.0843'],
  ] as const)
    for (const day of ['2026-04-02', '2026-04-05', '2026-04-15']) await aRate(sql, currency, day, rate)
  const stores = [shop]
  for (const currency of ['JPY', 'USD', 'EUR']) {
    const store = await aStore(sql, { currency })
    const products = [table]
    for (let made = 0; made < 6; made++) products.push(await aProduct(sql, store, { unit_cost: '3.337' }))
    for (const day of ['2026-04-05', '2026-04-15']) {
      const lines = products.map((product_id, at) => ({
        product_id,
        quantity: at + 1,
        price_minor: 997 + 13 * at,
        discount_minor: 7 * at,
      }))
      const order = await anOrder(sql, store, {
        day,
        lines: [...lines, { price_minor: 333 }],
        shipping_income_minor: 495,
        shipping_cost_minor: 777,
        transaction_fee_minor: 103,
      })
      await aRefund(sql, order, { day: '2026-04-15', lines: [{ line_no: 3, amount_minor: 901 }] })
      await someAdSpend(sql, store, { day, amount_minor: 1_001 })
      await someAdSpend(sql, store, { day, amount_minor: 333, product_id: products[2]! })
    }
    await bookAll(sql, store)
    stores.push(store)
  }
  for (const currency of ['EUR', 'USD', 'JPY']) {
    const report = await reportOf(stores, { currency, limit: 500 })
    const periods = [{ key: 'range', from: APRIL.start, to: APRIL.end }]
    const store_ids = stores.map(({ id }) => id)
    const [ladder] = await pnl(sql, { store_ids, currency, periods, now })
    const wanted = ladder as unknown as Record<string, string>
    for (const name of [...SAME, ...Object.keys(NAMES)])
      expect([currency, name, report.totals[NAMES[name] ?? name]]).toEqual([currency, name, Number(wanted[name])])
    const { direct_ad_spend, shared_ad_spend } = report.totals
    expect(Math.round((Number(direct_ad_spend) + Number(shared_ad_spend)) * 100)).toBe(
      Math.round(Number(wanted['ad_spend']) * 100),
    )
    for (const name of ['revenue', 'cogs', 'cm3', 'shared_ad_spend', 'shared_shipping_cost', 'units_sold']) {
      const sum = report.data.reduce((sum, row) => sum + Math.round(Number(row[name]) * 100), 0)
      expect([currency, name, sum]).toEqual([currency, name, Math.round(Number(report.totals[name]) * 100)])
    }
  }
})

test('sorts by any column, both ways, with empty values last, and pages reach every row once', async () => {
  for (const sort of COLUMNS)
    for (const descending of [true, false]) {
      const all = (await reportOf([shop], { sort, descending })).data
      expect(all).toHaveLength(3)
      const paged: Figures[] = []
      for (let offset = 0; offset < 3; offset++)
        paged.push(...(await reportOf([shop], { sort, descending, limit: 1, offset })).data)
      expect([sort, paged]).toEqual([sort, all])
      if (sort === 'product') continue
      const values = all.flatMap((row) => row[sort] ?? []) as number[]
      expect(all.slice(values.length).every((row) => row[sort] === null)).toBe(true)
      expect([sort, values]).toEqual([sort, values.toSorted((a, b) => (descending ? b - a : a - b))])
    }
  expect((await reportOf([shop], { sort: 'product', descending: false })).data.map((row) => row.product)).toEqual([
    'chair',
    'Table',
    'Without a product',
  ])
}, 300_000) // two hundred reports, on a busy machine

test('a range without facts has no rows and totals of zeros', async () => {
  const { data, totals, next } = await reportOf([shop], { start: '2025-04-01', end: '2025-04-30' })
  expect([data, next]).toEqual([[], null])
  expect(totals).toMatchObject({ revenue: 0, cm3: 0, cm3_percent: null, cm3_per_unit: null, return_rate: null })
})

test('without any net sales the costs of the store stay in the row without a product', async () => {
  const store = await aStore(sql)
  await someAdSpend(sql, store, { day: '2026-04-03', amount_minor: 700 })
  await bookAll(sql, store)
  expect((await reportOf([store])).data).toMatchObject([{ product_id: null, shared_ad_spend: 7, cm3: -7 }])
})
