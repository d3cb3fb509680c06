import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Pnl } from '../../sql/pnl.ts'
import type { Store } from '../../sql/stores.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import {
  aFeeRule,
  aFixedCost,
  anOrder,
  aProduct,
  aRate,
  aRefund,
  aShippingRule,
  aStore,
  bookAll,
  someAdSpend,
} from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('viewer')
const finance = await api.someone('finance')
for (const day of ['2026-03-30', '2026-04-04', '2026-04-09', '2026-04-13']) await aRate(sql, 'GBP', day, '0.80')

const RANGE = { start: '2026-04-01', end: '2026-04-13' }
type Told = Record<'before' | 'after', Record<keyof Pnl, number>> & { change: Record<string, { amount: number }> }
const whatIf = async (changes: object) =>
  (await api.post('/financials/what-if', { ...RANGE, ...changes }, token)).body as unknown as Told
const summaryOf = async (slug: string) =>
  (await api.get(`/financials/summary?store=${slug}&start=${RANGE.start}&end=${RANGE.end}`, token)).body
const entries = async () => (await sql<{ n: number }[]>`select count(*) as n from ledger_entries`)[0]!.n

describe('a change', () => {
  test('of nothing is nothing, and nothing is kept', async () => {
    const store = await aStore(sql, { default_cost_percent: '33.3333' })
    await anOrder(sql, store, { gateway: 'klarna', lines: [{ quantity: 3, price_minor: 333 }] })
    await bookAll(sql, store)
    const before = await entries()
    const told = await whatIf({ store: store.slug })
    expect(told.after).toEqual(told.before)
    expect(told.before).toEqual({ ...(await summaryOf(store.slug)), period: 'range' } as never)
    await whatIf({ store: store.slug, price_percent: 50 })
    expect(await entries()).toBe(before)
  })

  test('of each term moves what hangs on it: worked by hand', async () => {
    const store = await aStore(sql)
    const lamp = await aProduct(sql, store, { unit_cost: '30' })
    await aFeeRule(sql, store, { gateway: 'klarna', percent: '2', fixed_minor: 35 })
    await aShippingRule(sql, store, { order_minor: 700 })
    // 100.00 less 10.00, with 18.90 of tax; half of it came back.
    const sold = { gateway: 'klarna', shipping_income_minor: 500, taxes_minor: 1_890 }
    const order = await anOrder(sql, store, { ...sold, lines: [{ product_id: lamp, quantity: 2, price_minor: 5_000, discount_minor: 1_000 }] }) // prettier-ignore
    await aRefund(sql, order, { lines: [{ amount_minor: 4_500 }] })
    // The source gave the fee: 4.00 for the 100.00 that were paid.
    await anOrder(sql, store, { shipping_cost_minor: 600, transaction_fee_minor: 400, lines: [{ product_id: lamp, price_minor: 10_000 }] }) // prettier-ignore
    await someAdSpend(sql, store, { amount_minor: 5_000 })
    await aFixedCost(sql, store, { amount_minor: 3_000, interval: 'day', starts_on: '2026-04-01' })
    await bookAll(sql, store)
    const changed = async (terms: object) => {
      const { change } = await whatIf({ store: store.slug, ...terms })
      const names = ['gross_sales', 'discounts', 'returns', 'revenue', 'cogs', 'shipping_cost', 'transaction_fees', 'ad_spend', 'fixed_costs', 'net_profit'] // prettier-ignore
      return Object.fromEntries(names.flatMap((name) => change[name]!.amount === 0 ? [] : [[name, change[name]!.amount]])) // prettier-ignore
    }
    // Fees: 2 % of 124.69 (with 18.90 × 104 / 95 = 20.69 of tax) is 2.49 in place of 2.28, and a tenth of 4.00 more.
    expect(await changed({ price_percent: 10 })).toEqual({ gross_sales: 20, discounts: 1, returns: 4.5, revenue: 14.5, transaction_fees: 0.61, net_profit: 13.89 }) // prettier-ignore
    expect(await changed({ cogs_percent: 8 })).toEqual({ cogs: 4.8, net_profit: -4.8 })
    expect(await changed({ cogs_percent: '-12.5' })).toEqual({ cogs: -7.5, net_profit: 7.5 })
    expect(await changed({ shipping_cost_percent: 50 })).toEqual({ shipping_cost: 6.5, net_profit: -6.5 })
    expect(await changed({ ad_spend_percent: -100 })).toEqual({ ad_spend: -50, net_profit: 50 })
  })

  test('leaves an order without goods as it is', async () => {
    const store = await aStore(sql)
    await anOrder(sql, store, { lines: [], shipping_income_minor: 500, taxes_minor: 105, transaction_fee_minor: 20 })
    await bookAll(sql, store)
    const { before, after } = await whatIf({ store: store.slug, price_percent: 10, cogs_percent: 10 })
    expect(before).toMatchObject({ revenue: 5, taxes: 1.05, transaction_fees: 0.2 })
    expect(after).toEqual(before)
  })

  test('of a day that was posted by hand scales what was posted', async () => {
    const store = await aStore(sql)
    const posted = { date: '2026-04-03', store: store.slug, revenue: 100, cogs: 40, ad_spend: 20 }
    await api.post('/financials/daily', posted, finance.token)
    const { change } = await whatIf({ store: store.slug, price_percent: 10, cogs_percent: 5, ad_spend_percent: 50 })
    expect(['revenue', 'cogs', 'ad_spend', 'net_profit'].map((name) => change[name]?.amount)).toEqual([10, 2, 10, -2])
  })
})

