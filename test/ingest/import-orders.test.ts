import { expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { connect, transaction } from '../../sql/connect.ts'
import { tryStartImport } from '../../sql/import-locks.ts'
import { importOrders } from '../../src/ingest/import-orders.ts'
import { testDatabase } from '../support/database.ts'
import { aFolder, aMapping, aShop, counts, failureOf, lines, rowCounts, totalsOf } from './order-file.ts'

const { sql, appUrl } = await testDatabase()
const folder = aFolder()
const shop = (changes?: Parameters<typeof aShop>[2]) => aShop(sql, folder, changes)

const MUG = '1,mug,A mug,2,2026-04-08 12:00,4.95'
const TEA = '1,tea,Green tea,1,2026-04-08 12:00,8.00'
const POST = '1,POST,Postage,1,2026-04-08 12:00,3.50'
const OTHER = '2,mug,A mug,1,2026-04-09 09:00,4.95'

test('a file is booked: sales, cost as a percent of the price, and accounts by SKU and by prefix', async () => {
  const { totals, import: take } = shop()
  const result = await take(lines(MUG, TEA, POST, '2,gift_10,Voucher,1,2026-04-09 10:00,10.00', OTHER))
  expect(counts(result)).toEqual({ created: 2, changed: 0, unchanged: 0, entries: 10 })
  expect(await totals()).toEqual({
    orders: 2,
    units_sold: 4,
    gross_sales: 2_285,
    shipping_income: 350,
    gift_cards: 1_000,
    cogs: 914,
    revenue: 2_635,
  })
})

test('the same content again changes nothing: as it was, reordered, gzipped, with CRLF, with a BOM', async () => {
  const { import: take, entries } = shop()
  await take(lines(MUG, TEA, POST, OTHER))
  const [before, booked] = [await rowCounts(sql), await entries()]
  const same = lines(MUG, TEA, POST, OTHER)
  const shapes = {
    same,
    reordered: lines(OTHER, POST, MUG, TEA),
    gzipped: gzipSync(same),
    'with CRLF': same.replaceAll('\n', '\r\n'),
    'with a BOM': `\uFEFF${same}`,
    'gzipped with a BOM': gzipSync(`\uFEFF${same}`),
  }
  for (const [shape, content] of Object.entries(shapes))
    expect([shape, counts(await take(content))]).toEqual([shape, { created: 0, changed: 0, unchanged: 2, entries: 0 }])
  expect(await rowCounts(sql)).toEqual(before)
  expect(await entries()).toEqual(booked)
})

test('a changed quantity is a restatement with its reason; what was booked stays', async () => {
  const { import: take, entries, totals } = shop()
  await take(lines(MUG, TEA, OTHER))
  const booked = await entries()
  const result = await take(lines(MUG.replace(',2,', ',3,'), TEA, OTHER), 'april.csv')
  expect(counts(result)).toEqual({ created: 0, changed: 1, unchanged: 1, entries: 2 })
  const now = await entries()
  expect(now.slice(0, booked.length)).toEqual(booked)
  expect(now.slice(booked.length).toSorted((a, b) => a.account.localeCompare(b.account))).toEqual([
    { account: 'cogs', order: '1', sku: 'mug', quantity: 0, amount_minor: 198, reason: 'import of april.csv' },
    { account: 'gross_sales', order: '1', sku: 'mug', quantity: 1, amount_minor: 495, reason: 'import of april.csv' },
  ])
  expect(await totals()).toMatchObject({ orders: 2, units_sold: 5, gross_sales: 2_780 })
})

test('a removed line gives back its own amounts, an added line books its own, and no other line is touched', async () => {
  const { import: take, entries, totals } = shop()
  await take(lines(MUG, TEA, POST))
  const restated = async (...rows: string[]) => {
    const before = (await entries()).length
    await take(lines(...rows))
    return (await entries())
      .slice(before)
      .map((entry) => [entry.account, entry.sku, entry.quantity, entry.amount_minor])
      .toSorted(([a], [b]) => String(a).localeCompare(String(b)))
  }
  expect(await restated(TEA, POST)).toEqual([
    ['cogs', 'mug', 0, -396],
    ['gross_sales', 'mug', -2, -990],
  ])
  expect(await restated('1,cup,A cup,1,2026-04-08 12:00,2.00', TEA, MUG, POST)).toEqual(
    expect.arrayContaining([
      ['gross_sales', 'cup', 1, 200],
      ['gross_sales', 'mug', 2, 990],
    ]),
  )
  expect(await totals()).toMatchObject({ orders: 1, units_sold: 4, gross_sales: 1_990, shipping_income: 350 })
})

test('an order that the file no longer names stays booked', async () => {
  const { import: take, totals } = shop()
  await take(lines(MUG, OTHER))
  expect(counts(await take(lines(MUG)))).toEqual({ created: 0, changed: 0, unchanged: 1, entries: 0 })
  expect(await totals()).toMatchObject({ orders: 2, gross_sales: 1_485 })
})

test('an order that moves to another day is taken from the one and added to the other', async () => {
  const { mapping, import: take } = shop()
  await take(lines(MUG))
  await take(lines(MUG.replace('04-08', '04-10')))
  const days = await sql`
    select d.day, orders, gross_sales_minor
    from daily_financials d join stores s on s.id = d.store_id
    where s.slug = ${mapping.store.slug} order by d.day`
  expect([...days]).toEqual([
    { day: '2026-04-08', orders: 0, gross_sales_minor: 0 },
    { day: '2026-04-10', orders: 1, gross_sales_minor: 990 },
  ])
})

test('exact duplicates are lines of their own, and one more or less of them is restated', async () => {
  const { import: take, totals } = shop()
  await take(lines(MUG, MUG, MUG))
  expect(await totals()).toMatchObject({ orders: 1, units_sold: 6, gross_sales: 2_970 })
  expect(counts(await take(lines(MUG, MUG, MUG)))).toMatchObject({ changed: 0, entries: 0 })
  expect(counts(await take(lines(MUG, MUG)))).toMatchObject({ changed: 1, entries: 2 })
  expect(await totals()).toMatchObject({ orders: 1, units_sold: 4, gross_sales: 1_980 })
})

test('a credit note is a return and no order; its goods are back on the shelf', async () => {
  const { import: take, totals } = shop()
  await take(lines(MUG, 'C9,mug,A mug,-1,2026-04-10 12:00,4.95'))
  expect(await totals()).toEqual({
    orders: 1,
    units_sold: 2,
    units_returned: 1,
    gross_sales: 990,
    returns: 495,
    cogs: 198,
    revenue: 495,
  })
})

test('goods that are not restocked stay a cost and are named as written off, also when the mapping learns so later', async () => {
  const { import: take, totals, mapping } = shop()
  const file = lines(MUG, 'C9,mug,A mug,-1,2026-04-10 12:00,4.95')
  await take(file)
  const lost = { ...mapping, restock_returns: false }
  const result = await take(file, undefined, { mapping: lost })
  expect(counts(result)).toMatchObject({ changed: 1, unchanged: 1, entries: 2 })
  expect(await totals()).toMatchObject({ returns: 495, cogs: 396, written_off_goods: 198 })
})

test('a reference that turns out to be a credit note is booked as one', async () => {
  const { import: take, totals, mapping } = shop()
  const file = lines('R1,mug,A mug,-1,2026-04-10 12:00,4.95', 'R1,POST,Postage,-1,2026-04-10 12:00,1.00')
  await take(file)
  await take(file, undefined, { mapping: { ...mapping, credit_note_prefixes: ['R'] } })
  expect(await totals()).toEqual({ units_returned: 1, returns: 495, shipping_income: -100, cogs: -198, revenue: -595 })
})

test('an account that the mapping names later is restated', async () => {
  const { import: take, totals, mapping } = shop()
  await take(lines(MUG, '1,FEE,Fee,1,2026-04-08 12:00,-0.30'))
  await take(lines(MUG, '1,FEE,Fee,1,2026-04-08 12:00,-0.30'), undefined, {
    mapping: { ...mapping, accounts: [{ skus: ['FEE'], account: 'transaction_fees' }] },
  })
  expect(await totals()).toEqual({
    orders: 1,
    units_sold: 2,
    gross_sales: 990,
    transaction_fees: 30,
    cogs: 396,
    revenue: 990,
  })
})

test('a price of 0 books nothing: no order, no units, no product', async () => {
  const { import: take, totals, mapping } = shop()
  const result = await take(
    lines(MUG, '1,found,Found in the cellar,5,2026-04-08 12:00,0', '3,lost,?,-9,2026-04-08 12:00,0.00'),
  )
  expect(result).toMatchObject({ rows: 3, skipped: 2, orders_created: 1, entries: 3 })
  expect(await totals()).toMatchObject({ orders: 1, units_sold: 2 })
  const variants = await sql<{ sku: string }[]>`
    select v.sku from variants v join stores s on s.id = v.store_id where s.slug = ${mapping.store.slug}`
  expect(variants.map(({ sku }) => sku)).toEqual(['mug'])
})

test('an order whose price becomes 0 is taken back', async () => {
  const { import: take, totals } = shop()
  await take(lines(MUG, OTHER))
  expect(counts(await take(lines(MUG.replace('4.95', '0.00'), OTHER)))).toMatchObject({ changed: 1, unchanged: 1 })
  expect(await totals()).toMatchObject({ orders: 1, units_sold: 1, gross_sales: 495 })
  expect(counts(await take(lines(MUG.replace('4.95', '0.00'), OTHER)))).toMatchObject({ changed: 0, unchanged: 2 })
})

test('a value is rounded once, half away from zero, also with three decimals and below zero', async () => {
  const { import: take, totals } = shop({ cost_percent_of_list: 50 })
  await take(
    lines(
      '1,a,A,1,2026-04-08,0.005', //  0.005 → 0.01
      '1,b,B,3,2026-04-08,0.335', //  1.005 → 1.01
      '1,c,C,10,2026-04-08,0.001', // 0.010
      'C1,a,A,-1,2026-04-08,0.125', // -0.125 → -0.13
    ),
  )
  expect(await totals()).toMatchObject({ gross_sales: 1 + 101 + 1, returns: 13, cogs: 1 + 51 + 1 - 7 })
})

test('a yen store has no decimals', async () => {
  const { import: take, totals } = shop({ store: { currency: 'JPY', time_zone: 'Asia/Tokyo' } })
  await take(lines('1,mug,A mug,2,2026-04-08 12:00,499.5', '1,tea,Tea,1,2026-04-08 12:00,800'))
  expect(await totals()).toMatchObject({ gross_sales: 999 + 800, cogs: 400 + 320 })
})

test('the business day is that of the store, also for times with an offset; the earliest line counts', async () => {
  const { import: take, mapping } = shop({ store: { time_zone: 'Europe/Amsterdam' } })
  await take(
    lines(
      'a,mug,A mug,1,2026-04-08T23:30:00Z,4.95', // 01:30 on the 9th
      'b,mug,A mug,1,2026-04-08T23:30:00+02:00,4.95',
      'c,mug,A mug,1,2026-04-09T00:30:00+0530,4.95', // 21:00 on the 8th
      'd,mug,A mug,1,2026-04-10,4.95',
      'd,tea,Tea,1,2026-04-09 23:59:59.999,4.95',
    ),
  )
  const orders = await sql`
    select external_id, business_day, iso(placed_at) as at
    from orders o join stores s on s.id = o.store_id
    where s.slug = ${mapping.store.slug} order by external_id`
  expect([...orders]).toEqual([
    { external_id: 'a', business_day: '2026-04-09', at: '2026-04-08T23:30:00.000Z' },
    { external_id: 'b', business_day: '2026-04-08', at: '2026-04-08T21:30:00.000Z' },
    { external_id: 'c', business_day: '2026-04-08', at: '2026-04-08T19:00:00.000Z' },
    { external_id: 'd', business_day: '2026-04-09', at: '2026-04-09T21:59:59.999Z' },
  ])
})

test('a product is named by its most frequent title, which may hold anything but is cut at 500 characters', async () => {
  const { import: take, mapping } = shop()
  const long = '😀'.repeat(600)
  await take(
    lines(
      MUG,
      '2,mug,"Mug, ""large""\tC:\\mugs",1,2026-04-08,1',
      '3,mug,"Mug, ""large""\tC:\\mugs",1,2026-04-08,1',
      `4,faces,${long},1,2026-04-08,1`,
      '5,plain,,1,2026-04-08,1',
      '6,lines,"Two\nlines\r\nand a third",1,2026-04-08,1',
    ),
  )
  const names = await sql<{ sku: string; name: string }[]>`
    select v.sku, p.name from variants v
    join products p on p.id = v.product_id
    join stores s on s.id = v.store_id
    where s.slug = ${mapping.store.slug}`
  expect(Object.fromEntries(names.map(({ sku, name }) => [sku, name]))).toEqual({
    mug: 'Mug, "large"\tC:\\mugs',
    faces: `${'😀'.repeat(249)}…`,
    plain: 'plain',
    lines: 'Two\nlines\r\nand a third',
  })
})

test('columns that the mapping does not use are named', async () => {
  const { import: take } = shop()
  const { unused_columns } = await take(`colour,${lines('').trim()},note\nred,1,mug,A mug,1,2026-04-08,4.95,\n`)
  expect(unused_columns).toEqual(['colour', 'note'])
})

test('two stores may have the same order numbers and SKUs', async () => {
  const [one, two] = [shop(), shop()]
  await one.import(lines(MUG))
  await two.import(lines(MUG.replace('4.95', '6.00')))
  expect(await one.totals()).toMatchObject({ gross_sales: 990 })
  expect(await two.totals()).toMatchObject({ gross_sales: 1_200 })
})

test('two imports into a new store at the same time book once', async () => {
  const mapping = aMapping()
  const file = folder.write(lines(MUG, TEA, OTHER))
  const take = () => importOrders(sql, { file, mapping, strict: false }).then(counts)
  const results = await Promise.all([take(), take()])
  expect(results.toSorted((a, b) => b.created - a.created)).toEqual([
    { created: 2, changed: 0, unchanged: 0, entries: 8 },
    { created: 0, changed: 0, unchanged: 2, entries: 0 },
  ])
})

test('an import that another one keeps waiting says so, and goes on when that one ends', async () => {
  const mapping = aMapping()
  const waits = Promise.withResolvers<void>()
  const taken = transaction(sql, async (other) => {
    await tryStartImport(other, { slug: mapping.store.slug })
    const file = folder.write(lines(MUG))
    const result = importOrders(sql, {
      file,
      mapping,
      strict: false,
      onProgress: ({ step }) => (step === 'waiting' ? waits.resolve() : undefined),
    })
    await waits.promise
    return { result }
  })
  const { result } = await taken
  expect(counts(await result)).toMatchObject({ created: 1 })
})

test('the login of the service imports as the owner does, row-level security or not', async () => {
  const service = connect(appUrl, { max: 2, sees: 'all' })
  try {
    const { import: take, mapping } = aShop(service, folder)
    expect(counts(await take(lines(MUG, TEA, OTHER)))).toEqual({ created: 2, changed: 0, unchanged: 0, entries: 8 })
    expect(counts(await take(lines(MUG, OTHER)))).toMatchObject({ changed: 1, unchanged: 1, entries: 2 })
    expect(await totalsOf(sql, mapping.store.slug)).toMatchObject({ orders: 2, gross_sales: 1_485 })
  } finally {
    await service.end({ timeout: 1 })
  }
})

test('the order lines and the ledger keep what foreign keys would: orders and products exist, go together, and stay when used', async () => {
  const { import: take, mapping } = shop()
  await take(lines(MUG))
  const { slug } = mapping.store
  const [order] = await sql<{ id: number; product_id: number }[]>`
    select o.id, l.product_id from orders o
    join order_lines l on l.order_id = o.id
    join stores s on s.id = o.store_id
    where s.slug = ${slug}`
  const { id, product_id } = order!
  const line = (order_id: number, product: number | null) => sql`
    insert into order_lines (order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor)
    values (${order_id}, 99, 'gross_sales', ${product}, 'x', 1, 1, 100)`
  expect(await failureOf(line(999_999_999, null))).toContain('names an order that does not exist')
  expect(await failureOf(line(id, 999_999_999))).toContain('names a product that does not exist')
  expect(await failureOf(sql`update order_lines set product_id = 999999999 where order_id = ${id}`)).toContain(
    'product that does not exist',
  )
  expect(await failureOf(sql`update order_lines set order_id = 999999999 where order_id = ${id}`)).toContain(
    'order that does not exist',
  )
  await sql`delete from variants where product_id = ${product_id}`
  expect(await failureOf(sql`delete from products where id = ${product_id}`)).toContain(
    'has orders or booked costs and stays',
  )

  const [unbooked] = await sql<{ id: number }[]>`
    insert into orders (store_id, external_id, placed_at, business_day, currency)
    select id, 'unbooked', now(), '2026-04-08', currency from stores where slug = ${slug} returning id`
  await line(unbooked!.id, product_id)
  await sql`delete from orders where id = ${unbooked!.id}`
  const left = await sql`select 1 from order_lines where order_id = ${unbooked!.id}`
  expect(left).toHaveLength(0)
})
