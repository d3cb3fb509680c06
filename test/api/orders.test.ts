import { describe, expect, test } from 'bun:test'
import { setUnitCost } from '../../src/ledger/set-unit-cost.ts'
import { type Answer, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aFeeRule, aProduct, aRefund, aShippingRule, anOrder, aStore, bookAll } from '../support/factories.ts'

type Row = Record<string, unknown>
type Account = { account: string; amount: number; effect_on_cm2: number; entries: Row[] }

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('marketer')
const nl = await aStore(sql, { slug: 'nl' })
const jp = await aStore(sql, { slug: 'jp', currency: 'JPY', time_zone: 'Asia/Tokyo' })
await aFeeRule(sql, nl, { gateway: 'stripe', percent: '2.9', fixed_minor: 30 })
await aShippingRule(sql, nl, { order_minor: 495 })
const mug = await aProduct(sql, nl, { unit_cost: '3.333' })
const big = await anOrder(sql, nl, {
  external_id: 'NL-1001',
  day: '2026-04-01',
  country: 'NL',
  gateway: 'stripe',
  shipping_income_minor: 500,
  taxes_minor: 720,
  lines: [
    { product_id: mug, quantity: 3, discount_minor: 100 },
    { quantity: 1, price_minor: 333 },
  ],
})
await aRefund(sql, big, { external_id: 'R-1', day: '2026-04-05', shipping_refund_minor: 100 })
const small = await anOrder(sql, nl, { external_id: 'NL-1002', day: '2026-04-02' })
const voided = await anOrder(sql, nl, { external_id: 'nl-1003%', day: '2026-04-02', status: 'voided' })
const foreign = await anOrder(sql, jp, { external_id: 'JP-1', day: '2026-04-03', lines: [{ price_minor: 1_500 }] })
await sql`update orders set customer = 'C-77' where id = ${foreign}`
await sql`update order_lines set sku = 'MUG-Blue' where order_id = ${small}`
for (const store of [nl, jp]) await bookAll(sql, store)
const limited = await api.someone('marketer')
await sql`update users set store_ids = ${[jp.id]} where id = ${limited.id}`

const rowsOf = ({ body }: Answer) => body['data'] as Row[]
const idsOf = async (query: string, as = token) => rowsOf(await api.get(`/orders${query}`, as)).map(({ id }) => id)
const cents = (amount: number) => Math.round(amount * 100)

describe('GET /orders', () => {
  test('lists the newest first, each with what it earned until now', async () => {
    const answer = await api.get('/orders', token)
    expect(rowsOf(answer).map(({ number }) => number)).toEqual(['JP-1', 'nl-1003%', 'NL-1002', 'NL-1001'])
    expect(rowsOf(answer)[3]).toEqual({
      id: big,
      number: 'NL-1001',
      type: 'sale',
      status: 'placed',
      date: '2026-04-01',
      store: 'nl',
      currency: 'EUR',
      country: 'NL',
      gateway: 'stripe',
      revenue: 26.33,
      cogs: 6.67,
      cm1: 19.66,
      shipping_cost: 4.95,
      transaction_fees: 1.59,
      cm2: 13.12,
      refunded: 11,
    })
    expect(rowsOf(answer)[0]).toMatchObject({ revenue: 1500, cm2: 1500, currency: 'JPY' })
    expect(rowsOf(answer)[1]).toMatchObject({ status: 'voided', revenue: 0, cm2: 0 })
  })

  test('takes the days on which orders were placed, and the store', async () => {
    expect(await idsOf('?start=2026-04-02&end=2026-04-02')).toEqual([voided, small])
    expect(await idsOf('?start=2026-04-02&store=nl')).toEqual([voided, small])
    expect(await idsOf('?end=2026-04-01')).toEqual([big])
    problemOf(await api.get('/orders?start=2026-04-02&end=2026-04-01', token), 422)
    problemOf(await api.get('/orders?store=de', token), 404)
  })

  test('finds part of a number, a SKU or a customer, in any case and letter by letter', async () => {
    expect(await idsOf('?q=nl-100')).toEqual([voided, small, big])
    expect(await idsOf('?q=mug-b')).toEqual([small])
    expect(await idsOf(`?product_id=${mug}`)).toEqual([big])
    expect(await idsOf('?q=c-77')).toEqual([foreign])
    expect(await idsOf('?q=100%25')).toEqual([])
    expect(await idsOf('?q=3%25')).toEqual([voided])
    expect(await idsOf('?q=_')).toEqual([])
    problemOf(await api.get('/orders?q=%20', token), 422)
  })

  test('paging by offset and by cursor reaches every order once', async () => {
    expect(await idsOf('?limit=2&offset=2')).toEqual([small, big])
    const seen: unknown[] = []
    for (let cursor = ''; ;) {
      const page = await api.get(`/orders?limit=1${cursor}`, token)
      seen.push(...rowsOf(page).map(({ id }) => id))
      if (page.body['next'] === null) break
      cursor = `&cursor=${page.body['next'] as string}`
    }
    expect(seen).toEqual([foreign, voided, small, big])
  })
})

