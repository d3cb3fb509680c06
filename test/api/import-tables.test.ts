import { expect, test } from 'bun:test'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aProduct, aStore, bookAll } from '../support/factories.ts'
import { countsOf, importsOf } from '../support/imports.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('owner')
const { preview, apply, undo, act, profits, said } = importsOf(api, token)

/** A store that sold ten mugs in March and ten in April. */
async function aShop() {
  const store = await aStore(sql)
  const sku = `MUG-${store.slug}`
  const product_id = await aProduct(sql, store, { name: 'Mug', sku, unit_cost: '3.95' })
  for (const day of ['2026-03-20', '2026-04-02'])
    await anOrder(sql, store, { day, lines: [{ product_id, quantity: 10, price_minor: 1_250 }] })
  await bookAll(sql, store)
  return { ...store, sku, product_id }
}
const costsOf = async (product_id: number) =>
  (await sql<{ cost: string }[]>`
    select valid::text || ' ' || trim_scale(unit_cost) || ' ' || currency as cost from product_costs where product_id = ${product_id} order by valid`).map(({ cost }) => cost) // prettier-ignore

test('unit costs: the effect is that of POST /products/{id}/costs/preview, apply does it, undo takes it back', async () => {
  const { slug, sku, product_id } = await aShop()
  const csv = `sku;inkoopprijs;valuta;vanaf\n${sku};4,20;EUR;01-03-2026\nNONE;1,00;EUR;01-03-2026\n`
  const shown = await preview('unit-costs', csv, `store=${slug}`)
  expect(countsOf(shown)).toEqual({ added: 0, changed: 1, unchanged: 0, unknown: 1, rejected: 0, skipped: 0 })
  expect(shown.issues).toEqual([{ line: 3, result: 'unknown', reason: `the SKU "NONE" of ${slug} is not known` }])
  const alone = await api.post(`/products/${product_id}/costs/preview`, { unit_cost: 4.2, currency: 'EUR', from: '2026-03-01' }, token) // prettier-ignore
  expect<object>(shown.effect).toEqual(alone.body)
  expect(shown.effect.orders).toBe(2)
  const [before, costs] = [await profits(shown.effect.months), await costsOf(product_id)]
  await apply(shown.id)
  expect(await costsOf(product_id)).toEqual(['(,2026-03-01) 3.95 EUR', '[2026-03-01,) 4.2 EUR'])
  expect(await profits(shown.effect.months)).toEqual(said(shown, 'after'))
  expect(countsOf(await preview('unit-costs', csv, `store=${slug}`))).toMatchObject({ changed: 0, unchanged: 1 })
  await undo(shown.id)
  expect([await profits(shown.effect.months), await costsOf(product_id)]).toEqual([before, costs])
})

test('several costs of a product hold until the next one, in whatever order they stand', async () => {
  const { slug, sku, product_id } = await aShop()
  const csv = `sku,unit cost,from\n${sku},5.00,2026-04-01\n${sku},4.00,2026-03-01\n`
  await apply((await preview('unit-costs', csv, `store=${slug}`)).id)
  expect(await costsOf(product_id)).toEqual(['(,2026-03-01) 3.95 EUR', '[2026-03-01,2026-04-01) 4 EUR', '[2026-04-01,) 5 EUR']) // prettier-ignore
  const again = await preview('unit-costs', csv, `store=${slug}`)
  expect([countsOf(again), again.effect.orders]).toMatchObject([{ changed: 0, unchanged: 2 }, 0])
})

test('a cost that was changed since forbids the undo', async () => {
  const { slug, sku, product_id } = await aShop()
  const { id } = await preview('unit-costs', `sku,unit cost\n${sku},5.00\n`, `store=${slug}&from=2026-03-01`)
  await apply(id)
  await api.post(`/products/${product_id}/costs`, { unit_cost: 6, currency: 'EUR', from: '2026-04-01' }, token)
  const { status, body } = await act(id, 'undo')
  expect([status, body['detail']]).toEqual([
    409,
    `This import cannot be undone, because something was changed since: the unit cost of Mug (${product_id}). Undo or correct that first.`,
  ])
})

test('products: new SKUs make products, known ones change, and undo archives what has been sold and removes the rest', async () => {
  const { slug, sku, product_id, id: store_id } = await aShop()
  const csv = `SKU,Title,Price,Cost per item,Status\n${sku},Large mug,14.00,4.10,active\nBOWL-${slug},Bowl,9.00,2.50,\nVASE-${slug},Vase,,,\n,Nameless,,,\n`
  const shown = await preview('products', csv, `store=${slug}`)
  expect(countsOf(shown)).toMatchObject({ added: 2, changed: 1, rejected: 1 })
  expect(shown.issues).toEqual([{ line: 5, result: 'rejected', reason: 'sku: is missing: a product is known by its id, or by a SKU and its store' }]) // prettier-ignore
  await apply(shown.id)
  const made = await sql<{ id: number; name: string; status: string }[]>`
    select p.id, p.name, p.status from products p join variants k on k.product_id = p.id where k.store_id = ${store_id} order by p.id`
  expect(made.map(({ name }) => name)).toEqual(['Large mug', 'Bowl', 'Vase'])
  expect(await costsOf(product_id)).toEqual(['(,2026-04-13) 3.95 EUR', '[2026-04-13,) 4.1 EUR'])
  const bowl = made[1]!.id
  await anOrder(sql, { id: store_id, slug, name: slug, currency: 'EUR', time_zone: 'Europe/Amsterdam' }, { day: '2026-04-13', lines: [{ product_id: bowl }] }) // prettier-ignore
  await undo(shown.id)
  const left = await sql`select name, status from products where id in ${sql(made.map(({ id }) => id))} order by id`
  expect(left.map((row) => Object.assign({}, row))).toEqual([{ name: 'Mug', status: 'active' }, { name: 'Bowl', status: 'archived' }]) // prettier-ignore
  expect([await costsOf(product_id), await costsOf(bowl)]).toEqual([['(,) 3.95 EUR'], []])
})

