import { expect, test } from 'bun:test'
import { ORDER_COLUMNS } from '../../sql/order-sort.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aRate, aRefund, anOrder, aStore, bookAll } from '../support/factories.ts'

type Column = (typeof ORDER_COLUMNS)[number]
type Order = Record<Exclude<Column, 'number' | 'store' | 'date'>, number> & {
  id: number
  number: string
  store: string
  date: string
}

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('marketer')
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP', time_zone: 'Europe/London' })
const DAYS = ['2026-04-01', '2026-04-02', '2026-04-03']
// From pound to euro, another one each day.
const RATES = [0.8, 0.85, 0.9]
for (const [at, day] of DAYS.entries()) await aRate(sql, 'GBP', day, String(RATES[at]))

const mug = await aProduct(sql, nl, { unit_cost: '3.333' })
for (let at = 0; at < 24; at++) {
  const store = at % 3 === 0 ? uk : nl
  const order = await anOrder(sql, store, {
    external_id: `A-${(at * 7) % 24}`,
    day: DAYS[at % DAYS.length]!,
    // Some are alike, so that only their ids tell which one comes first.
    shipping_cost_minor: 100 * (at % 4),
    transaction_fee_minor: 10 * (at % 5),
    lines: [{ product_id: store === nl ? mug : null, quantity: 1 + (at % 2), price_minor: 900 + 50 * (at % 6) }],
  })
  if (at % 8 === 0) await aRefund(sql, order, { day: '2026-04-09' })
}
for (const store of [nl, uk]) await bookAll(sql, store)

const listed = async (query: string) => {
  const { status, body } = await api.get(`/orders?${query}`, token)
  expect(status).toBe(200)
  return body as unknown as { data: Order[]; next: string | null }
}
const inEuros = ({ store, date }: Order, amount: number) =>
  store === 'uk' ? Math.round(amount * 100) / RATES[DAYS.indexOf(date)]! : Math.round(amount * 100)
const valueOf = (order: Order, column: Column): string | number =>
  column === 'number' || column === 'store' || column === 'date'
    ? order[column]
    : Math.round(inEuros(order, order[column]) * 1e6)
const wanted = (orders: Order[], column: Column, turn: 1 | -1) =>
  orders
    .toSorted((one, other) => {
      const [a, b] = [valueOf(one, column), valueOf(other, column)]
      return turn * (a < b ? -1 : a > b ? 1 : one.id - other.id)
    })
    .map(({ id }) => id)

for (const column of ORDER_COLUMNS)
  test(`sorted by ${column} either way, the pages follow each other: every order once, in order`, async () => {
    const { data: all } = await listed('limit=100')
    expect(all).toHaveLength(24)
    for (const [sort, turn] of [
      [column, 1],
      [`-${column}`, -1],
    ] as const) {
      const seen: number[] = []
      for (let cursor = ''; ;) {
        const { data, next } = await listed(`sort=${sort}&limit=5${cursor}`)
        seen.push(...data.map(({ id }) => id))
        if (next === null) break
        cursor = `&cursor=${next}`
      }
      expect([sort, seen]).toEqual([sort, wanted(all, column, turn)])
    }
  })

test('a store is sorted in its own currency, whatever the rate', async () => {
  const { data } = await listed('store=uk&sort=revenue&limit=100')
  const amounts = data.map(({ revenue }) => revenue)
  expect(new Set(amounts).size).toBeGreaterThan(2)
  expect(amounts).toEqual(amounts.toSorted((one, other) => one - other))
})

test('a search and a period stay what they are when sorted, and so does the file', async () => {
  const { data } = await listed('sort=-cm2&q=a-1&start=2026-04-02&end=2026-04-03&limit=3')
  expect(data).toHaveLength(3)
  expect(data.every(({ number, date }) => number.startsWith('A-1') && date >= '2026-04-02')).toBe(true)
  const { text } = await api.get('/orders?sort=-cm2&format=csv', token)
  const { data: all } = await listed('sort=-cm2&limit=100')
  expect(
    text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[0])),
  ).toEqual(all.map(({ id }) => id))
})

test('the next page follows an order that has left the period since', async () => {
  const query = 'sort=-number&end=2026-04-02&limit=5'
  const { data: first, next } = await listed(query)
  const last = first.at(-1)!
  await sql`update orders set business_day = '2026-04-03' where id = ${last.id}`
  const { data: rest } = await listed(`sort=-number&end=2026-04-02&limit=100&cursor=${next}`)
  await sql`update orders set business_day = ${last.date} where id = ${last.id}`
  const { data: all } = await listed('sort=-number&end=2026-04-02&limit=100')
  expect([...first, ...rest].map(({ id }) => id)).toEqual(all.map(({ id }) => id))
})

test('what orders do not have is refused as a column', async () => {
  for (const sort of ['customer', '--cm2', '-', 'cm2,date', 'id;drop table orders'])
    problemOf(await api.get(`/orders?sort=${encodeURIComponent(sort)}`, token), 422)
})
