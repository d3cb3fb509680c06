import { expect, test } from 'bun:test'
import { ORDER_LINES } from '../../sql/line-orders.ts'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aRefund, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const { nl, uk } = await april(sql)
const early = await anOrder(sql, nl, { day: '2026-03-30', lines: [{ price_minor: 10_000, quantity: 3 }] })
await aRefund(sql, early, { day: '2026-04-12' })
await bookAll(sql, nl)
const api = await testApi(database)
const { token } = await api.someone('marketer')
const get = (query: string, as = token) => api.get(`/financials/line-orders?${query}`, as)

type LineOrders = {
  stores: { store: string; currency: string; amount: number; orders: number }[]
  data: { order_id: number; number: string; store: string; date: string; amount: number; entries: number }[]
  next: string | null
}
const RANGE = 'start=2026-04-01&end=2026-04-13'
const cents = (amount: number) => Math.round(amount * 100)

test('the orders behind each line come to what the statement says, to the cent', async () => {
  const { body: summary } = await api.get(`/financials/summary?${RANGE}&store=nl`, token)
  for (const line of ORDER_LINES) {
    const { data, stores } = (await get(`${RANGE}&store=nl&line=${line}`)).body as unknown as LineOrders
    const sum = data.reduce((total, { amount }) => total + cents(amount), 0)
    expect([line, sum]).toEqual([line, cents(summary[line] as number)])
    expect(stores.map(({ store, amount }) => [store, cents(amount)])).toEqual(sum === 0 ? [] : [['nl', sum]])
  }
})

test('the largest come first, page by page, and an order of an earlier range stands where its return was booked', async () => {
  const first = (await get(`${RANGE}&store=nl&line=returns&limit=1`)).body as unknown as LineOrders
  expect(first.data).toMatchObject([{ order_id: early, date: '2026-03-30', amount: 10, entries: 1 }])
  const asked = `${RANGE}&store=nl&line=revenue`
  const all = (await get(asked)).body as unknown as LineOrders
  expect(all.data.map(({ amount }) => amount)).toEqual([10_000, 5820.4, -10])
  const page = (await get(`${asked}&limit=2`)).body as unknown as LineOrders
  const rest = (await get(`${asked}&limit=2&cursor=${page.next}`)).body as unknown as LineOrders
  expect([...page.data, ...rest.data]).toEqual(all.data)
  expect([all.next, rest.next]).toEqual([null, null])
})

test('over all stores each order stands in its own currency', async () => {
  const { stores } = (await get(`${RANGE}&line=revenue`)).body as unknown as LineOrders
  expect(stores).toEqual([
    { store: 'jp', currency: 'JPY', amount: 3200, orders: 2 },
    { store: 'nl', currency: 'EUR', amount: 15_810.4, orders: 3 },
    { store: 'uk', currency: 'GBP', amount: 80, orders: 1 },
  ])
})

test('lines that no order makes, half a range and stores out of reach are refused', async () => {
  problemOf(await get(`${RANGE}&line=net_profit`), 422)
  problemOf(await get('start=2026-04-01&line=revenue'), 400)
  problemOf(await get(`${RANGE}&line=revenue&cursor=x`), 400)
  const limited = await api.someone('marketer')
  await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
  const { stores } = (await get(`${RANGE}&line=revenue`, limited.token)).body as unknown as LineOrders
  expect(stores.map(({ store }) => store)).toEqual(['uk'])
  problemOf(await get(`${RANGE}&line=revenue&store=nl`, limited.token), 404)
})
