import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRate, aRefund, aStore, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const person = await api.someone('finance')
const { token } = person
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP' })
for (const day of ['2026-04-01', '2026-04-08']) await aRate(sql, 'GBP', day, '0.80')

test('the own country comes first, then the tier of most pieces, then the plain unit cost; previewed, and undone to the cent', async () => {
  const id = await aProduct(sql, nl, { unit_cost: '4' })
  const one = await anOrder(sql, nl, { country: 'DE', lines: [{ product_id: id }] })
  const many = await anOrder(sql, nl, { country: 'DE', lines: [{ product_id: id, quantity: 5 }] })
  await aRefund(sql, many, { lines: [{ quantity: 2, amount_minor: 2_000 }] })
  const british = await anOrder(sql, uk, { lines: [{ product_id: id, quantity: 3 }] })
  for (const store of [nl, uk]) await bookAll(sql, store)
  const path = `/products/${id}/cost-tiers`
  const cogs = async () => {
    const orders = await Promise.all([one, many, british].map((order) => api.get(`/orders/${order}`, token)))
    return orders.map(({ body }) => body['cogs'])
  }
  expect(await cogs()).toEqual([4, 12, 9.6])
  const tier = { min_quantity: 3, unit_cost: '3.333333', currency: 'EUR' }
  const preview = await api.post(`${path}/preview`, tier, token)
  // 13.33 back from 16.67 is 10.00; 8.00 pounds in place of 9.60.
  expect(preview.body['totals']).toMatchObject([{ currency: 'EUR', net_profit_change: 2 }, { currency: 'GBP', net_profit_change: 1.6 }]) // prettier-ignore
  expect(await cogs()).toEqual([4, 12, 9.6])
  const made = await api.post(path, { ...tier, reason: 'Supplier list' }, token)
  expect(made.status).toBe(201)
  expect(made.body).toEqual({ ...tier, unit_cost: 3.333333, id: expect.any(Number), product_id: id, country: null, from: null, to: null }) // prettier-ignore
  expect(await cogs()).toEqual([4, 10, 8])
  const german = await api.post(path, { country: 'DE', unit_cost: 5, currency: 'EUR', from: '2026-04-01' }, token)
  expect(await cogs()).toEqual([5, 15, 8])
  const { costs } = (await api.get(`/orders/${one}`, token)).body as { costs: unknown[] }
  expect(costs[0]).toMatchObject({ step: 'product_tier', id: german.body['id'], of: 'DE', min_quantity: 1, from: '2026-04-01', unit_cost: 5 }) // prettier-ignore
  const [audit] =
    await sql`select email, subject, new_value from audit_log where action = 'cost_tier.set' order by id desc limit 1`
  expect(audit).toMatchObject({ email: person.email, subject: `product ${id}`, new_value: { country: 'DE', unit_cost: '5.00' } }) // prettier-ignore
  const listed = (await api.get(path, token)).body['data'] as { id: number }[]
  expect(listed.map((one) => one.id)).toEqual([german, made].map(({ body }) => Number(body['id'])))
  for (const { id } of listed) expect((await api.send(`${path}/${id}`, { method: 'DELETE', token })).status).toBe(204)
  expect(await cogs()).toEqual([4, 12, 9.6])
  for (const store of [nl, uk]) expect(await bookAll(sql, store)).toBe(0)
})

test('what cannot be names the field, and is not for someone who does not see all stores of the product', async () => {
  const id = await aProduct(sql, nl)
  await sql`insert into variants (product_id, store_id, sku, title) values (${id}, ${uk.id}, ${`uk-${id}`}, 'Mug')`
  const path = `/products/${id}/cost-tiers`
  const tier = { min_quantity: 2, unit_cost: 3, currency: 'EUR' }
  const errorsOf = async (change: object) =>
    problemOf(await api.post(path, { ...tier, ...change }, token), 422).errors?.map(({ field }) => field)
  expect(await errorsOf({ min_quantity: 1 })).toEqual(['min_quantity'])
  expect(await errorsOf({ unit_cost: -1 })).toEqual(['unit_cost'])
  expect(await errorsOf({ from: '2026-02-02', to: '2026-02-01' })).toEqual(['to'])
  problemOf(await api.post(path, { ...tier, currency: 'XXQ' }, token), 422)
  problemOf(await api.send(`${path}/999999`, { method: 'DELETE', token }), 404)
  problemOf(await api.get('/products/999999/cost-tiers', token), 404)
  const limited = await api.someone('finance')
  await sql`update users set store_ids = ${[nl.id]} where id = ${limited.id}`
  problemOf(await api.post(path, tier, limited.token), 403)
  problemOf(await api.post(`${path}/preview`, tier, limited.token), 403)
})
