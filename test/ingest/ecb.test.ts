import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { importEcbRates } from '../../src/ingest/fx/ecb.ts'
import { testDatabase } from '../support/database.ts'
import { aFolder, failureOf } from './order-file.ts'

const FILE = join(import.meta.dir, '../../../shared/data/fx/eurofxref-hist.zip')
const missing = !existsSync(FILE)
const skipped = missing ? ' (skipped: ../shared/data is not there)' : ''
const { sql } = await testDatabase()
const folder = aFolder()

const rate = async (currency: string, day: string) => {
  const [row] = await sql<{ rate: string }[]>`
    select units_per_euro::text as rate from fx_rates where currency = ${currency} and day = ${day}`
  return row?.rate
}
const refusal = (content: string | Uint8Array, name?: string) =>
  importEcbRates(sql, folder.write(content, name)).then(
    () => 'taken',
    (error: Error) => `${error.name}: ${error.message.replaceAll(folder.dir, '…')}`,
  )
const inZip = (csv: string) => zipSync({ 'eurofxref-hist.csv': Buffer.from(csv) })

test.skipIf(missing)(`the whole history is loaded, and loading it again adds nothing${skipped}`, async () => {
  const first = await importEcbRates(sql, FILE)
  expect(first).toMatchObject({ from: '1999-01-04', to: '2026-04-13', unknown_currencies: [], added: first.rates })
  const rows = await sql`
    select count(*)::int as rates, count(distinct currency)::int as currencies, min(day) as from, max(day) as to from fx_rates`
  expect(rows[0]).toEqual({ rates: first.rates, currencies: 41, from: '1999-01-04', to: '2026-04-13' })
  expect(await rate('GBP', '2010-12-01')).toBe('0.8393')
  expect(await rate('GBP', '2010-12-04')).toBeUndefined() // a Saturday
  expect(await importEcbRates(sql, FILE)).toEqual({ ...first, added: 0 })
})

test('a rate that is known stays, N/A and blanks are gaps, and new days are added', async () => {
  await importEcbRates(sql, folder.write('Date,USD,JPY,\n2031-01-02,1.10,N/A,\n2031-01-03,1.20,,\n'))
  const loaded = await importEcbRates(
    sql,
    folder.write(inZip('\uFEFFDate,USD,JPY,\r\n2031-01-06,1.30,160,\r\n2031-01-03,9.99,159.5,\r\n')),
  )
  expect(loaded).toEqual({
    rates: 4,
    added: 3,
    from: '2031-01-03',
    to: '2031-01-06',
    unknown_currencies: [],
    restated: 0,
  })
  expect(await Promise.all(['2031-01-02', '2031-01-03', '2031-01-06'].map((day) => rate('USD', day)))).toEqual([
    '1.10',
    '1.20',
    '1.30',
  ])
  expect(await Promise.all(['2031-01-02', '2031-01-03', '2031-01-06'].map((day) => rate('JPY', day)))).toEqual([
    undefined,
    '159.5',
    '160',
  ])
})

test('a currency that is not known here is left out and named', async () => {
  const loaded = await importEcbRates(sql, folder.write('Date,USD,QQQ\n2032-01-05,1.1,2\n'))
  expect(loaded).toEqual({
    rates: 1,
    added: 1,
    from: '2032-01-05',
    to: '2032-01-05',
    unknown_currencies: ['QQQ'],
    restated: 0,
  })
})

test('a zip that is damaged is refused, also where it unpacks to other digits', async () => {
  const rows = Array.from({ length: 28 }, (_, day) => `2033-02-${String(day + 1).padStart(2, '0')},1.1,2`)
  const csv = `Date,USD,GBP\n${rows.join('\n')}\n`
  const zip = inZip(csv)
  expect(await refusal(zip.subarray(0, zip.length - 40), 'cut.zip')).toBe(
    'AppError: …/cut.zip is a damaged zip file. Load it again.',
  )
  const stored = Buffer.from(zipSync({ 'eurofxref-hist.csv': Buffer.from(csv) }, { level: 0 }))
  stored[stored.indexOf('1.1')] = 0x39
  expect(await refusal(stored, 'flipped.zip')).toBe('AppError: …/flipped.zip is a damaged zip file. Load it again.')
  for (let at = 50; at < zip.length - 120; at += 7) {
    const broken = Buffer.from(zip)
    broken[at]! ^= 0x10
    expect(await refusal(broken, 'broken.zip')).toBe('AppError: …/broken.zip is a damaged zip file. Load it again.')
  }
  expect(await refusal(zipSync({ 'readme.txt': Buffer.from('nothing') }), 'other.zip')).toBe(
    'AppError: …/other.zip holds no file that ends in .csv.',
  )
  expect(await rate('USD', '2033-02-01')).toBeUndefined()
})

test('what is not the rate history is refused, and nothing of it stays', async () => {
  const notIt = (name: string) =>
    `AppError: …/${name} is not the ECB's rate history: its first line should begin with "Date,USD,".`
  expect(await refusal('order,sku\n1,mug\n', 'orders.csv')).toBe(notIt('orders.csv'))
  expect(await refusal('', 'empty.csv')).toBe(notIt('empty.csv'))
  expect(await refusal('Date,USD,JPY\n', 'header.csv')).toBe(notIt('header.csv'))
  expect(await refusal('Date,USD\n2034-01-05,"1.1\n', 'quote.csv')).toBe(notIt('quote.csv'))
  expect(await refusal(Buffer.from([0x1f, 0x8b, 8, 0, 0xff]), 'rates.csv.gz')).toBe(notIt('rates.csv.gz'))
  const good = 'Date,USD,GBP\n2034-01-05,1.1,0.8\n'
  expect(await refusal(`${good}2034-02-30,1.1,0.8\n`, 'a.csv')).toBe(
    'AppError: Line 3 of …/a.csv does not begin with a day such as 2026-04-13.',
  )
  expect(await refusal(`${good}06/01/2034,1.1,0.8\n`, 'a.csv')).toStartWith(
    'AppError: Line 3 of …/a.csv does not begin',
  )
  for (const wrong of ['0', '-1', '1,1', 'abc', '1e5', '']) {
    const said = await refusal(`${good}2034-01-06,1.1,"${wrong}"\n`, 'b.csv')
    expect(said).toBe(wrong === '' ? 'taken' : `AppError: Line 3 of …/b.csv: "${wrong}" is not a rate of GBP.`)
    if (wrong !== '') expect(await rate('USD', '2034-01-05')).toBeUndefined()
  }
  expect(await failureOf(importEcbRates(sql, join(folder.dir, 'none.zip')))).toContain('cannot be read (ENOENT)')
  expect(await failureOf(importEcbRates(sql, folder.dir))).toContain('cannot be read (EISDIR)')
})

test.skipIf(missing)(
  `the published zip with any byte broken is never taken for another history${skipped}`,
  async () => {
    const zip = readFileSync(FILE)
    for (const at of [50, 1_000, Math.floor(zip.length / 2), zip.length - 200]) {
      const broken = Buffer.from(zip)
      broken[at]! ^= 1
      expect(await refusal(broken, 'history.zip')).toMatch(/damaged zip file/)
    }
  },
)
