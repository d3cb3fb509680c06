import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aStore, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('finance')
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP' })
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[nl.id]} where id = ${limited.id}`

const cogsOf = async (product_id: number) => {
  const [row] = await sql<{ cogs: number | null }[]>`
    select sum(cogs_minor)::bigint as cogs from product_performance where product_id = ${product_id}`
  return row?.cogs ?? null
}
const rows = async (id: number, who = token) =>
  (await api.get(`/products/${id}/variants`, who)).body['data'] as Record<string, unknown>[]
const audited = async (subject: string) =>
  (await sql`select action from audit_log where subject = ${subject} order by id`).map(({ action }) => action as string)

test('a SKU is tied to a product, named by the product unless it has a title, and untied again', async () => {
  const id = await aProduct(sql, uk, { name: 'Mug', sku: 'MUG-UK' })
  const made = await api.post(`/products/${id}/variants`, { store: 'nl', sku: 'MUG-1', list_price: 12.5 }, token)
  expect(made.status).toBe(201)
  const variant = {
    id: made.body['id'],
    product_id: id,
    store: 'nl',
    sku: 'MUG-1',
    title: 'Mug',
    list_price: 12.5,
    grams: null,
  }
  expect(made.body).toEqual({ ...variant, rebooked_orders: 0 })
  expect(await rows(id)).toEqual([variant, expect.objectContaining({ sku: 'MUG-UK', list_price: null })])

  const same = await api.post(`/products/${id}/variants`, { store: 'nl', sku: 'MUG-1', title: 'Big mug' }, token)
  expect([same.status, same.body]).toEqual([200, { ...variant, title: 'Big mug', rebooked_orders: 0 }])

  const path = `/products/${id}/variants/${String(variant.id)}`
  expect((await api.send(path, { method: 'DELETE', token })).status).toBe(204)
  problemOf(await api.send(path, { method: 'DELETE', token }), 404)
  expect(await rows(id)).toHaveLength(1)
  expect(await audited('SKU MUG-1 of nl')).toEqual(['variant.tied', 'variant.changed', 'variant.untied'])
})

test('a SKU of another product moves only when asked, and the past stays', async () => {
  const cup = await aProduct(sql, nl, { sku: 'sku-1', unit_cost: '4' })
  const jug = await aProduct(sql, nl, { unit_cost: '7' })
  await anOrder(sql, nl, { day: '2026-03-01', lines: [{ product_id: cup }] })
  await anOrder(sql, nl, { day: '2026-04-01', lines: [{ product_id: cup }] })
  await bookAll(sql, nl)
  const body = { store: 'nl', sku: 'sku-1' }
  expect(problemOf(await api.post(`/products/${jug}/variants`, body, token), 409).detail).toBe(
    `The SKU "sku-1" of nl belongs to product ${cup}. Send "move": true to move it.`,
  )
  const moved = await api.post(`/products/${jug}/variants`, { ...body, move: true }, token)
  expect([moved.status, moved.body['product_id'], moved.body['rebooked_orders']]).toEqual([200, jug, 0])
  expect([await cogsOf(cup), await cogsOf(jug)]).toEqual([800, null])
  expect(await audited('SKU sku-1 of nl')).toEqual(['variant.moved'])

  const rebooked = await api.post(`/products/${jug}/variants`, { ...body, rebook_from: '2026-04-01' }, token)
  expect(rebooked.body['rebooked_orders']).toBe(1)
  expect([await cogsOf(cup), await cogsOf(jug)]).toEqual([400, 700])
  const reasons = await sql`select distinct reason from ledger_entries where product_id = ${jug} and account = 'cogs'`
  expect(reasons).toEqual([{ reason: `SKU sku-1 belongs to product ${jug}` }] as never)
})

test('a person who is limited to stores ties and sees SKUs of those only', async () => {
  const shared = await aProduct(sql, nl, { sku: 'SHARED' })
  await sql`insert into variants (product_id, store_id, sku, title) values (${shared}, ${uk.id}, 'SHARED', 'Shared')`
  expect((await rows(shared, limited.token)).map(({ store }) => store)).toEqual(['nl'])
  expect(await rows(shared)).toHaveLength(2)
  const stranger = await api.post(`/products/${shared}/variants`, { store: 'uk', sku: 'X' }, limited.token)
  expect(problemOf(stranger, 422).detail).toBe('There is no store "uk".')
  const [theirs] = await sql`select id from variants where product_id = ${shared} and store_id = ${uk.id}`
  const path = `/products/${shared}/variants/${Number(theirs!['id'])}`
  problemOf(await api.send(path, { method: 'DELETE', token: limited.token }), 404)
  const own = await api.post(`/products/${shared}/variants`, { store: 'nl', sku: 'OWN' }, limited.token)
  expect(own.status).toBe(201)
  const foreign = await aProduct(sql, uk)
  problemOf(await api.get(`/products/${foreign}/variants`, limited.token), 404)
  problemOf(await api.post(`/products/${foreign}/variants`, { store: 'nl', sku: 'F' }, limited.token), 404)
})

test('what cannot be is refused with the field', async () => {
  const id = await aProduct(sql, nl)
  const post = (json: object) => api.post(`/products/${id}/variants`, json, token)
  expect(problemOf(await post({ store: 'nl', sku: '' }), 422).errors?.[0]).toEqual({
    field: 'sku',
    message: 'must not be empty',
  })
  expect(problemOf(await post({ store: 'nl', sku: 'A', list_price: -1 }), 422).errors?.[0]?.field).toBe('list_price')
  problemOf(await api.post('/products/999999/variants', { store: 'nl', sku: 'A' }, token), 404)
  problemOf(await api.get('/products/999999/variants', token), 404)
})
