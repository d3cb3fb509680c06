import type * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, type Statement } from './query.ts'
import type { Cause, Measure, ReconciliationSource } from './reconciliation.ts'

/** The measures of a day, or of an order on a day, in minor units of the store's currency; `orders` is a count. */
export type Figures = Record<Measure, number>

/**
 * A day that was compared; `by_rule` is what our definitions count otherwise on purpose. It differs as well when its orders do and cancel each
 * other out.
 */
export type Compared = { day: string; ours: Figures; theirs: Figures; by_rule: Figures; differs: boolean }

/** An order that makes a difference; `key` is its number in the shop, ours when the shop does not have it, empty for the day as a whole. */
export type Explained = {
  day: string
  key: string
  order_id: number | null
  name: string
  cause: Cause
  words: string
  by_rule: boolean
  difference: Figures
  /** Whether the order is read again in the shop now. */
  reread: boolean
}

/** Forgets what was found of a store, whose books are held against another shop from now on. */
export const clearReconciliation = command(
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`delete from reconciled_days where store_id = ${store_id}`,
)

type Saved = {
  store_id: number
  source: v.InferOutput<typeof ReconciliationSource>
  /** JSON text of Compared. */
  days: string
  now: Date
}
const DAYS: Saved = { store_id: 1, source: 'report', days: '[]', now: new Date(0) }

/** The figures of the days: a row for each measure. */
const figures = (sql: Sql, days: string): Statement => sql`
    select d.day, o.key as measure, o.value::bigint as ours, (d.theirs ->> o.key)::bigint as theirs, (d.by_rule ->> o.key)::bigint as by_rule
    from json_to_recordset(${days}::text::json) as d (day date, ours json, theirs json, by_rule json)
    cross join lateral json_each_text(d.ours) o`

/** Notes what became of days: since when they differ, or that they match. */
export const saveReconciledDays = command(
  DAYS,
  (sql, { store_id, source, days, now }: Saved) => sql`
    insert into reconciled_days as d (store_id, day, source, checked_at, differs_since, matched_at)
    select ${store_id}, day, ${source}, ${now}, case when differs then ${now}::timestamptz end, case when not differs then ${now}::timestamptz end
    from json_to_recordset(${days}::text::json) as compared (day date, differs boolean)
    on conflict (store_id, day) do update set
      source = excluded.source, checked_at = excluded.checked_at,
      differs_since = case when excluded.differs_since is not null then coalesce(d.differs_since, excluded.differs_since) end,
      matched_at = coalesce(excluded.matched_at, d.matched_at)`,
)

/** Puts the figures of the days in place of what they were. */
export const saveReconciledFigures = command(
  { store_id: 1, days: '[]' },
  (sql, { store_id, days }: Pick<Saved, 'store_id' | 'days'>) => sql`
    insert into reconciled_figures (store_id, day, measure, ours, theirs, by_rule)
    select ${store_id}, day, measure, ours, theirs, by_rule from (${figures(sql, days)}) f
    on conflict (store_id, day, measure) do update set ours = excluded.ours, theirs = excluded.theirs, by_rule = excluded.by_rule`,
)

type Orders = { store_id: number; days: string[]; orders: string; now: Date }
const ORDERS: Orders = { store_id: 1, days: ['2026-04-13'], orders: '[]', now: new Date(0) }

/** Puts the orders that make differences in place of what was found of these days before; `orders` is the JSON text of Explained. */
export const saveOrderDifferences = command(
  ORDERS,
  (sql, { store_id, days, orders, now }: Orders) => sql`
    with found as materialized (
      select day, key, order_id, name, cause, words, by_rule, difference, reread
      from json_to_recordset(${orders}::text::json) as o (
        day date, key text, order_id bigint, name text, cause text, words text, by_rule boolean, difference json, reread boolean)
    ),
    gone as (
      delete from order_differences o
      where o.store_id = ${store_id} and o.day = any(${days}::date[])
        and not exists (select 1 from found f where f.day = o.day and f.key = o.key)
    )
    insert into order_differences as o (
      store_id, day, key, order_id, name, cause, words, by_rule, gross_sales_minor, discounts_minor, returns_minor, net_sales_minor,
      shipping_minor, tax_minor, orders, found_at, reread_at)
    select ${store_id}, day, key, order_id, name, cause, words, by_rule, d.gross_sales, d.discounts, d.returns, d.net_sales, d.shipping, d.tax,
           d.orders, ${now}, case when reread then ${now}::timestamptz end
    from found
    cross join lateral json_to_record(difference) as d (
      gross_sales bigint, discounts bigint, returns bigint, net_sales bigint, shipping bigint, tax bigint, orders int)
    on conflict (store_id, day, key) do update set
      order_id = excluded.order_id, name = excluded.name, cause = excluded.cause, words = excluded.words, by_rule = excluded.by_rule,
      gross_sales_minor = excluded.gross_sales_minor, discounts_minor = excluded.discounts_minor, returns_minor = excluded.returns_minor,
      net_sales_minor = excluded.net_sales_minor, shipping_minor = excluded.shipping_minor, tax_minor = excluded.tax_minor,
      orders = excluded.orders, reread_at = coalesce(excluded.reread_at, o.reread_at)`,
)
