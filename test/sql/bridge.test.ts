import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { bridge, PARTS } from '../../sql/bridge.ts'
import { pnl } from '../../sql/pnl.ts'
import { jsonRows } from '../../sql/query.ts'
import type { Store } from '../../sql/stores.ts'
import { setUnitCost } from '../../src/ledger/set-unit-cost.ts'
import { DAYS, history, RATES } from '../ledger/history.ts'
import { testDatabase } from '../support/database.ts'
import {
  aFixedCost,
  anOrder,
  aProduct,
  aRate,
  aRefund,
  aStore,
  bookAll,
  type NewLine,
  someAdSpend,
} from '../support/factories.ts'

const { sql } = await testDatabase()
const LATER = new Date('2026-12-31T12:00:00Z')
const MARCH = { from: '2026-03-01', to: '2026-03-31' }
const APRIL = { from: '2026-04-01', to: '2026-04-30' }

type Range = { from: string; to: string }
const bridgeOf = (stores: Store[], currency: string, earlier: Range, later: Range) => {
  const store_ids = stores.map(({ id }) => id)
  return jsonRows(sql, bridge, { store: null, store_ids, currency, earlier, later, now: LATER })
}
type Told = { net_profit_change: number; parts: { part: string; amount: number; products: object[] }[] }
const told = async (store: Store, earlier = MARCH, later = APRIL) =>
  (JSON.parse(await bridgeOf([store], store.currency, earlier, later)) as Told[])[0]!
/** The parts that are not zero. */
const partsOf = async (store: Store, earlier = MARCH, later = APRIL) =>
  Object.fromEntries(
    (await told(store, earlier, later)).parts.filter(({ amount }) => amount !== 0).map((p) => [p.part, p.amount]),
  )

/** An order of one line on a day. */
const sells = (store: Store, day: string, product_id: number, line: Partial<NewLine>) =>
  anOrder(sql, store, { day, lines: [{ product_id, ...line }] })

