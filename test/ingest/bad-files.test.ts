import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type OrderLinesMapping, readMapping } from '../../src/ingest/csv/mapping.ts'
import { importOrders } from '../../src/ingest/import-orders.ts'
import { testDatabase } from '../support/database.ts'
import { aFolder, aMapping, aShop, counts, failureOf, lines, mappingJson, rowCounts } from './order-file.ts'

const { sql } = await testDatabase()
const folder = aFolder()
const shop = (changes?: Parameters<typeof aShop>[2]) => aShop(sql, folder, changes)

const GOOD = '1,mug,A mug,2,2026-04-08 12:00,4.95'
const many = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => GOOD.replace('1', String(from + index)))

/** The sentence with which a file is refused; nothing of it may be left in the database. */
async function refusal(path: string, mapping: OrderLinesMapping = aMapping(), strict = false): Promise<string> {
  const before = await rowCounts(sql)
  const error: unknown = await importOrders(sql, { file: path, mapping, strict }).catch((caught: unknown) => caught)
  expect(await rowCounts(sql)).toEqual(before)
  expect(
    await sql`select 1 from imports i join stores s on s.id = i.store_id where s.slug = ${mapping.store.slug}`,
  ).toHaveLength(0)
  expect(error).toHaveProperty('name', 'AppError')
  return (error as Error).message.replaceAll(folder.dir, '…')
}
const refusalOf = (content: string | Uint8Array, name?: string, mapping?: OrderLinesMapping) =>
  refusal(folder.write(content, name), mapping)

test('a file that is not there, a folder, an empty file', async () => {
  expect(await refusal(join(folder.dir, 'none.csv'))).toBe('The file …/none.csv cannot be read (ENOENT).')
  expect(await refusal(folder.dir)).toBe('… is not a file.')
  expect(await refusalOf('', 'empty.csv')).toBe('The file …/empty.csv is empty.')
  expect(await refusalOf('\n\n', 'blank.csv')).toBe('The file …/blank.csv is empty.')
  expect(await refusalOf(gzipSync(''), 'empty.csv.gz')).toBe('The file …/empty.csv.gz is empty.')
})

test('a file of a header only is no error and books nothing', async () => {
  const result = await shop().import(lines())
  expect(result).toMatchObject({ rows: 0, rejected: 0, orders_created: 0, entries: 0 })
})

test('gzip that is cut, broken, or only named so; zip and UTF-16', async () => {
  const gzip = gzipSync(lines(...many(1, 20_000)))
  expect(await refusalOf(gzip.subarray(0, gzip.length - 100), 'cut.csv.gz')).toMatch(
    /^…\/cut\.csv\.gz is damaged: its gzip data breaks off or is wrong after line \d+\. Nothing was booked\.$/,
  )
  const broken = Buffer.from(gzip)
  broken.fill(0x55, gzip.length / 2, gzip.length / 2 + 20)
  expect(await refusalOf(broken, 'broken.csv.gz')).toMatch(/is damaged/)
  const flipped = Buffer.from(gzip)
  flipped[gzip.length - 6]! ^= 1
  expect(await refusalOf(flipped, 'checksum.csv.gz')).toMatch(/is damaged/)
  expect(await refusalOf(lines(GOOD), 'plain.csv.gz')).toBe(
    '…/plain.csv.gz is not gzip data, although its name ends in .gz. Rename it if it is plain CSV.',
  )
  expect(await refusalOf('PK\x03\x04…', 'book.xlsx')).toBe(
    '…/book.xlsx is a zip file or an Excel workbook. Save the sheet as CSV (UTF-8).',
  )
  expect(await refusalOf(Buffer.from(`\uFEFF${lines(GOOD)}`, 'utf16le'), 'wide.csv')).toBe(
    '…/wide.csv is UTF-16 text. Save the file as UTF-8 and try again.',
  )
})

test('gzip without the ending .gz, and gzip in several members, are read', async () => {
  expect(await shop().import(gzipSync(lines(GOOD)), 'orders.csv')).toMatchObject({ orders_created: 1 })
  const members = Buffer.concat([gzipSync(lines(GOOD)), gzipSync(`${many(2, 3).join('\n')}\n`)])
  expect(await shop().import(members)).toMatchObject({ orders_created: 3 })
})