test('fixed costs: the effect is told by month, and undo gives the costs back', async () => {
  const store = await aShop()
  const { slug } = store
  const rent = await aFixedCost(sql, store, { name: 'Rent', interval: 'month', amount_minor: 100_000, starts_on: '2026-01-01' }) // prettier-ignore
  const rows = () => sql`select id, name, amount_minor, "interval", starts_on, ends_on from fixed_costs where store_id = ${store.id} order by id` // prettier-ignore
  const was = [...(await rows())]
  const csv = `Naam;Bedrag;Valuta;Periode;Begindatum\nRent;1.200,00;EUR;maand;01-03-2026\nSoftware;300,00;EUR;kwartaal;01-04-2026\nKaput;1,234;EUR;ooit;01-04-2026\n`
  const shown = await preview('fixed-costs', csv, `store=${slug}`)
  expect(countsOf(shown)).toMatchObject({ added: 1, changed: 1, rejected: 1 })
  expect(shown.effect.months.map(({ month, net_profit_change }) => [month, net_profit_change])).toEqual([
    ['2026-03', -200],
    ['2026-04', -129.48],
  ])
  const before = await profits(shown.effect.months)
  await apply(shown.id)
  expect(await profits(shown.effect.months)).toEqual(said(shown, 'after'))
  expect((await rows()).map(({ name, starts_on, ends_on }) => [name, starts_on, ends_on])).toEqual([
    ['Rent', '2026-03-01', null],
    ['Rent', '2026-01-01', '2026-02-28'],
    ['Software', '2026-04-01', null],
  ])
  expect(countsOf(await preview('fixed-costs', csv, `store=${slug}`))).toMatchObject({ added: 0, changed: 0, unchanged: 2 }) // prettier-ignore
  await undo(shown.id)
  expect([[...(await rows())], await profits(shown.effect.months), rent]).toEqual([was, before, was[0]!['id']])
})

test('bulk upserts of products and fixed costs answer each row, as JSON and as CSV', async () => {
  const { slug, sku, product_id } = await aShop()
  const rows = [{ store: slug, sku, name: 'Big mug', cost_price: 4.5 }, { store: slug, sku: `NEW-${slug}`, name: 'New', cost_price: '1.25', cost_currency: 'EUR' }, { id: product_id, status: 'active' }, { store: 'none', sku: 'X', name: 'X' }, { name: 'X' }, 7] // prettier-ignore
  const first = await api.post('/products', rows, token)
  expect(first.body).toMatchObject({ created: 1, updated: 1, unchanged: 1, rejected: 3 })
  expect((first.body['data'] as { result: string; reason: string | null }[]).map(({ result, reason }) => reason ?? result)).toEqual([
    'updated',
    'created',
    'unchanged',
    'store: there is no store "none"',
    'sku: is missing: a product is known by its id, or by a SKU and its store',
    'is not an object with the fields of a row',
  ]) // prettier-ignore
  expect(await costsOf(product_id)).toEqual(['(,2026-04-13) 3.95 EUR', '[2026-04-13,) 4.5 EUR'])
  const sendCsv = (path: string, body: string) => api.send(path, { method: 'POST', token, body, headers: { 'content-type': 'text/csv' } }) // prettier-ignore
  expect((await sendCsv('/products', `store,sku,name,cost_price\n${slug},${sku},Big mug,4.50\n`)).body).toMatchObject({ unchanged: 1 }) // prettier-ignore
  const costs = await sendCsv('/fixed-costs', `name,store,amount,currency,starts_on\nRent,${slug},1000,EUR,2026-01-01\nRent,${slug},1100,EUR,2026-04-01\nRent,${slug},9.999,EUR,2026-04-01\n`) // prettier-ignore
  expect(costs.body).toMatchObject({ created: 1, updated: 1, rejected: 1 })
  const listed = await api.get(`/fixed-costs?store=${slug}&at=2026-02-01`, token)
  expect(listed.body['data']).toMatchObject([{ amount: 1000, ends_on: '2026-03-31' }])
})

test('5,000 products in one request, and the same again changes none', async () => {
  const { slug } = await aStore(sql)
  const rows = Array.from({ length: 5_000 }, (_, at) => ({
    store: slug,
    sku: `S${at}`,
    name: `Product ${at}`,
    cost_price: 1.5,
  }))
  expect((await api.post('/products', rows, token)).body).toMatchObject({ created: 5_000, rejected: 0 })
  expect((await api.post('/products', rows, token)).body).toMatchObject({ unchanged: 5_000, rejected: 0 })
}, 300_000)