type Terms = { price: number; cogs: number; shipping: number; ads: number }

/** Does the change for real: everything that was said of the store, booked again. */
async function change(store: Store, { price, cogs, shipping, ads }: Terms): Promise<void> {
  const of = (by: number) => sql`(100 + ${by})::numeric / 100`
  const here = sql`(select id from orders where store_id = ${store.id})`
  await sql`
    update order_lines
    set amount_minor = round(amount_minor * ${of(price)}), discount_minor = round(discount_minor * ${of(price)}),
        unit_cost_override = unit_cost_override * ${of(cogs)}
    where order_id in ${here}`
  await sql`
    update refund_lines l set amount_minor = round(l.amount_minor * ${of(price)})
    from refunds r where r.id = l.refund_id and r.order_id in ${here}`
  await sql`
    update orders
    set shipping_cost_minor = round(shipping_cost_minor * ${of(shipping)}),
        shipping_cost_override_minor = round(shipping_cost_override_minor * ${of(shipping)})
    where store_id = ${store.id}`
  await sql`
    update shipping_rules set order_minor = order_minor * ${of(shipping)}, per_unit_minor = per_unit_minor * ${of(shipping)}
    where store_id = ${store.id}`
  await sql`
    update product_costs set unit_cost = unit_cost * ${of(cogs)}
    where product_id in (select product_id from variants where store_id = ${store.id})`
  await sql`update ad_spend set amount_minor = round(amount_minor * ${of(ads)}) where store_id = ${store.id}`
  await bookAll(sql, store)
}

const by = fc.integer({ min: -60, max: 90 })
const terms: fc.Arbitrary<Terms> = fc.record({ price: by, cogs: by, shipping: by, ads: by })
const day = fc.constantFrom('2026-03-30', '2026-04-01', '2026-04-08', '2026-04-13')
const cents = fc.nat(9_000)
const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 2 })
const line = fc.record({
  known: fc.boolean(),
  quantity: fc.integer({ min: 1, max: 5 }),
  price_minor: cents,
  discount_minor: fc.nat(300),
  unit_cost_override: sometimes(fc.nat(900).map((cents) => (cents / 100).toFixed(2))),
})
const order = fc.record({
  day,
  country: fc.constantFrom('DE', null),
  gateway: fc.constantFrom('klarna', null),
  shipping_income_minor: fc.nat(900),
  tips_minor: fc.nat(100),
  shipping_cost_minor: sometimes(cents),
  shipping_cost_override_minor: sometimes(cents),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  refund: sometimes(fc.record({ day, amount_minor: fc.nat(2_000), restocked: fc.boolean() })),
})

test('any change comes to the cent to what doing it for real comes to', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('EUR', 'GBP'),
      fc.array(order, { minLength: 1, maxLength: 5 }),
      terms,
      async (currency, orders, terms) => {
        const store = await aStore(sql, { currency })
        const lamp = await aProduct(sql, store, { unit_cost: '12.34', cost_currency: 'EUR' })
        await aFeeRule(sql, store, { percent: '1.37', fixed_minor: 25 })
        await aFeeRule(sql, store, { gateway: 'klarna', percent: '3.29' })
        await aShippingRule(sql, store, { order_minor: 700, per_unit_minor: 100 })
        await aShippingRule(sql, store, { country: 'DE', min_units: 3, order_minor: 900 })
        for (const { lines, refund, ...said } of orders) {
          const sold = lines.map(({ known, ...line }) => Object.assign(line, { product_id: known ? lamp : null }))
          const id = await anOrder(sql, store, { ...said, lines: sold })
          if (refund) await aRefund(sql, id, { day: refund.day, lines: [refund] })
        }
        await someAdSpend(sql, store, { amount_minor: 12_345 })
        await aFixedCost(sql, store)
        await bookAll(sql, store)
        const { price, cogs, shipping, ads } = terms
        const told = await whatIf({ store: store.slug, price_percent: price, cogs_percent: cogs, shipping_cost_percent: shipping, ad_spend_percent: ads }) // prettier-ignore
        expect(told.before).toEqual({ ...(await summaryOf(store.slug)), period: 'range' } as never)
        await change(store, terms)
        expect(told.after).toEqual({ ...(await summaryOf(store.slug)), period: 'range' } as never)
      },
    ),
    { numRuns: 60 },
  )
}, 300_000)

test('over stores it is in the reporting currency; percents that cannot be are refused', async () => {
  const told = (await api.post('/financials/what-if', { ...RANGE, cogs_percent: 10 }, token)).body
  expect(told).toMatchObject({ store: null, currency: 'EUR', start: RANGE.start, end: RANGE.end })
  const errorsOf = async (body: object) =>
    problemOf(await api.post('/financials/what-if', body, token), 422).errors?.map(({ field }) => field)
  expect(await errorsOf({ price_percent: -101 })).toEqual(['price_percent'])
  expect(await errorsOf({ cogs_percent: 1.00001 })).toEqual(['cogs_percent'])
  problemOf(await api.post('/financials/what-if', { start: '2026-04-01' }, token), 400)
  problemOf(await api.post('/financials/what-if', { store: 'none' }, token), 404)
})