describe('the parts', () => {
  test('a price that rose by one on 12 units is 12 of price, and 2 units more are 2 margins of volume', async () => {
    const store = await aStore(sql)
    const mug = await aProduct(sql, store, { name: 'Mug', unit_cost: '4' })
    await sells(store, '2026-03-10', mug, { quantity: 10, price_minor: 1_000 })
    await sells(store, '2026-04-10', mug, { quantity: 12, price_minor: 1_100 })
    await bookAll(sql, store)
    expect(await partsOf(store)).toEqual({ price: 12, volume: 12 })
    const { parts } = await told(store)
    expect(parts.map(({ part }) => part)).toEqual([...PARTS])
    expect(parts[0]!.products).toEqual([{ product_id: mug, product: 'Mug', amount: 12 }])
  })

  test('a unit cost that rose is told at the quantity of the later period', async () => {
    const store = await aStore(sql)
    const mug = await aProduct(sql, store, { unit_cost: '4', to: '2026-03-31' })
    await sql`
      insert into product_costs (product_id, valid, unit_cost, currency) values (${mug}, daterange('2026-04-01', null), 4.5, 'EUR')`
    await sells(store, '2026-03-10', mug, { quantity: 10 })
    await sells(store, '2026-04-10', mug, { quantity: 8 })
    await bookAll(sql, store)
    expect(await partsOf(store)).toEqual({ unit_cost: -4, volume: -12 })
  })

  test('more of what earns less than the average is volume at the average margin, and mix takes off what it earns less', async () => {
    const store = await aStore(sql)
    const good = await aProduct(sql, store, { unit_cost: '2' })
    const poor = await aProduct(sql, store, { unit_cost: '8' })
    for (const [day, pieces] of [
      ['2026-03-10', 10],
      ['2026-04-10', 20],
    ] as const)
      await sells(store, day, poor, { quantity: pieces })
    for (const day of ['2026-03-10', '2026-04-10']) await sells(store, day, good, { quantity: 10 })
    await bookAll(sql, store)
    // Margins 8 and 2, so 5 on average: ten units more are 50, of which the poor product brings 20.
    expect(await partsOf(store)).toEqual({ volume: 50, mix: -30 })
  })

  test('a product that is new, and one that is gone, are volume and mix but never price or unit cost', async () => {
    const store = await aStore(sql)
    const [old, fresh] = [
      await aProduct(sql, store, { unit_cost: '4' }),
      await aProduct(sql, store, { unit_cost: '1' }),
    ]
    await sells(store, '2026-03-10', old, { quantity: 5 })
    await sells(store, '2026-04-10', fresh, { quantity: 5, price_minor: 900 })
    await bookAll(sql, store)
    expect(await partsOf(store)).toEqual({ mix: 10 })
    // A store's first sales: their own margin is the average.
    expect(await partsOf(store, { from: '2026-02-01', to: '2026-02-28' }, MARCH)).toEqual({ volume: 30 })
  })

  test('a period of refunds only is returns, less the cost of what went back on the shelf', async () => {
    const store = await aStore(sql)
    const mug = await aProduct(sql, store, { unit_cost: '4' })
    const order = await sells(store, '2026-02-10', mug, { quantity: 5 })
    await aRefund(sql, order, { day: '2026-03-10', lines: [{ quantity: 1, amount_minor: 900, restocked: true }] })
    await aRefund(sql, order, { day: '2026-04-10', lines: [{ quantity: 2, amount_minor: 1_800, restocked: false }] })
    // A credit note: a line booked as returns, restocked.
    await sells(store, '2026-04-11', mug, { account: 'returns', quantity: -1 })
    await bookAll(sql, store)
    expect(await partsOf(store)).toEqual({ returns: -19 }) // (9 − 4) − (18 + 10 − 4)
  })

  test('discounts, shipping with tips, fees, ads and fixed costs are their differences', async () => {
    const store = await aStore(sql)
    const mug = await aProduct(sql, store, { name: 'Mug', unit_cost: '4' })
    const order = { shipping_income_minor: 500, tips_minor: 100, shipping_cost_minor: 450, transaction_fee_minor: 30 }
    await anOrder(sql, store, { ...order, day: '2026-03-10', lines: [{ product_id: mug }] })
    await anOrder(sql, store, {
      day: '2026-04-10',
      lines: [{ product_id: mug, discount_minor: 125 }],
      shipping_income_minor: 400,
      shipping_cost_minor: 500,
      transaction_fee_minor: 42,
    })
    await someAdSpend(sql, store, { day: '2026-04-10', amount_minor: 250, product_id: mug })
    await someAdSpend(sql, store, { day: '2026-03-10', amount_minor: 100 })
    await aFixedCost(sql, store, { amount_minor: 700, starts_on: '2026-04-01' })
    await bookAll(sql, store)
    expect(await partsOf(store)).toEqual({
      discounts: -1.25,
      shipping: -2.5,
      transaction_fees: -0.12,
      ad_spend: -1.5,
      fixed_costs: -7,
    })
    expect((await told(store)).parts.find(({ part }) => part === 'ad_spend')!.products).toEqual([
      { product_id: mug, product: 'Mug', amount: -2.5 },
    ])
  })

  test('the same sales at another rate are fx and nothing else', async () => {
    const store = await aStore(sql, { currency: 'CHF' })
    const mug = await aProduct(sql, store, { unit_cost: '4' })
    for (const [day, rate] of [
      ['2026-03-31', '1'],
      ['2026-04-01', '0.8'],
    ] as const) {
      await aRate(sql, 'CHF', day, rate)
      await sells(store, day, mug, { quantity: 10 })
    }
    await bookAll(sql, store)
    const [{ parts }] = JSON.parse(
      await bridgeOf(
        [store],
        'EUR',
        { from: '2026-03-31', to: '2026-03-31' },
        { from: '2026-04-01', to: '2026-04-01' },
      ),
    ) as [Told]
    expect(parts.filter(({ amount }) => amount !== 0)).toEqual([{ part: 'fx', amount: 15, products: [] }])
  })

  test('each part names the three products that moved it most', async () => {
    const store = await aStore(sql)
    const ids: number[] = []
    for (const raise of [100, 400, -300, 200]) {
      const id = await aProduct(sql, store, { unit_cost: '1' })
      ids.push(id)
      await sells(store, '2026-03-10', id, { price_minor: 1_000 })
      await sells(store, '2026-04-10', id, { price_minor: 1_000 + raise })
    }
    await bookAll(sql, store)
    expect((await told(store)).parts[0]).toMatchObject({
      part: 'price',
      amount: 4,
      products: [
        { product_id: ids[1], amount: 4 },
        { product_id: ids[2], amount: -3 },
        { product_id: ids[3], amount: 2 },
      ],
    })
  })
})

