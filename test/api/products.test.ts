import { expect, test } from 'bun:test'
import { type Answer, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aStore } from '../support/factories.ts'

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

const idsOf = ({ body }: { body: Record<string, unknown> }) => (body['data'] as { id: number }[]).map(({ id }) => id)

test('the newest come first, with the unit cost valid today', async () => {
  const answer = await api.get('/products?limit=1', token)
  expect(answer.body['data']).toEqual([
    {
      id: cup,
      name: 'Cup',
      cost_price: 5.1234,
      cost_currency: 'GBP',
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
