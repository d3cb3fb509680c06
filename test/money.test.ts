import { expect, test } from 'bun:test'
import { amountText, minorDigits } from '../src/money.ts'
import { testDatabase } from './support/database.ts'

const { sql } = await testDatabase()

test('the decimals of every currency are those of the database', async () => {
  const rows = await sql<{ code: string; minor_digits: number }[]>`select code, minor_digits from currencies`
  expect(rows.length).toBeGreaterThan(150)
  expect(rows.filter((row) => minorDigits(row.code) !== row.minor_digits).map((row) => row.code)).toEqual([])
})

test('minor units become exact decimals with the decimals of the currency', async () => {
  const [row] = await sql`
    select major(1582040, 2) as euro, major(-5, 2) as cents, major(1500, 0) as yen, major(-1500, 3) as dinar, major(0, 2) as nothing,
           major(9223372036854775807, 2) as much`
  expect(row).toEqual({
    euro: '15820.40',
    cents: '-0.05',
    yen: '1500',
    dinar: '-1.500',
    nothing: '0.00',
    much: '92233720368547758.07',
  })
})

test('amounts are written with the decimals of their currency and thousands apart', () => {
  expect(amountText('15820.4', 'EUR')).toBe('15,820.40')
  expect(amountText('-421.15', 'USD')).toBe('−421.15')
  expect(amountText('1500', 'JPY')).toBe('1,500')
  expect(amountText('1.5', 'KWD')).toBe('1.500')
  expect(amountText('0', 'EUR')).toBe('0.00')
})

test('amounts beyond what a float can hold are written exactly', () => {
  expect(amountText('92233720368547758.07', 'EUR')).toBe('92,233,720,368,547,758.07')
})
