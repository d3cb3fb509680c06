import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { seeing, type Sql } from '../../sql/connect.ts'
import { pnl } from '../../sql/pnl.ts'
import { productReport } from '../../sql/product-report.ts'
import { jsonRows } from '../../sql/query.ts'
import { takeTurnToSettleProducts } from '../../sql/settled-products.ts'
import type { Store } from '../../sql/stores.ts'
import { addDays } from '../../src/day.ts'
import { bookAdSpend, bookOrders } from '../../src/ledger/book.ts'
import { settleUnsettledProducts } from '../../src/ledger/settle-products.ts'
import { minorDigits } from '../../src/money.ts'
import { appPool } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRate, aRefund, aStore, bookAll, someAdSpend } from '../support/factories.ts'

const SEED = Number(process.env.SETTLING_SEED ?? Math.floor(Math.random() * 2 ** 31))
const STEPS = Number(process.env.SETTLING_STEPS ?? 40)

const database = await testDatabase()
const owner = database.sql
const sql = appPool(database.appUrl)
/** Facts lie in FIRST..FIRST + DAYS; the last days are not over. */
const FIRST = '2024-11-20'
const DAYS = 480
const now = new Date('2026-03-14T10:00:00Z')
const settle = () => settleUnsettledProducts(sql, { now })

const stores: Store[] = []
for (const currency of ['EUR', 'USD', 'JPY']) stores.push(await aStore(owner, { currency }))
const [shop, us] = stores as [Store, Store]
const products: number[] = []
for (const unit_cost of ['3.337', '12', '0.45', '7.7']) products.push(await aProduct(owner, shop, { unit_cost }))
for (let at = 0; at < DAYS + 210; at += 7) {
  await aRate(owner, 'USD', addDays(FIRST, at), (1.04 + (at % 5) * 0.04).toFixed(4))
  await aRate(owner, 'JPY', addDays(FIRST, at), String(160 + (at % 9) / 8))
}

type Range = { start: string; end: string }
type Asked = Range & { store_ids: number[]; currency: string }
const report = (tx: Sql, asked: Asked) =>
  jsonRows(tx, productReport, { ...asked, store: null, sort: 'cm3', descending: true, limit: 500, offset: 0, now })
const asSettled = (asked: Asked) => seeing(sql, 'all', (tx) => report(tx, asked))

class Undone extends Error {}
/** The same with nothing settled. */
async function workedOut(asked: Asked): Promise<string> {
  let answer = ''
  const undone = seeing(sql, 'all', async (tx) => {
    await tx`insert into unsettled_product_days (days) values (daterange(null, null))`
    answer = await report(tx, asked)
    throw new Undone()
  })
  await undone.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error
  })
  return answer
}

const NAMES = ['gross_sales', 'discounts', 'returns', 'cogs', 'ad_spend'] as const
type Line = Record<(typeof NAMES)[number] | 'sold' | 'units_returned' | 'came_back', bigint>
const fraction = (text: string) => {
  const [whole = '', part = ''] = text.split('.')
  return { over: BigInt(whole + part), under: 10n ** BigInt(part.length) }
}
/** Half away from zero. */
const divided = (over: bigint, under: bigint) => {
  const half = (2n * (over < 0n ? -over : over) + under) / (2n * under)
  return over < 0n ? -half : half
}

