import { describe, expect, test } from 'bun:test'
import { type Answer, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aStore, bookAll, someAdSpend } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('marketer')
const store = await aStore(sql)
const ids: number[] = []
for (let made = 0; made < 7; made++) ids.unshift(await aProduct(sql, store, { name: `Mug ${made}` }))
const cup = await aProduct(sql, store, { name: 'Cup', unit_cost: '4.5', from: '2026-01-01', to: '2026-04-12' })
await sql`
  insert into product_costs (product_id, valid, unit_cost, currency)
  values (${cup}, daterange('2026-04-13', null, '[]'), 5.1234, 'GBP')`
await sql`update products set status = 'archived' where id = ${ids[0]!}`

const writer = await api.someone('finance')
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[store.id]} where id = ${limited.id}`
const elsewhere = await aStore(sql)

const idsOf = ({ body }: { body: Record<string, unknown> }) => (body['data'] as { id: number }[]).map(({ id }) => id)

test('the newest come first, with the unit cost valid today', async () => {
  const answer = await api.get('/products?limit=1', token)
  expect(answer.body['data']).toEqual([
    {
      id: cup,
      name: 'Cup',
      cost_price: 5.1234,
      cost_currency: 'GBP',
      cost_from: '2026-04-13',
      cost_source: '',
      status: 'active',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    },
  ])
  const yesterday = await api.at('2026-04-12T10:00:00Z', () => api.get('/products?limit=1', token))
  expect(yesterday.text).toMatch(/"cost_price": ?4\.50,"cost_currency": ?"EUR"/)
  expect((await api.get('/products', token)).body['data']).toContainEqual(
    expect.objectContaining({ name: 'Mug 0', cost_price: null }),
  )
})

test('can be looked for by a part of the name or of a SKU, in any case', async () => {
  expect(idsOf(await api.get('/products?q=CUP', token))).toEqual([cup])
  await sql`insert into variants (product_id, store_id, sku, title) values (${cup}, ${store.id}, 'Porcelain-9', 'Cup')`
  expect(idsOf(await api.get('/products?q=porcelain', token))).toEqual([cup])
  expect(idsOf(await api.get('/products?q=100%25', token))).toEqual([])
  await sql`delete from variants where sku = 'Porcelain-9'`
})

test('can be asked for by status', async () => {
  expect(idsOf(await api.get('/products?status=archived', token))).toEqual([ids[0]!])
  expect(idsOf(await api.get('/products?status=active', token))).toEqual([cup, ...ids.slice(1)])
})

test('paging by offset and by cursor reaches every row once, also while products are added', async () => {
  const byOffset: number[] = []
  for (let offset = 0; offset < 8; offset += 3)
    byOffset.push(...idsOf(await api.get(`/products?limit=3&offset=${offset}`, token)))
  expect(byOffset).toEqual([cup, ...ids])

  const byCursor: number[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: Answer = await api.get(`/products?limit=3${next === '' ? '' : `&cursor=${next}`}`, token)
    byCursor.push(...idsOf(page))
    next = page.body['next'] as string | null
    await aProduct(sql, store)
  }
  expect(byCursor).toEqual([cup, ...ids])
})

test('a page has 50 rows unless asked, at most 500', async () => {
  await sql`insert into products (name) select 'p' || n from generate_series(1, 60) n`
  expect(idsOf(await api.get('/products', token))).toHaveLength(50)
  expect(idsOf(await api.get('/products?limit=500', token)).length).toBeGreaterThan(60)
  problemOf(await api.get('/products?limit=501', token), 422)
})

describe('a product that is written', () => {
  const patch = (id: number, json: object, { token, headers = {} }: { token: string; headers?: object } = writer) =>
    api.send(`/products/${id}`, { method: 'PATCH', json, token, headers: headers as Record<string, string> })
  const remove = (id: number, { token } = writer) => api.send(`/products/${id}`, { method: 'DELETE', token })
  const costsOf = async (id: number) =>
    (
      await sql`
        select lower(valid) as first, upper(valid) - 1 as last, trim_scale(unit_cost) as cost, currency
        from product_costs where product_id = ${id} order by valid`
    ).map((row) => Object.values(row) as unknown[])
  const audited = async (id: number) =>
    sql`select email, action, old_value, new_value from audit_log where subject = ${`product ${id}`} order by id`

  test('is answered with its ETag, and its cost starts today in the reporting currency', async () => {
    const made = await api.post('/products', { name: 'Jug', cost_price: 3.95 }, writer.token)
    expect(made.status).toBe(201)
    const id = Number(made.body['id'])
    expect(made.body).toMatchObject({ name: 'Jug', cost_price: 3.95, cost_currency: 'EUR', status: 'active' })
    const read = await api.get(`/products/${id}`, token)
    expect([read.text, read.headers.get('etag')]).toEqual([made.text, made.headers.get('etag')])
    expect(await costsOf(id)).toEqual([['2026-04-13', null, '3.95', 'EUR']])
    expect(await audited(id)).toMatchObject([
      { email: writer.email, action: 'product.created', new_value: { name: 'Jug' } },
      { action: 'product_cost.set', old_value: [], new_value: { unit_cost: '3.95', currency: 'EUR' } },
    ])
  })

  test('gets a new cost from today until the next planned one, and the past is left alone', async () => {
    const id = await aProduct(sql, store, { unit_cost: '4', from: '2026-01-01', to: '2026-05-31' })
    await sql`insert into product_costs (product_id, valid, unit_cost, currency) values (${id}, '[2026-06-01,)', 9, 'EUR')`
    for (const day of ['2026-04-12', '2026-04-13']) await anOrder(sql, store, { day, lines: [{ product_id: id }] })
    await bookAll(sql, store)
    const answer = await patch(id, { cost_price: '5.5' })
    expect(answer.body).toMatchObject({ id, cost_price: 5.5, cost_currency: 'EUR' })
    expect(await costsOf(id)).toEqual([
      ['2026-01-01', '2026-04-12', '4', 'EUR'],
      ['2026-04-13', '2026-05-31', '5.5', 'EUR'],
      ['2026-06-01', null, '9', 'EUR'],
    ])
    const cogs = await sql`select day, cogs_minor from product_performance where product_id = ${id} order by day`
    expect(cogs).toEqual([
      { day: '2026-04-12', cogs_minor: 400 },
      { day: '2026-04-13', cogs_minor: 550 },
    ] as never)
    await patch(id, { cost_price: 5.5, cost_currency: 'EUR' })
    expect(await audited(id)).toHaveLength(1)
    expect((await patch(id, { cost_price: null })).body).toMatchObject({ cost_price: null, cost_currency: null })
    expect(await costsOf(id)).toHaveLength(2)
  })

  test('changes name and status, audited, but not from an older state', async () => {
    const id = await aProduct(sql, store, { name: 'Vase' })
    const etag = (await api.get(`/products/${id}`, token)).headers.get('etag')!
    const headers = { 'if-match': etag }
    const changed = await patch(id, { name: 'Tall vase', status: 'archived' }, { token: writer.token, headers })
    expect(changed.body).toMatchObject({ name: 'Tall vase', status: 'archived' })
    problemOf(await patch(id, { name: 'Wide vase' }, { token: writer.token, headers }), 412)
    expect(await audited(id)).toMatchObject([
      {
        action: 'product.changed',
        old_value: { name: 'Vase', status: 'active' },
        new_value: { name: 'Tall vase', status: 'archived' },
      },
    ])
  })

  test('is archived when it has history and deleted when it has none', async () => {
    const sold = await aProduct(sql, store, { unit_cost: '1' })
    await anOrder(sql, store, { lines: [{ product_id: sold }] })
    expect((await remove(sold)).body).toEqual({ id: sold, result: 'archived' })
    expect((await api.get(`/products/${sold}`, token)).body['status']).toBe('archived')
    const advertised = await aProduct(sql, store)
    await someAdSpend(sql, store, { product_id: advertised })
    expect((await remove(advertised)).body).toEqual({ id: advertised, result: 'archived' })
    const made = await api.post('/products', { name: 'Typo', cost_price: 1 }, writer.token)
    const typo = Number(made.body['id'])
    expect((await remove(typo)).body).toEqual({ id: typo, result: 'deleted' })
    problemOf(await api.get(`/products/${typo}`, token), 404)
    const tied = await aProduct(sql, store, { unit_cost: '1' })
    expect((await remove(tied)).body).toEqual({ id: tied, result: 'deleted' })
    expect((await audited(tied)).map(({ action }) => String(action))).toEqual(['product.deleted'])
    problemOf(await remove(tied), 404)
  })

  test('is not changed by someone who does not see all of its stores', async () => {
    const shared = await aProduct(sql, store)
    await sql`insert into variants (product_id, store_id, sku, title) values (${shared}, ${elsewhere.id}, 'S', 'S')`
    const advertised = await aProduct(sql, store)
    await someAdSpend(sql, elsewhere, { product_id: advertised })
    for (const id of [shared, advertised])
      for (const answer of [await patch(id, { cost_price: 1 }, limited), await remove(id, limited)])
        expect(problemOf(answer, 403).detail).toStartWith('This product is also sold in stores that you do not see.')
    const own = await aProduct(sql, store)
    expect((await patch(own, { cost_price: 1 }, limited)).status).toBe(200)
    expect((await remove(own, limited)).body).toEqual({ id: own, result: 'deleted' })
    const foreign = await aProduct(sql, elsewhere)
    problemOf(await api.get(`/products/${foreign}`, limited.token), 404)
    problemOf(await patch(foreign, { name: 'X' }, limited), 404)
    const made = await api.post('/products', { name: 'New', cost_price: 2 }, limited.token)
    expect(made.status).toBe(201)
  })

  test('is refused with the field that is wrong', async () => {
    const id = await aProduct(sql, store)
    const errorsOf = async (json: object) => problemOf(await patch(id, json), 422).errors
    expect(await errorsOf({ cost_price: -1 })).toEqual([{ field: 'cost_price', message: 'must not be negative' }])
    expect(await errorsOf({ cost_currency: 'EUR' })).toEqual([
      { field: 'cost_price', message: 'is missing: a currency belongs to a cost' },
    ])
    expect((await errorsOf({ price: 1 }))?.[0]?.field).toBe('price')
    const unknown = problemOf(await patch(id, { cost_price: 1, cost_currency: 'XXQ' }), 422)
    expect(unknown.detail).toStartWith('The cost_currency XXQ is not one')
    expect(problemOf(await api.post('/products', {}, writer.token), 422).errors).toEqual([
      { field: 'name', message: 'is missing' },
    ])
    problemOf(await api.get('/products/999999', token), 404)
  })
})

test('no value of a field makes a write of products or fixed costs fail', async () => {
  const id = await aProduct(sql, store)
  const made = await api.post('/fixed-costs', { name: 'Rent', amount: 1, currency: 'EUR' }, writer.token)
  const product = { name: 'Mug', cost_price: 1, cost_currency: 'EUR', status: 'active' }
  const cost = { unit_cost: 1, currency: 'EUR', from: '2026-01-01', to: '2026-12-31', reason: 'x' }
  const terms = { name: 'Rent', amount: 1, currency: 'EUR', interval: 'month', category: '', ends_on: '2027-01-01' }
  const WRITES: [method: string, path: string, json: Record<string, unknown>][] = [
    ['POST', '/products', product],
    ['PATCH', `/products/${id}`, product],
    ['POST', `/products/${id}/costs/preview`, cost],
    ['POST', `/products/${id}/costs`, cost],
    [
      'POST',
      `/products/${id}/variants`,
      { store: store.slug, sku: 'A', title: 'A', list_price: 1, move: true, rebook_from: '2026-01-01' },
    ],
    ['POST', '/fixed-costs', { ...terms, store: store.slug, starts_on: '2026-01-01' }],
    ['PATCH', `/fixed-costs/${String(made.body['id'])}`, { ...terms, from: '2026-04-02' }],
  ]
  const VALUES = [
    'a\0b', '\ud800', 'x'.repeat(100_000), '', ' ', ['x'], {}, null, true, 1e308, 1e-300, 1e21, 999_999_999_999.9999, '999999999999.999999', '-0.0',
    -1, 1.0000001, '1e5', 'Infinity', 'infinity', '2026-02-30', '2099-12-31', '2000-01-01', '0001-01-01', 'XXQ', 'XXX', '__proto__',
  ] // prettier-ignore
  for (const [method, path, json] of WRITES)
    for (const field of Object.keys(json))
      for (const value of VALUES) {
        const { status } = await api.send(path, { method, json: { ...json, [field]: value }, token: writer.token })
        expect([path, field, value, status < 500]).toEqual([path, field, value, true])
      }
})

test('total is told when it is asked for, over all pages', async () => {
  const all = await api.get('/products?limit=500&count=true', token)
  const page = await api.get('/products?limit=1&offset=1&count=true', token)
  expect(page.body['total']).toBe((all.body['data'] as unknown[]).length)
  expect(page.body['total']).toBe(all.body['total'])
  expect((await api.get('/products?limit=1', token)).body).not.toHaveProperty('total')
  problemOf(await api.get('/products?count=yes', token), 422)
})