test('text that is not UTF-8 is refused with its line, wherever it stands', async () => {
  const pound = Buffer.from([0xa3])
  const at = (line: number, wide: string) => {
    const rows = many(1, 30_000).map((row) => row.replace('A mug', wide))
    const before = `${['order,sku,title,qty,at,price', ...rows.slice(0, line - 2)].join('\n')}\n`
    return Buffer.concat([
      Buffer.from(`${before}x,mug,`),
      pound,
      Buffer.from(`5 mug,1,2026-04-08,5\n${rows.join('\n')}\n`),
    ])
  }
  for (const line of [2, 3, 12_345, 29_999])
    for (const title of ['A mug', 'Ein Krügerl', '杯子', '😀😀'])
      expect(await refusalOf(at(line, title))).toBe(
        `Line ${line} is not UTF-8 text. Save the file as UTF-8 and try again.`,
      )
  expect(await refusalOf(gzipSync(at(20_000, 'Krügerl')))).toStartWith('Line 20000 is not UTF-8')
  const cut = Buffer.from(lines(GOOD, '2,cup,Krügerl')).subarray(0, -6)
  expect(cut.at(-1)).toBe(0xc3)
  expect(await refusalOf(cut)).toStartWith('Line 3 is not UTF-8')
  expect(await refusalOf(Buffer.concat([Buffer.from(lines(GOOD)), Buffer.from([0xed, 0xa0, 0xbd])]))).toStartWith(
    'Line 3 is not',
  )
})

test('characters of several bytes that fall on the border of two chunks are read', async () => {
  const chunk = 256 * 1024
  for (const wide of ['ü', '杯', '😀'])
    for (let split = 1; split < Buffer.byteLength(wide); split++) {
      const start = lines(GOOD)
      const filler = 'x'.repeat(chunk - split - start.length - '2,cup,,1,2026-04-08,1\n3,cup,'.length)
      const file = `${start}2,cup,${filler},1,2026-04-08,1\n3,cup,${wide},1,2026-04-08,1\n`
      expect(Buffer.from(file).indexOf(wide)).toBe(chunk - split)
      expect(await shop().import(file)).toMatchObject({ orders_created: 3, rejected: 0 })
    }
})

test('a header that does not fit the mapping', async () => {
  expect(await refusalOf('order,sku,titel,qty,price\n')).toBe(
    'The mapping names columns that the file does not have: "title", "at". The header (line 1) has: "order", "sku", "titel", "qty", "price".',
  )
  expect(await refusalOf(`${GOOD}\n`)).toStartWith(
    'The mapping names columns that the file does not have: "order", "sku"',
  )
  expect(await refusalOf('order,sku,title,qty,at,price,price\n')).toBe(
    'The header (line 1) has the column "price" more than once. Rename the one that is not meant.',
  )
  expect(await shop().import('order,sku,title,qty,at,price,note,note\n')).toMatchObject({ rows: 0 })
})

test('a wrong delimiter is recognized, and the right one is told', async () => {
  const one = 'The header (line 1) is one column: the file seems to be separated by'
  expect(await refusalOf('order;sku;title;qty;at;price\n')).toBe(
    `${one} semicolons. Set "delimiter": ";" in the mapping.`,
  )
  expect(await refusalOf('order\tsku\ttitle\tqty\tat\tprice\n')).toBe(
    `${one} tabs. Set "delimiter": "\\t" in the mapping.`,
  )
  expect(await refusalOf('order|sku|title|qty|at|price\n')).toBe(`${one} bars. Set "delimiter": "|" in the mapping.`)
  expect(await refusalOf(lines(GOOD), undefined, aMapping({ delimiter: ';' }))).toBe(
    `${one} commas. Set "delimiter": "," in the mapping.`,
  )
  for (const delimiter of [';', '\t', '|'] as const)
    expect(await shop({ delimiter }).import(lines(GOOD).replaceAll(',', delimiter))).toMatchObject({
      orders_created: 1,
    })
})

test('quotes that are not closed or stand in the middle, and a record above 1 MB', async () => {
  const remedy = 'A field with quotes stands in quotes itself, and each quote in it is doubled: "5"" pipe".'
  expect(await refusalOf(lines(GOOD, '2,mug,"A mug,2,2026-04-08,4.95', ...many(3, 9)), 'a.csv')).toBe(
    `The record after line 2 of …/a.csv opens a quote that is never closed. ${remedy}`,
  )
  expect(await refusalOf(lines(GOOD, '2,pipe,A 5" pipe,2,2026-04-08,4.95'), 'b.csv')).toBe(
    `The record after line 2 of …/b.csv opens a quote in the middle of a field. ${remedy}`,
  )
  expect(await refusalOf(lines(GOOD, '2,pipe,"A 5" pipe",2,2026-04-08,4.95'), 'c.csv')).toBe(
    `The record after line 2 of …/c.csv closes a quote in the middle of a field. ${remedy}`,
  )
  const long =
    'The record after line 2 of …/d.csv is longer than 1 MB. Is the delimiter right, and is every quote closed?'
  expect(await refusalOf(lines(GOOD, `2,mug,${'x'.repeat(1_100_000)},2,2026-04-08,4.95`), 'd.csv')).toBe(long)
  expect(await refusalOf(lines(GOOD, '2,mug,"A mug,2,2026-04-08,4.95', ...many(3, 40_000)), 'd.csv')).toBe(long)
})

