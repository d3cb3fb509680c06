import { afterAll } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Pool } from '../../sql/connect.ts'
import { OrderLinesMapping } from '../../src/ingest/csv/mapping.ts'
import { importOrders, type ImportResult } from '../../src/ingest/import-orders.ts'

let made = 0

/** A folder that goes when the test file is done, and `write`, which puts a file into it and answers its path. */
export function aFolder() {
  const dir = mkdtempSync(join(tmpdir(), 'dealdome-ingest-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  return {
    dir,
    write(content: string | Uint8Array, name = `file-${++made}.csv`): string {
      const path = join(dir, name)
      writeFileSync(path, content)
      return path
    },
  }
}

type Given = v.InferInput<typeof OrderLinesMapping>
type Changes = Partial<Omit<Given, 'store' | 'columns'>> & {
  store?: Partial<Given['store']>
  columns?: Partial<Given['columns']>
}

/** What a mapping file says: short columns, a store of its own in pounds; postage and gift cards are not goods. */
export function mappingJson({ store, columns, ...changes }: Changes = {}): Given {
  return {
    format: 'order-lines',
    columns: { order: 'order', sku: 'sku', title: 'title', quantity: 'qty', at: 'at', unit_price: 'price', ...columns },
    credit_note_prefixes: ['C'],
    accounts: [
      { skus: ['POST'], account: 'shipping_income' },
      { sku_prefix: 'gift_', account: 'gift_cards' },
    ],
    cost_percent_of_list: 40,
    ...changes,
    store: { slug: `shop-${++made}`, name: 'Shop', currency: 'GBP', time_zone: 'Europe/London', ...store },
  }
}

export const aMapping = (changes?: Changes): OrderLinesMapping => v.parse(OrderLinesMapping, mappingJson(changes))

const HEADER = 'order,sku,title,qty,at,price'

/** A file of lines such as `1,mug,A mug,2,2026-04-08 12:00,4.95`, under the columns of `mappingJson`. */
export const lines = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`

/** A shop whose file changes over time: each import takes what the file says now. */
export function aShop(sql: Pool, folder: ReturnType<typeof aFolder>, changes?: Changes) {
  const mapping = aMapping(changes)
  return {
    mapping,
    import: (
      content: string | Uint8Array,
      name?: string,
      how: { strict?: boolean; mapping?: OrderLinesMapping } = {},
    ) =>
      importOrders(sql, {
        file: folder.write(content, name),
        mapping: how.mapping ?? mapping,
        strict: how.strict ?? false,
      }),
    entries: () => entriesOf(sql, mapping.store.slug),
    totals: () => totalsOf(sql, mapping.store.slug),
  }
}

type Entry = {
  account: string
  order: string
  sku: string | null
  quantity: number
  amount_minor: number
  reason: string
}

/** The entries of a store in the order in which they were booked. */
export const entriesOf = (sql: Pool, slug: string) => sql<Entry[]>`
  select e.account, o.external_id as order, v.sku, e.quantity, e.amount_minor, e.reason
  from ledger_entries e
  join stores s on s.id = e.store_id
  join orders o on o.id = e.order_id
  left join variants v on v.store_id = s.id and v.product_id = e.product_id
  where s.slug = ${slug}
  order by e.id`

/** What the days of a store add up to, without what is 0. */
export async function totalsOf(sql: Pool, slug: string): Promise<Record<string, number>> {
  const [row = {}] = await sql<Record<string, number | null>[]>`
    select sum(orders)::int as orders, sum(units_sold)::int as units_sold, sum(units_returned)::int as units_returned,
           sum(gross_sales_minor)::bigint as gross_sales, sum(discounts_minor)::bigint as discounts,
           sum(returns_minor)::bigint as returns, sum(shipping_income_minor)::bigint as shipping_income,
           sum(gift_cards_minor)::bigint as gift_cards, sum(transaction_fees_minor)::bigint as transaction_fees,
           sum(cogs_minor)::bigint as cogs, sum(written_off_goods_minor)::bigint as written_off_goods,
           sum(revenue_minor)::bigint as revenue
    from daily_financials d
    join stores s on s.id = d.store_id
    where s.slug = ${slug}`
  return Object.fromEntries(Object.entries(row).flatMap(([key, value]) => (value ? [[key, value]] : [])))
}

/** The sentence of a failure, `done` when there was none. */
export const failureOf = (work: PromiseLike<unknown>): Promise<string> =>
  Promise.resolve(work).then(
    () => 'done',
    (error: Error) => error.message,
  )

/** How many rows each table has, but for `imports`, which notes every run, and those that note that something may have changed. */
export async function rowCounts(sql: Pool): Promise<Record<string, number>> {
  const rows = await sql<{ table: string; rows: number }[]>`
    select table_name as table,
           (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I', table_name), false, true, '')))[1]::text::int as rows
    from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('imports', 'data_changes', 'unsettled_days', 'unsettled_product_days')
    order by table_name`
  return Object.fromEntries(rows.map(({ table, rows }) => [table, rows]))
}

export const counts = ({ orders_created, orders_changed, orders_unchanged, entries }: ImportResult) => ({
  created: orders_created,
  changed: orders_changed,
  unchanged: orders_unchanged,
  entries,
})