describe('GET /orders/{id}', () => {
  test('has the lines, the refunds and the entries behind every figure', async () => {
    const { body, text } = await api.get(`/orders/${big}`, token)
    expect(body).toMatchObject({
      number: 'NL-1001',
      placed_at: '2026-04-01T12:00:00.000Z',
      customer: null,
      lines: [
        { line_no: 1, sku: 'sku-1', product_id: mug, quantity: 3, unit_price: 10, amount: 30, discount: 1 },
        { line_no: 2, sku: 'sku-2', product_id: null, quantity: 1, unit_price: 3.33, amount: 3.33, discount: 0 },
      ],
      refunds: [
        {
          number: 'R-1',
          date: '2026-04-05',
          shipping: 1,
          lines: [{ line_no: 1, quantity: 1, amount: 10, restocked: true }],
        },
      ],
    })
    expect(text).toMatch(/"unit_price" ?: ?10\.00,/)
    const accounts = body['accounts'] as Account[]
    expect(accounts.map(({ account, effect_on_cm2 }) => [account, effect_on_cm2])).toEqual([
      ['orders', 0],
      ['gross_sales', 33.33],
      ['discounts', -1],
      ['returns', -10],
      ['shipping_income', 4],
      ['cogs', -6.67],
      ['shipping_cost', -4.95],
      ['transaction_fees', -1.59],
      ['taxes', 0],
    ])
    const [fee] = accounts.find(({ account }) => account === 'transaction_fees')?.entries ?? []
    expect(fee).toMatchObject({
      amount: 1.59,
      basis: 'rule',
      source: 'order/NL-1001',
      reason: 'booked',
      date: '2026-04-01',
    })
    expect(fee?.['booked_at']).toMatch(/Z$/)
  })

  test('a restatement is seen as such, and the parts still add up to the contribution to the cent', async () => {
    const cost = { product_id: mug, store_ids: [nl.id], unit_cost: '4.125', currency: 'EUR', from: null, to: null }
    await setUnitCost(sql, { ...cost, reason: 'invoice came' })
    for (const id of [big, small, voided, foreign]) {
      const { body } = await api.get(`/orders/${id}`, token)
      const accounts = body['accounts'] as Account[]
      const effects = accounts.reduce((sum, { effect_on_cm2 }) => sum + cents(effect_on_cm2), 0)
      expect(effects).toBe(cents(body['cm2'] as number))
      const bookings = body['bookings'] as { effect_on_cm2: number }[]
      expect(bookings.reduce((sum, { effect_on_cm2 }) => sum + cents(effect_on_cm2), 0)).toBe(effects)
      for (const { amount, entries } of accounts)
        expect(entries.reduce((sum, entry) => sum + cents(entry['amount'] as number), 0)).toBe(cents(amount))
      const listed = rowsOf(await api.get('/orders', token)).find((order) => order['id'] === id)
      expect(body).toMatchObject(listed ?? {})
    }
    const { body } = await api.get(`/orders/${big}`, token)
    const cogs = (body['accounts'] as Account[]).find(({ account }) => account === 'cogs')
    expect(cogs?.amount).toBe(8.25)
    expect(new Set(cogs?.entries.map(({ reason }) => reason))).toEqual(new Set(['booked', 'invoice came']))
  })

  test('an order that does not exist is not found', async () => {
    problemOf(await api.get('/orders/999999', token), 404)
    problemOf(await api.get('/orders/x', token), 422)
  })
})

test('a person who is limited to stores finds the orders of those and no others', async () => {
  expect(await idsOf('', limited.token)).toEqual([foreign])
  expect(await idsOf('?q=mug', limited.token)).toEqual([])
  problemOf(await api.get(`/orders/${big}`, limited.token), 404)
  problemOf(await api.get('/orders?store=nl', limited.token), 404)
  expect((await api.get(`/orders/${foreign}`, limited.token)).status).toBe(200)
})
