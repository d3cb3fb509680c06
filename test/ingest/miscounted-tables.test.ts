import { expect, test } from 'bun:test'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { importsOf, ORDER_LINES } from '../support/imports.ts'

const ORDERS = 300
const TABLES = ['ledger_entries', 'order_lines', 'orders']
const MAPPING = JSON.stringify(ORDER_LINES)

test('an import after a preview is planned for as many rows as there are, also when autovacuum counted after the preview', async () => {
  const database = await testDatabase()
  const { sql } = database
  const api = await testApi(database)
  const { token } = await api.someone('owner')
  const { preview, apply } = importsOf(api, token)
  const { slug } = await aStore(sql)
  const lines = Array.from({ length: ORDERS }, (_, at) => `${at},MUG,A mug,1,2026-04-02 09:00,12.50`)
  const file = `nr,sku,title,qty,at,price\n${lines.join('\n')}\n`

  const counted = async () => {
    const tables = await sql<{ relname: string; reltuples: number }[]>`
      select relname, reltuples from pg_class where oid = any(${TABLES}::regclass[]) order by relname`
    return Object.fromEntries(tables.map(({ relname, reltuples }) => [relname, reltuples]))
  }
  // Autovacuum itself, should it come just now, takes the pages as well.
  for (const table of TABLES) await sql`alter table ${sql(table)} set (autovacuum_enabled = false)`
  const shown = await preview('orders', file, `store=${slug}&mapping=${encodeURIComponent(MAPPING)}&file_name=a.csv`)
  // As autovacuum does within a minute: the rows of the preview are on the pages, and none of them counts.
  for (const table of TABLES) await sql`analyze ${sql(table)}`
  expect(await counted()).toEqual({ ledger_entries: 0, order_lines: 0, orders: 0 })

  expect(await apply(shown.id)).toMatchObject({ status: 'applied', added: ORDERS })
  // Each order books itself and its sale.
  expect(await counted()).toEqual({ ledger_entries: 2 * ORDERS, order_lines: ORDERS, orders: ORDERS })
})
