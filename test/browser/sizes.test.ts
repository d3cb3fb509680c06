import { expect } from 'bun:test'
import { bookOrders } from '../../src/ledger/book.ts'
import { open, overflowOf, screenshot, settled, startBrowser, violationsOf } from '../support/browser.ts'
import { aProduct, anOrder, aStore } from '../support/factories.ts'
import { until } from '../support/until.ts'

const { test, sql, visitAs } = await startBrowser({ from: '2026-06-20' })

const JUNE = 'start=2026-06-01&end=2026-06-30'
const NOTHING = 'start=2020-01-01&end=2020-01-31'
const plain = (text: string) => text.trim().replace('−', '-').replace(/[€,]/g, '')

for (const path of [
  '/',
  '/pnl',
  '/products',
  '/products?id=3',
  '/ads',
  '/stores',
  '/stores?store=nl',
  '/orders',
  '/costs',
  '/goals',
])
  // prettier-ignore
  test(`a period without data is said in words on ${path}`, async () => {
    const { page, context } = await visitAs()
    await open(page, `${path}${path.includes('?') ? '&' : '?'}${NOTHING}`)
    const text = await page.locator('main').innerText()
    expect([path, text]).toEqual([path, expect.stringMatching(/Nothing was sold|No product was sold|not sold or returned|No platform had|No order|No store sold|nothing to replay|no orders/i)]) // prettier-ignore
    expect([path, text]).toEqual([path, expect.not.stringMatching(/NaN|Infinity|undefined|Invalid/)])
    expect(await violationsOf(page, { colours: false })).toEqual([])
    await screenshot(page, `empty${path.replaceAll(/\W+/g, '-')}`)
    await context.close()
  })

test('a store with one order shows its figures on every page, and nothing that is not a number', async () => {
  const store = await aStore(sql, { slug: 'solo', name: 'Solo' })
  const product_id = await aProduct(sql, store, { name: 'The only one', unit_cost: '4.00' })
  const order = await anOrder(sql, store, { day: '2026-06-25', lines: [{ product_id }], shipping_cost_minor: 150 })
  await bookOrders(sql, { store_id: store.id, order_ids: [order], reason: 'booked' })
  const { page, errors } = await visitAs()
  for (const path of ['/', '/pnl', '/products', `/products?id=${product_id}`, '/ads', '/stores', '/orders', `/orders?id=${order}`, '/costs', '/goals']) {
    await open(page, `${path}${path.includes('?') ? '&' : '?'}${JUNE}&store=solo`)
    expect([path, await page.locator('main').innerText()]).toEqual([path, expect.not.stringMatching(/NaN|Infinity|undefined|Invalid|Try again/)])
    expect([path, await overflowOf(page)]).toEqual([path, 0])
  } // prettier-ignore
  await open(page, `/pnl?${JUNE}&store=solo`)
  const line = async (name: string) => plain(await page.locator(`tr[data-line="${name}"] td[data-column="total"]`).innerText()) // prettier-ignore
  expect([await line('revenue'), await line('cogs'), await line('shipping_cost'), await line('orders')]).toEqual(['10.00', '-4.00', '-1.50', '1']) // prettier-ignore
  expect(errors).toEqual([])
})

const MANY = 50_000

test('a store with 50,000 products is shown page by page, searched, sorted and boxed', async () => {
  const store = await aStore(sql, { slug: 'many', name: 'Many' })
  const [first] = await sql<{ id: number }[]>`
    with product as (insert into products (name) select 'Thing ' || n from generate_series(1, ${MANY}) n returning id, name),
    variant as (insert into variants (product_id, store_id, sku, title) select id, ${store.id}, 'T-' || id, name from product),
    cost as (insert into product_costs (product_id, valid, unit_cost, currency) select id, daterange(null, null), 4 + id % 7, 'EUR' from product)
    select min(id) as id from product`
  await sql`analyze products, variants, product_costs`
  const order_ids: number[] = []
  for (let at = 0; at < MANY; at += 500) {
    const lines = Array.from({ length: 500 }, (_, n) => ({ product_id: first!.id + at + n, quantity: 1 + ((at + n) % 3), price_minor: 900 + (n % 400) })) // prettier-ignore
    order_ids.push(await anOrder(sql, store, { day: `2026-06-${10 + ((at / 500) % 15)}`, lines }))
  }
  await bookOrders(sql, { store_id: store.id, order_ids, reason: 'booked' })
  await sql`analyze`
  const { page, context, errors } = await visitAs()
  const rows = page.locator('tr[data-product]')
  await open(page, `/products?${JUNE}&store=many`)
  const report = async (query: string) =>
    (await (await context.request.get(`/financials/product-report?${JUNE}&store=many&limit=50${query}`)).json()) as { data: { product_id: number }[] } // prettier-ignore
  const ids = () => rows.evaluateAll((found) => found.map((row) => Number((row as unknown as { dataset: { product: string } }).dataset.product))) // prettier-ignore
  expect(await ids()).toEqual((await report('&sort=-revenue')).data.map(({ product_id }) => product_id))
  await page.getByRole('button', { name: 'Show more' }).click()
  await rows.nth(99).waitFor()
  await page.getByRole('columnheader', { name: 'CM3', exact: true }).getByRole('button').click()
  await page.waitForURL((url) => url.searchParams.get('sort') === '-cm3')
  await settled(page)
  expect(await ids()).toEqual((await report('&sort=-cm3')).data.map(({ product_id }) => product_id))
  expect(await page.evaluate('document.querySelectorAll("main *").length')).toBeLessThan(6_000)

  await open(page, '/costs/unit-costs')
  await page.getByRole('searchbox').fill('Thing 49999')
  await page.keyboard.press('Enter')
  await until('one product is left', async () => (await rows.count()) === 1)
  expect(await ids()).toEqual([first!.id + 49_998])
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('Thing 31415')
  await page.locator(`[data-command="product ${first!.id + 31_414}"]`).waitFor()
  await screenshot(page, 'products-many-palette')
  expect(errors).toEqual([])
})
