import { expect, test } from 'bun:test'
import * as v from 'valibot'
import { jsonPage, jsonRows, query } from '../../sql/query.ts'
import { rowsAsJson } from '../../sql/rows-as-json.ts'
import { testDatabase } from '../support/database.ts'

const { sql } = await testDatabase()

/** Every ASCII character but NUL, then what UTF-8 writes in two, three and four bytes. */
const CHARACTERS = `${Array.from({ length: 127 }, (_, code) => String.fromCharCode(code + 1)).join('')}é€😀\u2028`
const NUMBERS = ['0', '-0.00', '1.10', '-12345678901234567890.123456789', '1e-7', 'NaN', 'Infinity', '-Infinity']
const DATES = ['2026-04-13', '0099-01-02', 'infinity', '12026-01-01']

const values = query(
  v.object({ id: v.number() }),
  {},
  (tx) => tx`
    select n::bigint as id, n::int2 as small, n % 2 = 0 as even, case when n > 1 then ${CHARACTERS}::text end as words, left(${CHARACTERS}, n)::varchar as some,
           (${NUMBERS}::text[])[n]::numeric as amount, (${NUMBERS}::text[])[n]::float8 as ratio, (${NUMBERS}::text[])[n]::float4 as rough,
           (${DATES}::text[])[n]::date as day, json_build_object('a"', ${CHARACTERS}::text, 'n', null) as plain, '{"b": [1, 2.50, null]}'::jsonb as packed,
           '6a2f41a3-c54c-fce8-32d2-0324e1c32e22'::uuid as key, null::text as "none of \\ ""it""", '' as empty
    from generate_series(1, 8) n
    order by n`,
)
const listed = query(
  v.object({ id: v.number() }),
  { limit: 2 },
  (tx, { limit }: { limit: number }) =>
    tx`select n * 7 as id, repeat('x', n) as words from generate_series(1, 5) n order by n limit ${limit}`,
)
const times = query(
  v.object({ id: v.number() }),
  { limit: 2 },
  (tx, { limit }: { limit: number }) =>
    tx`select n as id, array[n, null] as pair, timestamptz '2026-04-13 10:00+02' as at from generate_series(1, 5) n order by n limit ${limit}`,
)

test('a row of every type and character is the bytes that Postgres writes for it', async () => {
  const rows = await sql<{ row: string }[]>`select row_to_json(given)::text as row from (${values.text(sql, {})}) given`
  const ours = await rowsAsJson(values.text(sql, {}))
  expect(ours?.first(8)).toBe(`[${rows.map(({ row }) => row).join(',')}]`)
  const parsed = JSON.parse(ours?.first(3) ?? '') as { words: string; id: number }[]
  expect(parsed.map(({ id }) => id)).toEqual([1, 2, 3])
  expect(parsed[1]?.words).toBe(CHARACTERS)
})

test('rows that are more than the memory that is used again come whole, and the next ones too', async () => {
  const many = sql`select n, repeat(${'é"'}, 500) as words from generate_series(1, 3000) n`
  const expected = Array.from({ length: 3000 }, (_, at) => ({ n: at + 1, words: 'é"'.repeat(500) }))
  expect(JSON.parse((await rowsAsJson(many))?.first(3000) ?? '')).toEqual(expected)
  expect((await rowsAsJson(sql`select 1 as n, 'a' as b where false`))?.first(0)).toBe('[]')
  expect((await rowsAsJson(sql`select 1 as n, 'a' as b`))?.first(1)).toBe('[{"n":1,"b":"a"}]')
})

test('a page ends with the id to go on from, unless nothing follows', async () => {
  const page = async (limit: number) => {
    const { json, last_id } = await jsonPage(sql, listed, { limit })
    return [(JSON.parse(json) as { id: number }[]).map(({ id }) => id), last_id]
  }
  expect(await page(2)).toEqual([[7, 14], 14])
  expect(await page(4)).toEqual([[7, 14, 21, 28], 28])
  expect(await page(5)).toEqual([[7, 14, 21, 28, 35], null])
  expect(await page(9)).toEqual([[7, 14, 21, 28, 35], null])
})

test('what only Postgres can write, such as arrays and times, it writes', async () => {
  expect(await rowsAsJson(times.text(sql, { limit: 1 }))).toBeUndefined()
  const first = { id: 1, pair: [1, null], at: '2026-04-13T08:00:00+00:00' }
  for (const _ of [1, 2]) {
    expect(JSON.parse(await jsonRows(sql, times, { limit: 1 }))).toEqual([first])
    const { json, last_id } = await jsonPage(sql, times, { limit: 1 })
    expect([JSON.parse(json), last_id]).toEqual([[first], 1])
  }
})

test('a statement that fails says why', async () => {
  expect(rowsAsJson(sql`select 1 / (n - 3) as n from generate_series(1, 5) n`)).rejects.toThrow('division by zero')
  expect((await rowsAsJson(sql`select 2 as n`))?.first(1)).toBe('[{"n":2}]')
})
