import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRate, aRefund, aStore, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('finance')
await aRate(sql, 'GBP', '2026-04-02', '0.80')

const missing = async (query: string) =>
  (await api.get(`/financials/missing-costs?start=2026-04-01&end=2026-04-13&${query}`, token)).body['data'] as Record<string, unknown>[] // prettier-ignore

/** Sold: a lamp whose cost is known for 40.00, a vase without any for 60.00, of which one for 20.00 came back. */
async function shop(currency = 'EUR') {
  const store = await aStore(sql, { currency, default_cost_percent: '10' })
  const lamp = await aProduct(sql, store, { unit_cost: '10' })
  const vase = await aProduct(sql, store, { name: 'Vase', sku: `VASE-${store.id}` })
  const day = '2026-04-02'
  const known = { day, shipping_cost_minor: 600, transaction_fee_minor: 200 }
  await anOrder(sql, store, { ...known, lines: [{ product_id: lamp, price_minor: 4_000 }] })
  const order = await anOrder(sql, store, {
    day,
    country: 'DE',
    gateway: 'klarna',
    lines: [{ product_id: vase, quantity: 3, price_minor: 2_000 }],
  })
  await aRefund(sql, order, { day, lines: [{ amount_minor: 2_000 }] })
  await bookAll(sql, store)
  return { store, vase, order }
}

test('what is missing comes with the revenue at stake, what stands for it, and what it would likely be', async () => {
  const { store, vase } = await shop()
  const told = { store: store.slug, currency: 'EUR', orders: 1, revenue: 40 }
  const none = { product_id: null, product: null, sku: null, country: null, gateway: null, units: null }
  const rows = await missing(`store=${store.slug}`)
  expect(rows.map((row) => row['id'])).toEqual([1, 2, 3])
  const expected = [
    // 5 % of revenue, as the known fee is.
    { missing: 'fee_rule', gateway: 'klarna', booked: 0, likely: 2, profit_effect: -2 },
    { missing: 'shipping_rule', country: 'DE', booked: 0, likely: 6, profit_effect: -6 },
    // 10 % of revenue by the store's default, 25 % by what is known.
    { missing: 'unit_cost', product_id: vase, product: 'Vase', sku: `VASE-${store.id}`, units: 2, booked: 4, likely: 10, profit_effect: -6 }, // prettier-ignore
  ]
  for (const row of expected) expect(rows).toContainEqual({ id: expect.any(Number), ...told, ...none, ...row })
})

test('saying a cost takes its line off the list, and the revenue at stake is what the coverage leaves', async () => {
  const { store, vase, order } = await shop()
  const path = `/financials/summary?store=${store.slug}&start=2026-04-01&end=2026-04-13`
  const { revenue, coverage } = (await api.get(path, token)).body as { revenue: number; coverage: Record<string, number> } // prettier-ignore
  const at = `store=${store.slug}`
  const stake = Object.fromEntries((await missing(at)).map((row) => [row['missing'], row['revenue']]))
  for (const [kind, cost] of [
    ['unit_cost', 'cogs'],
    ['shipping_rule', 'shipping_cost'],
    ['fee_rule', 'transaction_fees'],
  ] as const)
    // prettier-ignore
    expect(stake[kind]).toBeCloseTo(revenue * (1 - coverage[`${cost}_percent`]! / 100), 6)
  const left = async () => (await missing(at)).map((row) => row['missing'])
  await api.post(`/products/${vase}/costs`, { unit_cost: 3, currency: 'EUR', from: '2026-01-01' }, token)
  expect(new Set(await left())).toEqual(new Set(['fee_rule', 'shipping_rule']))
  await api.post('/fee-rules', { store: store.slug, gateway: 'klarna', percent: 3 }, token)
  expect(await left()).toEqual(['shipping_rule'])
  await api.send(`/orders/${order}/costs`, { method: 'PATCH', token, json: { shipping_cost: 4 } })
  expect(await left()).toEqual([])
})

test('over stores it is in the reporting currency, pages by cursor and comes as a file', async () => {
  const { store } = await shop('GBP')
  const first = (await api.get('/financials/missing-costs?start=2026-04-01&end=2026-04-13&limit=2', token)).body
  expect(first['data']).toMatchObject([{ store: store.slug, currency: 'EUR', revenue: 50 }, { store: store.slug }])
  const all = await missing('')
  expect(all.length).toBeGreaterThan(5)
  expect(await missing(`cursor=${String(first['next'])}`)).toEqual(all.slice(2))
  const revenues = all.map((row) => Number(row['revenue']))
  expect(revenues).toEqual(revenues.toSorted((a, b) => b - a))
  const file = await api.get('/financials/missing-costs?start=2026-04-01&end=2026-04-13&format=csv', token)
  expect(file.text.trim().split('\n')).toHaveLength(all.length + 1)
  expect((await api.get('/financials/missing-costs?start=2026-03-01&end=2026-03-31', token)).body['data']).toEqual([])
  problemOf(await api.get('/financials/missing-costs?start=2026-03-01', token), 400)
})