/** What the ledger's entries say of each product, added up here: a day's products of a store are rounded to add up, in order of product. */
async function fromTheLedger({ store_ids, currency, start, end }: Asked): Promise<Map<number, Line>> {
  const entries = await owner<{ store: number; day: string; product: number; account: string; quantity: number; amount: string; currency: string; mine: string; wanted: string }[]>`
    select store_id as store, business_day as day, product_id as product, account, sum(quantity)::int as quantity, sum(amount_minor)::text as amount,
           currency, coalesce(units_per_euro(currency, business_day), 0)::text as mine,
           coalesce(units_per_euro(${currency}, business_day), 0)::text as wanted
    from ledger_entries
    where product_id is not null and store_id = any(${store_ids}) and business_day between ${start} and ${end}
    group by 1, 2, 3, 4, currency
    order by store, day, product` // prettier-ignore
  const told = new Map<number, Line>()
  const line = (product: number) => {
    const none = { sold: 0n, units_returned: 0n, came_back: 0n, gross_sales: 0n, discounts: 0n, returns: 0n, cogs: 0n, ad_spend: 0n } // prettier-ignore
    return told.get(product) ?? (told.set(product, none), none)
  }
  const summed = new Map<string, bigint>()
  for (const { store, day, product, account, quantity, amount, ...entry } of entries) {
    const one = line(product)
    if (account === 'gross_sales') one.sold += BigInt(quantity)
    if (account === 'returns') one.units_returned += BigInt(quantity)
    const name = NAMES.find((name) => name === account)
    if (!name) continue
    const inCurrency = (minor: bigint) => {
      if (entry.currency === currency) return minor
      const [mine, wanted] = [fraction(entry.mine), fraction(entry.wanted)]
      const shift = minorDigits(currency) - minorDigits(entry.currency)
      const [up, down] = shift >= 0 ? [10n ** BigInt(shift), 1n] : [1n, 10n ** BigInt(-shift)]
      return divided(minor * wanted.over * mine.under * up, wanted.under * mine.over * down)
    }
    const key = `${store} ${day} ${name}`
    const before = summed.get(key) ?? 0n
    summed.set(key, before + BigInt(amount))
    one[name] += inCurrency(before + BigInt(amount)) - inCurrency(before)
  }
  const back = await owner<{ product: number; units: number }[]>`
    select product_id as product, sum(quantity)::int as units
    from ledger_entries
    where account = 'returns' and product_id is not null and store_id = any(${store_ids}) and order_day between ${start} and ${end}
    group by 1`
  for (const { product, units } of back) line(product).came_back += BigInt(units)
  return told
}

type Row = Record<string, number | null> & { product_id: number | null }
async function expectToBeTheLedger(text: string, asked: Asked, label: string) {
  const [told] = JSON.parse(text) as { data: Row[]; totals: Row }[]
  const expected = await fromTheLedger(asked)
  const minor = (amount: number | null | undefined) => Math.round(Number(amount) * 10 ** minorDigits(asked.currency))
  const rows = new Map(told!.data.map((row) => [row.product_id, row]))
  for (const [product, line] of expected) {
    const row = rows.get(product) ?? ({} as Row)
    const rate = line.sold === 0n ? null : Math.round((Number(line.came_back) / Number(line.sold)) * 10_000) / 10_000
    const is = { sold: (row['units_sold'] ?? 0) + (row['units_returned'] ?? 0), rate: row['return_rate'] ?? null }
    expect([label, product, is]).toEqual([label, product, { sold: Number(line.sold), rate }])
    for (const name of NAMES) {
      const figure = minor(row[name === 'ad_spend' ? 'direct_ad_spend' : name] ?? 0)
      expect([label, product, name, figure]).toEqual([label, product, name, Number(line[name])])
    }
  }
  const periods = [{ key: 'range', from: asked.start, to: asked.end }]
  const [ladder] = await seeing(sql, 'all', (tx) => pnl(tx, { ...asked, periods, now }))
  for (const name of ['units_sold', 'gross_sales', 'discounts', 'returns', 'revenue', 'cogs', 'cm1', 'cm2', 'cm3'] as const)
    expect([label, name, told!.totals[name]]).toEqual([label, name, Number(ladder![name])]) // prettier-ignore
}