/** Rows that cannot be booked, each between two that can, with the reason that is given. */
const BAD_ROWS: [row: string, reason: string][] = [
  ['2,mug,A mug,2,2026-04-08 12:00', 'has 5 fields instead of 6'],
  ['2', 'has 1 field instead of 6'],
  ['2,mug,A mug,2,2026-04-08 12:00,4.95,more', 'has 7 fields instead of 6'],
  [',mug,A mug,2,2026-04-08 12:00,4.95', 'order is empty'],
  ['2, ,A mug,2,2026-04-08 12:00,4.95', 'sku is empty'],
  ['2,mug,A mug,0,2026-04-08 12:00,4.95', 'qty is 0'],
  ['2,mug,A mug,,2026-04-08 12:00,4.95', 'qty "" is not a whole number'],
  ['2,mug,A mug,1.5,2026-04-08 12:00,4.95', 'qty "1.5" is not a whole number'],
  ['2,mug,A mug,two,2026-04-08 12:00,4.95', 'qty "two" is not a whole number'],
  ['2,mug,A mug,1e3,2026-04-08 12:00,4.95', 'qty "1e3" is not a whole number'],
  ['2,mug,A mug,99999999,2026-04-08 12:00,4.95', 'qty "99999999" is more than ten million'],
  ['2,mug,A mug,2,2026-04-08 12:00,', 'price "" is not an amount such as 1234.50'],
  ['2,mug,A mug,2,2026-04-08 12:00,£4.95', 'price "£4.95" is not an amount such as 1234.50'],
  ['2,mug,A mug,2,2026-04-08 12:00,NaN', 'price "NaN" is not an amount such as 1234.50'],
  ['2,mug,A mug,2,2026-04-08 12:00,"4,95"', 'price "4,95" is not an amount such as 1234.50'],
  [
    '2,mug,A mug,2,2026-04-08 12:00,"1,234.50"',
    'price "1,234.50" has thousands separators; write 1234.50, or name them as "thousands" in the mapping',
  ],
  ['2,mug,A mug,1000000,2026-04-08 12:00,999999999', 'qty × price is a trillion or more'],
  ['2,mug,A mug,2,2026-02-30,4.95', 'at "2026-02-30" does not exist in the calendar'],
  ['2,mug,A mug,2,2026-04-08 24:01,4.95', 'at "2026-04-08 24:01" does not exist in the calendar'],
  ['2,mug,A mug,2,0026-04-08,4.95', 'at "0026-04-08" does not exist in the calendar'],
  ['2,mug,A mug,2,08/04/2026 12:00,4.95', 'at "08/04/2026 12:00" is not a time such as 2026-04-13 09:30:00'],
  ['2,mug,A mug,2,08-04-2026,4.95', 'at "08-04-2026" is not a time such as 2026-04-13 09:30:00'],
  ['2,mug,A mug,2,2026-04-08T12:00:00+99:00,4.95', 'at "2026-04-08T12:00:00+99:00" has no offset from UTC that exists'],
  ['2,mug,A mug,2,,4.95', 'at is empty'],
  ['2,mug,A \0 mug,2,2026-04-08 12:00,4.95', 'holds a NUL character'],
  [`2,${'s'.repeat(10_000)},A mug,2,2026-04-08 12:00,4.95`, 'sku has 10000 characters; at most 200 are possible'],
  [`${'9'.repeat(201)},mug,A mug,2,2026-04-08 12:00,4.95`, 'order has 201 characters; at most 200 are possible'],
]

