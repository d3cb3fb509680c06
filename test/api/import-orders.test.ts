import { expect, test } from 'bun:test'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aFeeRule, aFixedCost, aProduct, aStore } from '../support/factories.ts'
import { countsOf, importsOf, ORDER_LINES } from '../support/imports.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('owner')
const { send, preview, apply, undo, act, profits, said } = importsOf(api, token)

const MAPPING = JSON.stringify({
  ...ORDER_LINES,
  credit_note_prefixes: ['C'],
  accounts: [{ skus: ['POST'], account: 'shipping_income' }],
})
const csv = (...rows: string[]) => `nr,sku,title,qty,at,price\n${rows.join('\n')}\n`
const FIRST = csv(
  '1,MUG,A mug,2,2026-03-30 12:00,12.50',
  '1,POST,Postage,1,2026-03-30 12:00,4.95',
  '2,MUG,A mug,3,2026-04-02 09:00,12.00',
  '2,PLATE,A plate,1,2026-04-02 09:00,20.00',
  'C1,MUG,A mug,-1,2026-04-05 10:00,12.50',
)
const query = (slug: string) => `store=${slug}&mapping=${encodeURIComponent(MAPPING)}&file_name=orders.csv`

/** A store with a cost for the mug, fees and rent. */
async function aShop() {
  const store = await aStore(sql)
  await aProduct(sql, store, { name: 'Mug', sku: 'MUG', unit_cost: '3.95' })
  await aFeeRule(sql, store)
  await aFixedCost(sql, store)
  return store
}
const entriesOf = async (slug: string) =>
  (await sql<{ sum: number }[]>`
    select account, business_day, sum(amount_minor)::int as sum, sum(quantity)::int as quantity
    from ledger_entries e join stores s on s.id = e.store_id where s.slug = ${slug}
    group by account, business_day having sum(amount_minor) <> 0 or sum(quantity) <> 0 order by 1, 2`).map((row) => Object.assign({}, row)) // prettier-ignore

test('orders: the preview is what apply does, to the cent, and undo gives the P&L back', async () => {
  const { slug } = await aShop()
  const shown = await preview('orders', FIRST, query(slug))
  expect(countsOf(shown)).toEqual({ added: 3, changed: 0, unchanged: 0, unknown: 0, rejected: 0, skipped: 0 })
  expect(shown.notes).toEqual(['1 SKUs are new to the store: each makes a product.'])
  expect([await entriesOf(slug), (await sql`select 1 from orders o join stores s on s.id = o.store_id where s.slug = ${slug}`).length]).toEqual([[], 0]) // prettier-ignore
  const before = await profits(shown.effect.months)
  expect(shown.effect.months).toHaveLength(2)
  expect(before).toEqual(said(shown, 'before'))
  await apply(shown.id)
  expect(await profits(shown.effect.months)).toEqual(said(shown, 'after'))
  expect(said(shown, 'after')).not.toEqual(before)
  await undo(shown.id)
  expect(await profits(shown.effect.months)).toEqual(before)
  expect(await entriesOf(slug)).toEqual([])
  expect(await undo(shown.id)).toMatchObject({ status: 'undone' })
  expect((await act(shown.id, 'apply')).status).toBe(409)
})

test('a file that was undone may be imported again, with its products active', async () => {
  const { slug } = await aShop()
  const first = await preview('orders', FIRST, query(slug))
  await apply(first.id)
  const once = await entriesOf(slug)
  await undo(first.id)
  const plates = () => sql`select p.status from products p join variants k on k.product_id = p.id join stores s on s.id = k.store_id where s.slug = ${slug} and k.sku = 'PLATE'` // prettier-ignore
  expect((await plates()).map((row) => row['status'])).toEqual(['archived'])
  const again = await preview('orders', FIRST, query(slug))
  expect(countsOf(again)).toMatchObject({ added: 0, changed: 3 })
  await apply(again.id)
  expect(await entriesOf(slug)).toEqual(once)
  expect((await plates()).map((row) => row['status'])).toEqual(['active'])
})

test('a changed order is restated, and undone to what it was, line by line', async () => {
  const { slug } = await aShop()
  await apply((await preview('orders', FIRST, query(slug))).id)
  const lines = () => sql`
    select l.id, l.sku, l.quantity, l.unit_price from order_lines l join orders o on o.id = l.order_id join stores s on s.id = o.store_id
    where s.slug = ${slug} order by l.id`
  const [was, booked] = [[...(await lines())], await entriesOf(slug)]
  const second = await preview('orders', csv('2,MUG,A mug,1,2026-04-02 09:00,12.00', '2,BOWL,A bowl,2,2026-04-02 09:00,7.50', '3,MUG,A mug,1,2026-04-06,12.00'), query(slug)) // prettier-ignore
  expect(countsOf(second)).toMatchObject({ added: 1, changed: 1, unchanged: 0 })
  const before = await profits(second.effect.months)
  await apply(second.id)
  expect(await profits(second.effect.months)).toEqual(said(second, 'after'))
  await undo(second.id)
  expect(await profits(second.effect.months)).toEqual(before)
  expect([...(await lines())].filter(({ id }) => was.some((line) => line['id'] === id))).toEqual(was)
  expect(await entriesOf(slug)).toEqual(booked)
})

