import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, query, type Statement } from './query.ts'
import { BusinessDay, Count, Id, Minor } from './units.ts'

const FIGURES = {
  gross_sales: Minor,
  discounts: Minor,
  returns: Minor,
  net_sales: Minor,
  shipping: Minor,
  tax: Minor,
  orders: Count,
}

type Days = { store_id: number; from: string; to: string }
const DAYS: Days = { store_id: 1, from: '2026-04-01', to: '2026-04-13' }

/** What our reports say of the days of a store that have something booked, both ends included, in minor units; what was posted by hand does not count. */
export const bookedDays = query(
  v.object({ day: BusinessDay, ...FIGURES }),
  DAYS,
  (sql, { store_id, from, to }: Days) => sql`
    select day, gross_sales_minor as gross_sales, discounts_minor as discounts, returns_minor as returns,
           gross_sales_minor - discounts_minor - returns_minor as net_sales, shipping_income_minor as shipping, taxes_minor as tax, orders
    from daily_financials
    where store_id = ${store_id} and day between ${from} and ${to}`,
)

const sumOf = (sql: Sql, account: string): Statement =>
  sql`coalesce(sum(e.amount_minor) filter (where e.account = ${account}), 0)::bigint`

/** What the orders of a store have in the ledger on a day, in minor units. `number` is the order's in the shop; null: it came from a file. */
export const bookedOrders = query(
  v.object({ order_id: Id, number: v.nullable(v.string()), name: v.string(), ...FIGURES }),
  { store_id: 1, day: '2026-04-13' },
  (sql, { store_id, day }: { store_id: number; day: string }) => sql`
    select o.id as order_id, o.source_id as number, o.external_id as name, ${sumOf(sql, 'gross_sales')} as gross_sales,
           ${sumOf(sql, 'discounts')} as discounts, ${sumOf(sql, 'returns')} as returns,
           ${sumOf(sql, 'gross_sales')} - ${sumOf(sql, 'discounts')} - ${sumOf(sql, 'returns')} as net_sales,
           ${sumOf(sql, 'shipping_income')} as shipping, ${sumOf(sql, 'taxes')} as tax,
           coalesce(sum(e.quantity) filter (where e.account = 'orders'), 0)::int as orders
    from ledger_entries e
    join orders o on o.id = e.order_id
    where e.store_id = ${store_id} and e.business_day = ${day}
    group by o.id, o.source_id, o.external_id`,
)

const RefundRow = v.object({
  key: v.string(),
  day: BusinessDay,
  shipping: Minor,
  taxes: Minor,
  lines: v.array(v.object({ line: v.string(), quantity: Count, amount: Minor })),
})

/** What our books say of an order of a shop, as it was read last: the rows that its entries come from. */
export const BookedRows = v.object({
  order_id: Id,
  number: v.string(),
  status: v.picklist(['placed', 'voided', 'test']),
  day: BusinessDay,
  currency: v.string(),
  shipping: Minor,
  taxes: Minor,
  updated_at: v.nullable(v.date()),
  lines: v.array(
    v.object({ key: v.string(), sku: v.string(), day: BusinessDay, quantity: Count, amount: Minor, discount: Minor }),
  ),
  refunds: v.array(RefundRow),
  amounts: v.array(v.object({ key: v.string(), account: v.string(), day: BusinessDay, amount: Minor })),
})
export type BookedRows = v.InferOutput<typeof BookedRows>

type Numbers = { store_id: number; numbers: string[] }
const NUMBERS: Numbers = { store_id: 1, numbers: ['1'] }

export const bookedRows = query(
  BookedRows,
  NUMBERS,
  (sql, { store_id, numbers }: Numbers) => sql`
    select o.id as order_id, o.source_id || '' as number, o.status, o.business_day as day, o.currency, o.shipping_income_minor as shipping,
           o.taxes_minor as taxes, o.source_updated_at as updated_at,
           (select coalesce(json_agg(json_build_object(
                     'key', coalesce(l.source_id, l.line_no::text), 'sku', coalesce(l.sku, ''), 'day', coalesce(l.sold_on, o.business_day),
                     'quantity', l.quantity, 'amount', l.amount_minor, 'discount', l.discount_minor) order by l.line_no), '[]')
            from order_lines l where l.order_id = o.id) as lines,
           (select coalesce(json_agg(json_build_object(
                     'key', r.external_id, 'day', r.business_day, 'shipping', r.shipping_refund_minor, 'taxes', r.taxes_minor,
                     'lines', (select coalesce(json_agg(json_build_object(
                                        'line', coalesce(l.source_id, l.line_no::text), 'quantity', g.quantity, 'amount', g.amount_minor)
                                        order by l.line_no), '[]')
                               from refund_lines g join order_lines l on l.id = g.order_line_id where g.refund_id = r.id)) order by r.id), '[]')
            from refunds r where r.order_id = o.id) as refunds,
           (select coalesce(json_agg(json_build_object(
                     'key', a.key, 'account', a.account, 'day', a.business_day, 'amount', a.amount_minor) order by a.key, a.account), '[]')
            from order_amounts a where a.order_id = o.id and a.account <> 'transaction_fees') as amounts
    from orders o
    where o.store_id = ${store_id} and o.source_id = any(${numbers}::text[])`,
)

/** Lets orders be booked as the shop says when they are read next, also where it says the same as before. */
export const forgetWhatWasSaid = command(
  NUMBERS,
  (sql, { store_id, numbers }: Numbers) => sql`
    update orders set content_hash = 'read again', source_updated_at = null
    where store_id = ${store_id} and source_id = any(${numbers}::text[])`,
)

/** Until when all that changed in the shop is in the books; nothing before the first time. */
export const ordersCoveredUntil = find(
  v.object({ covered_until: v.date() }),
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`
    -- Postgres takes the column for one that may be null; an expression says nothing.
    select greatest(covered_until, '-infinity') as covered_until
    from sync_state
    where connector = 'shopify' and store_id = ${store_id} and resource = 'orders' and covered_until is not null`,
)