test('a row that cannot be booked is left out, with its line and the reason; the others are booked', async () => {
  const { import: take, totals } = shop()
  const result = await take(
    lines(...BAD_ROWS.flatMap(([row], index) => [GOOD.replace('1', `good-${index}`), row])),
    'bad-rows.csv',
  )
  expect(result).toMatchObject({
    rows: BAD_ROWS.length * 2,
    rejected: BAD_ROWS.length,
    orders_created: BAD_ROWS.length,
  })
  expect(result.rejections).toEqual(BAD_ROWS.slice(0, 20).map(([, reason], index) => ({ line: 3 + index * 2, reason })))
  expect(await totals()).toMatchObject({ orders: BAD_ROWS.length, gross_sales: BAD_ROWS.length * 990 })

  expect(result.rejects_file).toBe(join(folder.dir, 'bad-rows.csv.rejects.csv'))
  const [header, ...rejects] = readFileSync(result.rejects_file!, 'utf8').trimEnd().split('\n')
  expect(header).toBe('line,reason,order,sku,title,qty,at,price')
  const quoted = (field: string) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
  expect(rejects).toEqual(BAD_ROWS.map(([row, reason], index) => `${3 + index * 2},${quoted(reason)},${row}`))
})

test('line numbers count the lines of the file: blank lines, line ends in fields, CRLF', async () => {
  const bad = 'x,mug,A mug,0,2026-04-08,1'
  const content = lines(GOOD, '', '2,mug,"A\nmug\n",1,2026-04-08,1', bad, '', '', '3,mug,"A\nmug",0,2026-04-08,1', bad)
  for (const file of [content, content.replaceAll('\n', '\r\n')]) {
    const { rejections } = await shop().import(file)
    expect(rejections.map(({ line }) => line)).toEqual([7, 10, 12])
  }
})

test('a cut file: the half row is left out, and booked once the file is whole', async () => {
  const { import: take, totals } = shop()
  const whole = lines(...many(1, 10))
  const cut = await take(whole.slice(0, -15))
  expect(cut).toMatchObject({ rows: 10, rejected: 1, orders_created: 9 })
  expect(cut.rejections).toEqual([{ line: 11, reason: 'has 5 fields instead of 6' }])
  expect(counts(await take(whole))).toMatchObject({ created: 1, changed: 0, unchanged: 9 })
  expect(await totals()).toMatchObject({ orders: 10, gross_sales: 9_900 })
})

test('strict refuses the whole file for one bad row, and so does a file without a good one', async () => {
  const bad = GOOD.replace(',2,', ',0,')
  const strict = await refusal(folder.write(lines(GOOD, bad, GOOD), 'strict.csv'), aMapping(), true)
  expect(strict).toBe('1 of 3 rows cannot be booked, so nothing was:\n  line 3: qty is 0')
  const worse = await refusal(folder.write(lines(GOOD, ...Array<string>(25).fill(bad)), 'worse.csv'), aMapping(), true)
  expect(worse).toStartWith('25 of 26 rows cannot be booked, so nothing was:\n  line 3: qty is 0\n')
  expect(worse).toEndWith('\n  line 22: qty is 0\n  … and 5 more, all in …/worse.csv.rejects.csv')
  expect(await refusalOf(lines(bad, bad))).toBe(
    'None of the rows can be booked:\n  line 2: qty is 0\n  line 3: qty is 0',
  )
})

test('when the rejects cannot be written, nothing is booked; without rejects nothing is written', async () => {
  mkdirSync(join(folder.dir, 'blocked.csv.rejects.csv'))
  const bad = GOOD.replace(',2,', ',0,')
  expect(await refusalOf(lines(GOOD, bad), 'blocked.csv')).toBe(
    'The rows that cannot be booked should be listed in …/blocked.csv.rejects.csv, but it cannot be written (EISDIR), so nothing was booked. Make that possible, or correct the rows first.',
  )
  await shop().import(lines(GOOD), 'fine.csv')
  expect(existsSync(join(folder.dir, 'fine.csv.rejects.csv'))).toBe(false)
})

test('many rejects are all written, and few are shown', async () => {
  const result = await shop().import(
    lines(GOOD, ...Array<string>(5_000).fill('2,mug,A rather long title,0,2026-04-08,1')),
  )
  expect(result).toMatchObject({ rejected: 5_000 })
  expect(result.rejections).toHaveLength(20)
  expect(readFileSync(result.rejects_file!, 'utf8').split('\n')).toHaveLength(5_002)
})