test('an undo is refused when the orders were imported anew since, and says which', async () => {
  const { slug } = await aShop()
  const first = await preview('orders', FIRST, query(slug))
  await apply(first.id)
  await apply((await preview('orders', csv('1,MUG,A mug,1,2026-03-30 12:00,12.50'), query(slug))).id)
  const refused = await act(first.id, 'undo')
  expect([refused.status, refused.body['detail']]).toEqual([409, 'This import cannot be undone, because something was changed since: order 1. Undo or correct that first.']) // prettier-ignore
})

test('rows that cannot be booked stay out, with line and reason', async () => {
  const { slug } = await aShop()
  const shown = await preview('orders', FIRST.replace('2,2026-03-30', 'many,2026-03-30'), query(slug))
  expect(shown.issues).toEqual([{ line: 2, result: 'rejected', reason: 'qty "many" is not a whole number' }])
})

test('a form with the file and its mapping is the same as the body and the query', async () => {
  const { slug } = await aShop()
  const form = new FormData()
  form.set('file', new File([FIRST], 'C:\\orders of April.csv', { type: 'text/csv' }))
  form.set('store', slug)
  form.set('mapping', MAPPING)
  const shown = await preview('orders', form)
  expect(shown).toMatchObject({ added: 3, file_name: 'orders of April.csv', store: slug })
})

test('without a mapping only Shopify’s columns are known, and the mapping is named where it is wrong', async () => {
  const { slug } = await aShop()
  const details: unknown[] = []
  for (const [content, more] of [
    ['a,b\n1,2\n', `store=${slug}`],
    [FIRST, 'mapping=%7B'],
    [FIRST, `store=${slug}&mapping=%7B%22format%22%3A1%7D`],
    [FIRST, query('nowhere')],
  ] as const) {
    const { status, body } = await send('orders', content, more)
    details.push([status, String(body['detail']).split('\n')[0]])
  }
  expect(details).toEqual([
    [422, 'The columns of this file are not those of Shopify’s order export. Send a mapping that says which column is what.'],
    [422, expect.stringContaining('The mapping is not valid JSON')],
    [422, 'The mapping is not right:'],
    [422, 'There is no store "nowhere".'],
  ]) // prettier-ignore
})

const SHOPIFY = `Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Country,Cancelled at,Refunded Amount
#1001,a@example.com,paid,EUR,40.00,4.95,9.44,54.39,5.00,2026-04-02 09:15:00 +0200,2,A mug,12.50,MUG,NL,,0.00
#1001,a@example.com,,,,,,,,2026-04-02 09:15:00 +0200,1,A plate,20.00,PLATE,,,
#1002,b@example.com,paid,EUR,20.00,0.00,3.47,20.00,0.00,2026-04-03 09:15:00 +0200,1,A plate,20.00,PLATE,NL,,0.00
#1003,c@example.com,paid,EUR,20.00,0.00,0.00,20.00,0.00,2026-04-03 09:15:00 +0200,1,A plate,20.00,PLATE,NL,,20.00
#1004,d@example.com,voided,EUR,20.00,0.00,0.00,20.00,0.00,2026-04-03 09:15:00 +0200,1,A plate,20.00,PLATE,NL,2026-04-04 10:00:00 +0200,0.00
`

test('Shopify’s order export needs no mapping: discount, shipping and tax are booked, and what it says too little of stays out', async () => {
  const { slug } = await aShop()
  const shown = await preview('orders', SHOPIFY, `store=${slug}`)
  expect(countsOf(shown)).toMatchObject({ added: 1, rejected: 2, skipped: 1 })
  expect(shown.issues).toEqual([
    { line: 4, result: 'rejected', reason: 'order #1002 has prices that include tax: the export does not say how much of each' },
    { line: 5, result: 'rejected', reason: 'order #1003 has a refund: the export does not say of which goods and on which day' },
    { line: 6, result: 'skipped', reason: 'order #1004 was cancelled' },
  ]) // prettier-ignore
  await apply(shown.id)
  const booked = Object.fromEntries((await entriesOf(slug)).map((row) => [row['account' as 'sum'], row.sum]))
  expect(booked).toMatchObject({ gross_sales: 4500, discounts: 500, shipping_income: 495, taxes: 944, cogs: 790 })
})