const day = fc.nat(DAYS).map((at) => addDays(FIRST, at))
const soldLine = fc.record({
  product: fc.nat(products.length),
  quantity: fc.integer({ min: 1, max: 9 }),
  price: fc.integer({ min: 1, max: 9_999 }),
})
const step = fc.record({
  kind: fc.constantFrom('order', 'order', 'order', 'refund', 'refund', 'ads', 'cost', 'rate', 'settle', 'settle', 'settle'),
  store: fc.nat(stores.length - 1),
  day,
  later: fc.nat(200),
  lines: fc.array(soldLine, { minLength: 1, maxLength: 5 }),
  pick: fc.nat(),
  /** Mostly whole months and long ranges, so that spans of every length are taken. */
  range: fc.record({ start: day, days: fc.oneof(fc.nat(40), fc.nat(500)), whole: fc.boolean() }),
}) // prettier-ignore
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const orders: { id: number; store: Store; day: string; lines: number }[] = []
async function happen({ kind, store: at, day, later, lines, pick }: Step) {
  const store = stores[at]!
  if (kind === 'order') {
    const sold = lines.map(({ product, quantity, price }) => ({
      product_id: products[product] ?? null,
      quantity,
      price_minor: price,
      discount_minor: price % 7,
    }))
    const order = { day, lines: sold, shipping_income_minor: 495, shipping_cost_minor: 777, transaction_fee_minor: 103 }
    const id = await anOrder(owner, store, order)
    orders.push({ id, store, day, lines: lines.length })
    await bookOrders(owner, { store_id: store.id, order_ids: [id], reason: 'booked' })
  }
  const order = orders[pick % Math.max(1, orders.length)]
  if (kind === 'refund' && order) {
    const back = { line_no: 1 + (pick % order.lines), quantity: 1 + (pick % 2), amount_minor: 1 + (pick % 900) }
    await aRefund(owner, order.id, { day: addDays(order.day, later), lines: [back] })
    await bookOrders(owner, { store_id: order.store.id, order_ids: [order.id], reason: 'refunded' })
  }
  if (kind === 'ads') {
    const product_id = products[pick % products.length]!
    const id = await someAdSpend(owner, store, { day, product_id, amount_minor: pick % 5_000 })
    await bookAdSpend(owner, { store_id: store.id, ad_spend_ids: [id], reason: 'restated' })
  }
  if (kind === 'cost') {
    await owner`update product_costs set unit_cost = unit_cost + 0.113 where product_id = ${products[pick % products.length]!}`
    await bookAll(owner, store)
  }
  if (kind === 'rate')
    await owner`
      insert into fx_rates (currency, day, units_per_euro, source)
      values ('USD', ${day}, ${(1 + (pick % 400) / 1000).toFixed(3)}::numeric, 'manual') on conflict do nothing`
  if (kind === 'settle') await settle()
}

test(`products are what the ledger says, settled, unsettled and between, whatever happens (seed ${SEED})`, async () => {
  let used = 0
  for (const [n, one] of fc.sample(step, { numRuns: STEPS, seed: SEED }).entries()) {
    await happen(one)
    const { start, days, whole } = one.range
    const range = whole
      ? { start: `${start.slice(0, 8)}01`, end: addDays(`${addDays(start, days).slice(0, 8)}01`, 30) }
      : { start, end: addDays(start, days) }
    const some = one.pick % 3 === 0 ? [stores[one.store]!] : stores
    const currency = some.length === 1 ? some[0]!.currency : 'EUR'
    const asked = { store_ids: some.map(({ id }) => id), currency, ...range }
    const label = `step ${n}, ${one.kind}`
    const told = await asSettled(asked)
    expect([label, told]).toEqual([label, await workedOut(asked)])
    await expectToBeTheLedger(told, asked, label)
    const [spans] = await owner<{ years: number; months: number; parts: number }[]>`
      select count(*) filter (where last_day - first_day > 300) as years, count(*) filter (where last_day - first_day between 20 and 300) as months,
             count(*) filter (where last_day - first_day < 10) as parts
      from product_spans`
    if (spans!.years > 0 && spans!.months > 0 && spans!.parts > 0) used += 1
  }
  expect(used).toBeGreaterThan(0)
}, 300_000)

const ALL = { start: '2024-12-15', end: '2026-03-20', store_ids: stores.map(({ id }) => id), currency: 'EUR' }

test('settled spans are what reports read: one that is falsified shows until its days are unsettled', async () => {
  await settle()
  const right = await asSettled(ALL)
  await owner`update product_spans set cogs_minor = cogs_minor + 777 where currency = 'EUR' and store_id = ${shop.id}`
  expect(await asSettled(ALL)).not.toEqual(right)
  await owner`insert into unsettled_product_days (store_id, days) values (${shop.id}, '[2024-01-01,2026-03-12]')`
  expect(await asSettled(ALL)).toEqual(right)
  expect(await settle()).toBeGreaterThan(300)
  expect(await asSettled(ALL)).toEqual(right)
  expect(await settle()).toBe(0)
})