test('amounts with thousands separators and decimal commas are read as the mapping says', async () => {
  const take = async (changes: Parameters<typeof aMapping>[0], ...prices: string[]) => {
    const { import: run, totals } = shop(changes)
    const result = await run(lines(...prices.map((price, index) => `${index},mug,A mug,1,2026-04-08,"${price}"`)))
    return [result.rejected, (await totals())['gross_sales']]
  }
  expect(await take({ thousands: ',' }, '1,234.50', '12,345,678.90', '5', '1234.5')).toEqual([0, 1_234_815_290])
  expect(await take({ thousands: ',' }, '1', '1,23', '12,34.50', ',123', '1,2345')).toEqual([4, 100])
  expect(await take({ decimal: ',', thousands: '.' }, '1.234,50', '0,005')).toEqual([0, 123_451])
  expect(await take({ decimal: ',' }, '1234,50', '1.234,50', '1.50')).toEqual([2, 123_450])
  expect(await take({ decimal: ',', thousands: ' ' }, '1 234,50', '1\u00A0234,50', '1\u202F234,50')).toEqual([
    0, 370_350,
  ])
  expect(await take({ thousands: "'" }, "1'234.50")).toEqual([0, 123_450])
})

test('a store that exists on other terms is a conflict that says which', async () => {
  const { import: take, mapping } = shop()
  await take(lines(GOOD))
  const { store } = mapping
  const say = (other: OrderLinesMapping) => take(lines(GOOD), undefined, { mapping: other })
  expect(await failureOf(say({ ...mapping, store: { ...store, currency: 'EUR' } }))).toContain(
    'its currency is GBP, not EUR',
  )
  expect(await failureOf(say({ ...mapping, store: { ...store, time_zone: 'Europe/Paris' } }))).toContain(
    'its time zone is Europe/London, not Europe/Paris',
  )
  expect(await failureOf(say({ ...mapping, cost_percent_of_list: 45.5 }))).toContain(
    'its default cost is 40, not 45.5 %',
  )
  expect(counts(await say(mapping))).toMatchObject({ unchanged: 1, entries: 0 })
})

test('a currency that does not exist', async () => {
  expect(await refusalOf(lines(GOOD), undefined, aMapping({ store: { currency: 'QQQ' } }))).toBe(
    `The mapping's store.currency "QQQ" is not a currency of ISO 4217.`,
  )
})

test('a mapping with wrong keys and values names each of them', async () => {
  const { store, columns, ...rest } = mappingJson()
  const wrong = {
    ...rest,
    colour: 'red',
    decimal: ',',
    thousands: ',',
    cost_percent_of_list: 33.33333,
    store: { ...store, currency: 'gbp', time_zone: '+01:00' },
    columns: { ...columns, price: 'price' },
    accounts: [
      { skus: ['POST'], account: 'postage' },
      { prefix: 'x', account: 'tips' },
    ],
  }
  const said = (path: string) => readMapping(path).catch((error: Error) => error.message.replaceAll(folder.dir, '…'))
  const text = await said(folder.write(JSON.stringify(wrong), 'wrong.json'))
  expect(text).toStartWith('The mapping file …/wrong.json is not right:\n')
  for (const part of [
    '  colour is not a known key',
    '  columns.price is not a known key',
    '  store.currency: must be an ISO 4217 code such as GBP',
    '  store.time_zone: must be an IANA time zone such as Europe/London',
    '  cost_percent_of_list: must not have more than four decimals',
    '  accounts.0: must be {"skus": […], "account": …} or {"sku_prefix": …, "account": …} with an account of shipping_income,',
    '  accounts.1: must be {"skus": […]',
  ])
    expect(text).toContain(part)
  expect(await said(folder.write(JSON.stringify(mappingJson({ thousands: '.' })), 'signs.json'))).toBe(
    'The mapping file …/signs.json is not right:\n  thousands: must differ from the decimal sign',
  )
  const twice = mappingJson({
    accounts: [
      { skus: ['A'], account: 'tips' },
      { skus: ['A'], account: 'taxes' },
    ],
  })
  expect(await said(folder.write(JSON.stringify(twice), 'twice.json'))).toBe(
    'The mapping file …/twice.json is not right:\n  accounts: names a SKU more than once',
  )
  expect(await said(folder.write('{', 'broken.json'))).toStartWith('The mapping file …/broken.json is not valid JSON: ')
  expect(await said(folder.write('[]', 'list.json'))).toStartWith(
    'The mapping file …/list.json is not right:\n  format: ',
  )
  expect(await said(join(folder.dir, 'none.json'))).toBe('The mapping file …/none.json cannot be read (ENOENT).')
  const good = await readMapping(folder.write(`\uFEFF${JSON.stringify(mappingJson())}`, 'good.json'))
  expect(good).toMatchObject({ delimiter: ',', decimal: '.', restock_returns: true })
})
