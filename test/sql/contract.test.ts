import { expect, test } from 'bun:test'
import type { Described } from '../../sql/query.ts'
import { testDatabase } from '../support/database.ts'

const { sql } = await testDatabase()
const root = new URL('../../sql/', import.meta.url).pathname

/** What our driver makes of a column type. */
const KIND: Record<number, string> = {
  16: 'boolean', 20: 'number', 21: 'number', 23: 'number', 25: 'string', 114: 'json', 1015: 'array', 1009: 'array', 1016: 'array', 1043: 'string',
  1082: 'string', 1184: 'date', 1700: 'string', 2950: 'string', 3802: 'json',
} // prettier-ignore

type Schema = { type: string; wrapped?: Schema; pipe?: Schema[] }
function kindOf(schema: Schema): { kind: string; nullable: boolean } {
  if (schema.type === 'nullable' && schema.wrapped) return { kind: kindOf(schema.wrapped).kind, nullable: true }
  const kind = schema.type === 'picklist' ? 'string' : schema.type
  return { kind, nullable: false }
}

const fits = (declared: string, actual: string | undefined) =>
  actual === 'json'
    ? ['object', 'strict_object', 'variant', 'record', 'unknown', 'array'].includes(declared)
    : declared === actual

type Column = { name: string; type: number; table: number; number: number }

for await (const file of new Bun.Glob('**/*.ts').scan({ cwd: root })) {
  const module = (await import(root + file)) as Record<string, unknown>
  for (const [name, exported] of Object.entries(module)) {
    if (typeof exported !== 'function' || !('text' in exported)) continue
    const query = exported as unknown as Described
    test(`${file} ${name}: the row schema is what Postgres answers`, async () => {
      const { columns } = (await query.text(sql, query.sample).describe()) as unknown as { columns: Column[] }
      const tables = [...new Set(columns.map((column) => column.table).filter((table) => table > 0))]
      const notNull = new Set(
        (
          await sql<{ key: string }[]>`
            select attrelid::int8 || '.' || attnum as key from pg_attribute where attnotnull and attrelid::int8 = any(${tables}::int8[])`
        ).map((row) => row.key),
      )
      const declared = Object.entries(query.row.entries)
      if (declared.length === 0) return
      expect(declared.map(([column]) => column)).toEqual(columns.map((column) => column.name))
      for (const column of columns) {
        const { kind, nullable } = kindOf(query.row.entries[column.name] as unknown as Schema)
        const actual = KIND[column.type] ?? `oid ${column.type}`
        expect(fits(kind, actual) ? 'fits' : `${column.name} is ${actual}, declared ${kind}`).toBe('fits')
        if (column.table > 0 && !nullable)
          expect(notNull.has(`${column.table}.${column.number}`) ? '' : `${column.name} may be null`).toBe('')
      }
    })
  }
}

test('SQL is written in sql/ only', async () => {
  const offenders: string[] = []
  for await (const file of new Bun.Glob('**/*.ts').scan({ cwd: `${root}../src` })) {
    const text = await Bun.file(`${root}../src/${file}`).text()
    if (/\bsql`|\btx`|\.unsafe\(/.test(text)) offenders.push(`src/${file}`)
  }
  expect(offenders).toEqual([])
})
