import { expect, test } from 'bun:test'
import { unzipSync } from 'fflate'
import * as v from 'valibot'
import { seeing } from '../../sql/connect.ts'
import { query } from '../../sql/query.ts'
import { Amount, Count, Ratio } from '../../sql/units.ts'
import { type ExportFormat, exportList } from '../../src/export/export.ts'
import { testDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

const { sql } = await testDatabase()

type Args = { limit: number; offset: number; after: number | null; texts: string[]; rows: number }
const rowsOf = query(
  v.object({ id: Count, name: v.string(), amount: Amount, roas: Ratio, tags: v.array(v.string()) }),
  { limit: 1, offset: 0, after: null, texts: ['a'], rows: 1 },
  (db, { limit, texts, rows }: Args) => db`
    select n::bigint as id, (${texts}::text[])[1 + (n - 1) % ${texts.length}] as name, (n * -1.10)::numeric(12, 2) as amount,
           case when n % 2 = 0 then 2.50 end as roas, array['x', 'y'] as tags
    from generate_series(1, ${rows}) n
    limit ${limit}`,
)

const download = (format: ExportFormat, texts: string[], rows = texts.length) =>
  exportList((work) => seeing(sql, 'all', work), rowsOf, {
    args: { limit: 1, offset: 0, after: null, texts, rows },
    format,
    name: 'test',
  })

test('a CSV has a header, exact decimals, and quotes what needs it', async () => {
  const response = download('csv', ['plain', 'with "quotes", and\na line'])
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="test.csv"')
  expect(await response.text()).toBe(
    'id,name,amount,roas,tags\r\n1,plain,-1.10,,"[""x"",""y""]"\r\n2,"with ""quotes"", and\na line",-2.20,2.50,"[""x"",""y""]"\r\n',
  )
})

test('text that a spreadsheet would run as a formula is neutralised, numbers keep their minus', async () => {
  const signs = ['=1+1', '+1', '-1', '@x', '\tx', '\rx']
  const text = await download('csv', signs).text()
  for (const sign of signs) expect(text).toContain(`'${sign}`)
  expect(text).toContain(',-1.10,')
})

/** The cells of the sheet, row by row. */
async function cellsOf(response: Response) {
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()))
  expect(Object.keys(files)).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/workbook.xml',
    'xl/_rels/workbook.xml.rels',
    'xl/worksheets/sheet1.xml',
    'xl/styles.xml',
  ])
  const sheet = new TextDecoder().decode(files['xl/worksheets/sheet1.xml'])
  return [...sheet.matchAll(/<row>(.*?)<\/row>/gs)].map(([, row = '']) =>
    [
      ...row.matchAll(
        /<c\/>|<c><v>(.*?)<\/v><\/c>|<c t="inlineStr"><is><t xml:space="preserve">(.*?)<\/t><\/is><\/c>/gs,
      ),
    ].map(([, number, text]) => (number === undefined ? (text ?? null) : Number(number))),
  )
}

test('an XLSX holds numbers as numbers and text as escaped text', async () => {
  const rows = await cellsOf(download('xlsx', ['<a & b>', '=cmd()', 'bell\u0007']))
  expect(rows).toEqual([
    ['id', 'name', 'amount', 'roas', 'tags'],
    [1, '&lt;a &amp; b&gt;', -1.1, null, '["x","y"]'],
    [2, "'=cmd()", -2.2, 2.5, '["x","y"]'],
    [3, 'bell', -3.3, null, '["x","y"]'],
  ])
})

const pricesOf = query(
  v.object({ id: Count, currency: v.string(), price: Amount, roas: Ratio }),
  { limit: 1, offset: 0, after: null },
  (db) => db`
    select place as id, currency, price, 1.5 as roas
    from (values (1::bigint, 'EUR', 12.50), (2, 'JPY', 1600), (3, 'KWD', 1.234), (4, 'EUR', -0.05)) price (place, currency, price)`,
)

test('amounts in an XLSX have the format of their currency, other numbers none', async () => {
  const response = exportList((work) => seeing(sql, 'all', work), pricesOf, {
    args: { limit: 1, offset: 0, after: null },
    format: 'xlsx',
    name: 'prices',
  })
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()))
  const [sheet, styles] = ['xl/worksheets/sheet1.xml', 'xl/styles.xml'].map((name) =>
    new TextDecoder().decode(files[name]),
  )
  expect([...sheet!.matchAll(/<c s="(\d)"><v>(.*?)<\/v>/g)].map(([, style, value]) => [style, value])).toEqual([
    ['1', '12.50'],
    ['2', '1600'],
    ['3', '1.234'],
    ['1', '-0.05'],
  ])
  expect(sheet).toContain('<c><v>1.5</v></c>')
  expect([...styles!.matchAll(/formatCode="(.*?)"/g)].map(([, code]) => code)).toEqual([
    '#,##0.00\\ [$EUR]',
    '#,##0\\ [$JPY]',
    '#,##0.000\\ [$KWD]',
  ])
})

test('100,000 rows are streamed whole', async () => {
  const rows = await cellsOf(download('xlsx', ['row'], 100_000))
  expect(rows.length).toBe(100_001)
  expect(rows.at(-1)?.[0]).toBe(100_000)
})

test('a failing query breaks the download off instead of ending it early', async () => {
  const response = download('csv', ['a'], Number.NaN)
  expect(await response.text().then(() => 'whole', () => 'broken off')).toBe('broken off') // prettier-ignore
})

test('a connection that is cut in the middle breaks the download off, and the next one is whole', async () => {
  const busy = () => sql<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`
  await until('the downloads before it have let go', async () => (await busy()).length === 0)
  const reader = download('csv', ['row'], 100_000).body!.getReader()
  await reader.read()
  const [downloading, ...others] = await busy()
  expect(others).toEqual([])
  await sql`select pg_terminate_backend(${downloading!.pid})`
  const rest = async () => {
    while (!(await reader.read()).done);
  }
  expect(await rest().then(() => 'whole', () => 'broken off')).toBe('broken off') // prettier-ignore
  expect((await download('csv', ['row'], 3).text()).split('\r\n').length).toBe(5)
})
