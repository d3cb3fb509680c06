import { expect, test } from 'bun:test'
import { unzipSync } from 'fflate'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aStore, anOrder, bookAll, DAY } from '../support/factories.ts'

const database = await testDatabase()
const { sql: owner } = database
const api = await testApi(database)
const { token } = await api.someone('owner')

const mine = await aStore(owner, { slug: 'mine' })
const other = await aStore(owner, { slug: 'other' })
for (const store of [mine, other]) {
  const product_id = await aProduct(owner, store, { name: '=HYPERLINK("x")', unit_cost: '4' })
  await anOrder(owner, store, { lines: [{ product_id, quantity: 2, price_minor: 1_000 }] })
  await bookAll(owner, store)
}

test('a list comes as CSV with the columns of its JSON and exact decimals', async () => {
  const answer = await api.get(`/financials/daily?start=${DAY}&end=${DAY}&format=csv`, token)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
  const [header, ...rows] = answer.text.trim().split('\r\n')
  expect(header).toStartWith('id,date,store,currency,revenue,cogs')
  expect(rows.map((row) => row.split(',').slice(1, 6))).toEqual([
    [DAY, 'mine', 'EUR', '20.00', '8.00'],
    [DAY, 'other', 'EUR', '20.00', '8.00'],
  ])
})

test('a list comes as XLSX, formulas in names neutralised', async () => {
  const response = await api.app.handle(
    new Request('http://localhost/products?format=xlsx', { headers: { authorization: `Bearer ${token}` } }),
  )
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="products.xlsx"')
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()))
  expect(new TextDecoder().decode(files['xl/worksheets/sheet1.xml'])).toContain('\'=HYPERLINK("x")')
})

test('an export holds all pages, whatever the limit', async () => {
  const answer = await api.get('/products?format=csv&limit=1', token)
  expect(answer.text.trim().split('\r\n').length).toBe(3)
})

test('a person limited to a store exports only that', async () => {
  const limited = await api.someone('finance')
  await owner`update users set store_ids = ${[mine.id]} where id = ${limited.id}`
  const answer = await api.get(`/financials/daily?start=${DAY}&end=${DAY}&format=csv`, limited.token)
  expect(
    answer.text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(',')[2]),
  ).toEqual(['mine'])
})

test('what is wrong is told before the file begins', async () => {
  problemOf(await api.get('/financials/daily?store=nowhere&format=csv', token), 404)
  problemOf(await api.get('/products?format=pdf', token), 422)
})