const PAIRS = Number(process.env.PAIRS ?? 300)
const SEED = Number(process.env.PAIRS_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** A store that lived through a random history. */
async function aWorld(seed: number) {
  const { facts, steps } = fc.sample(history, { numRuns: 1, seed })[0]!
  const store = await aStore(sql, { currency: facts.currency, default_cost_percent: facts.default_cost_percent })
  const products = [await aProduct(sql, store), await aProduct(sql, store), await aProduct(sql, store)]
  const idOf = (product: number | null | undefined) => (product == null ? null : products[product]!)
  const orders: { id: number; lines: NewLine[] }[] = []
  for (const step of steps) {
    if (step.kind === 'sale') {
      const { lines } = step.order
      const said = lines.map((line) => Object.assign({}, line, { product_id: idOf(line.product_id) }))
      const { refunds: _, external_id: _id, ...order } = step.order
      orders.push({ id: await anOrder(sql, store, { ...order, lines: said }), lines })
    } else if (step.kind === 'refund') {
      const order = orders[step.order % orders.length]!
      const goods = new Set(order.lines.flatMap(({ account, line_no }) => (account === 'gross_sales' ? [line_no] : [])))
      const lines = step.refund.lines.filter((line) => goods.has(line.line_no))
      await aRefund(sql, order.id, { ...step.refund, lines })
    } else if (step.kind === 'unit cost') {
      const { product, cost_currency: currency, ...cost } = step.cost
      const product_id = products[product]!
      await setUnitCost(sql, { ...cost, product_id, currency, store_ids: [store.id], reason: 'new cost' })
    } else if (step.kind === 'ads') {
      await someAdSpend(sql, store, { ...step.spend, product_id: idOf(step.spend.product_id) })
    }
  }
  await bookAll(sql, store)
  return store
}

test(
  'the parts add up to the change of net profit to the cent, on any stores, in any currency, for any two ranges',
  async () => {
    const own = ['EUR', 'USD', 'JPY', 'KWD']
    for (const { currency, day, units_per_euro } of RATES) await aRate(sql, currency, day, units_per_euro)
    const stores: Store[] = []
    for (let at = 0; at < 16; at++) stores.push(await aWorld(SEED + at))
    await aFixedCost(sql, null, { amount_minor: 123_457, starts_on: '2026-03-27', ends_on: '2026-03-31' })
    await aFixedCost(sql, stores[0]!, { amount_minor: 999, currency: 'USD', interval: 'week', starts_on: '2026-03-27' })

    const day = fc.constantFrom('2026-03-26', ...DAYS, '2026-03-29', '2026-04-02', '2026-04-03')
    const range = fc.tuple(day, day).map((ends): Range => {
      const [from = '', to = ''] = ends.toSorted((a, b) => (a < b ? -1 : 1))
      return { from, to }
    })
    const chosen = fc.oneof(
      fc.subarray(stores, { minLength: 1, maxLength: 1 }),
      fc.subarray(stores, { minLength: 1 }),
      fc.constant(stores),
    )
    const cents = (amount: string) => BigInt(amount.replace('.', ''))
    await fc.assert(
      fc.asyncProperty(
        chosen,
        fc.constantFrom(...own),
        fc.boolean(),
        range,
        range,
        async (some, any, sole, earlier, later) => {
          const currency = sole ? some[0]!.currency : any
          const text = await bridgeOf(some, currency, earlier, later)
          const amounts: Record<string, bigint> = Object.fromEntries(
            [...text.matchAll(/"part" : "(\w+)", "amount" : (-?[\d.]+)/g)].map(([, part, amount]) => [
              part,
              cents(amount!),
            ]),
          )
          expect(Object.keys(amounts)).toEqual([...PARTS])
          const ladders = await pnl(sql, {
            store_ids: some.map(({ id }) => id),
            currency,
            periods: [
              { key: 'from', ...earlier },
              { key: 'to', ...later },
            ],
            now: LATER,
          })
          const [before, after] = ladders.map((ladder) => cents(ladder.net_profit))
          expect(Object.values(amounts).reduce((sum, amount) => sum + amount, 0n)).toBe(after! - before!)
          if (some.every((store) => store.currency === currency)) expect(amounts['fx']).toBe(0n)
          if (earlier.from === later.from && earlier.to === later.to)
            expect(Object.values(amounts).filter(Boolean)).toEqual([])
        },
      ),
      { seed: SEED, numRuns: PAIRS },
    )
  },
  30_000 + PAIRS * 500,
)