test('a change unsettles its own store and day alone, and a return that of its order', async () => {
  await settle()
  const open = async () =>
    (
      await owner<{ store_id: number | null; days: string }[]>`
        select store_id, days::text from unsettled_product_days where upper(days) < '2026-03-01' order by days`
    ).map(({ store_id, days }) => `${store_id} ${days}`)
  expect(await open()).toEqual([])
  const id = await anOrder(owner, us, { day: '2025-06-07', lines: [{ product_id: products[0]! }] })
  await bookOrders(owner, { store_id: us.id, order_ids: [id], reason: 'booked' })
  expect(new Set(await open())).toEqual(new Set([`${us.id} [2025-06-07,2025-06-08)`]))
  expect(await settle()).toBe(1)
  await aRefund(owner, id, { day: '2025-09-09' })
  await bookOrders(owner, { store_id: us.id, order_ids: [id], reason: 'refunded' })
  expect(new Set(await open())).toEqual(new Set([`${us.id} [2025-06-07,2025-06-08)`, `${us.id} [2025-09-09,2025-09-10)`])) // prettier-ignore
  expect(await asSettled(ALL)).toEqual(await workedOut(ALL))
  expect(await settle()).toBe(2)
  expect(await asSettled(ALL)).toEqual(await workedOut(ALL))
})

test('a day that changes while it is settled is unsettled afterwards, and one process settles at a time', async () => {
  const [settling, writing] = [await owner.reserve(), await owner.reserve()]
  await writing`begin`
  await writing`
    update product_performance set units_sold = units_sold + 3 where store_id = ${us.id} and day = '2025-06-07' and product_id = ${products[0]!}`
  await settling`begin`
  expect(await takeTurnToSettleProducts(settling as unknown as Sql, {})).toEqual({ taken: true })
  expect(await settle()).toBe(0)
  await settling`commit`
  await owner`insert into unsettled_product_days (store_id, days) values (${us.id}, '[2025-06-01,2025-06-30]')`
  expect(await settle()).toBe(30)
  await writing`commit`
  for (const one of [settling, writing]) one.release()
  expect(await asSettled(ALL)).toEqual(await workedOut(ALL))
  expect(await settle()).toBe(1)
  expect(await asSettled(ALL)).toEqual(await workedOut(ALL))
})

test('a currency that is settled for nobody, another reporting currency and another currency of a store are right at once', async () => {
  const inYen = { ...ALL, currency: 'JPY' }
  expect(await asSettled(inYen)).toEqual(await workedOut(inYen))
  await owner`update workspace set reporting_currency = 'USD'`
  const inDollars = { ...ALL, currency: 'USD' }
  expect(await asSettled(inDollars)).toEqual(await workedOut(inDollars))
  expect(await settle()).toBeGreaterThan(1_000)
  expect(await asSettled(inDollars)).toEqual(await workedOut(inDollars))
  await owner`update workspace set reporting_currency = 'EUR'`
  await settle()
  expect(await asSettled(ALL)).toEqual(await workedOut(ALL))
})

test('days with sales whose rate is missing stay unsettled until it is there; others of the month do not', async () => {
  await settle()
  const swiss = await aStore(owner, { currency: 'CHF' })
  const product_id = await aProduct(owner, swiss, { unit_cost: '2' })
  for (const day of ['2025-05-05', '2025-05-06', '2025-08-08'])
    await anOrder(owner, swiss, { day, lines: [{ product_id }] })
  await bookAll(owner, swiss)
  expect(await settle()).toBe(0)
  await aRate(owner, 'CHF', '2025-05-06', '0.95')
  expect(await settle()).toBe((stores.length + 1) * 11)
  const lacking = await owner<
    { days: string }[]
  >`select days::text from unsettled_product_days where lacks_rate order by days`
  expect(lacking.map(({ days }) => days)).toEqual(['[2025-05-05,2025-05-06)', '[2025-08-08,2025-08-09)'])
  const asked = { start: '2025-05-06', end: '2025-06-30', currency: 'EUR', store_ids: [...ALL.store_ids, swiss.id] }
  expect(await asSettled(asked)).toEqual(await workedOut(asked))
  const failure = await asSettled({ ...asked, start: '2025-05-05' }).catch((error: Error) => error.message)
  expect(failure).toContain('No exchange rate')
})

test('the list of unsettled days stays short however much happens on a day that is not over', async () => {
  for (let n = 0; n < 120; n += 1)
    await owner`insert into unsettled_product_days (store_id, days) values (${shop.id}, '[2026-03-14,2026-03-15)')`
  await settle()
  const [{ rows } = { rows: -1 }] = await owner<{ rows: number }[]>`select count(*) as rows from unsettled_product_days`
  expect(rows).toBeLessThan(5)
})
