import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { find, query, type Statement } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'

/** What is compared of a day, in the order of reading. */
export const MEASURES = ['gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'orders'] as const
export type Measure = (typeof MEASURES)[number]

export const ReconciliationStatus = v.picklist(['matches', 'differs'])
/** `report`: the shop's own sales report. `orders`: the sales agreements of its orders, where the app may not read reports. */
export const ReconciliationSource = v.picklist(['report', 'orders'])

/**
 * A store's day beside what its shop says, in major units of the store's currency. Differences are ours less Shopify's, without what our
 * definitions count otherwise on purpose; `orders_difference` is a count. `differing_orders` make the difference.
 */
export const ReconciledDay = v.object({
  id: Id,
  date: BusinessDay,
  store: v.string(),
  currency: Currency,
  status: ReconciliationStatus,
  source: ReconciliationSource,
  net_sales: Amount,
  net_sales_in_shop: Amount,
  gross_sales_difference: Amount,
  discounts_difference: Amount,
  returns_difference: Amount,
  net_sales_difference: Amount,
  shipping_difference: Amount,
  tax_difference: Amount,
  orders_difference: v.pipe(v.number(), v.integer()),
  differing_orders: Count,
  checked_at: v.string(),
  differs_since: v.nullable(v.string()),
  matched_at: v.nullable(v.string()),
})
export type ReconciledDay = v.InferOutput<typeof ReconciledDay>

type Asked = {
  store_ids: number[]
  start: string | null
  end: string | null
  status: v.InferOutput<typeof ReconciliationStatus> | null
  limit: number
  offset: number
  after: number | null
}
const ASKED: Asked = { store_ids: [1], start: null, end: null, status: null, limit: 50, offset: 0, after: null }

const day = (sql: Sql, which: Statement): Statement => {
  const of = (measure: Measure, column: 'ours' | 'theirs' | 'difference') =>
    sql`coalesce(sum(f.${sql(column)}) filter (where f.measure = ${measure}), 0)::bigint`
  const major = (amount: Statement) => sql`major(${amount}, c.minor_digits)`
  return sql`
    select d.id, d.day as date, s.slug as store, s.currency, case when d.differs_since is null then 'matches' else 'differs' end as status,
           d.source, ${major(of('net_sales', 'ours'))} as net_sales, ${major(of('net_sales', 'theirs'))} as net_sales_in_shop,
           ${major(of('gross_sales', 'difference'))} as gross_sales_difference,
           ${major(of('discounts', 'difference'))} as discounts_difference,
           ${major(of('returns', 'difference'))} as returns_difference,
           ${major(of('net_sales', 'difference'))} as net_sales_difference,
           ${major(of('shipping', 'difference'))} as shipping_difference,
           ${major(of('tax', 'difference'))} as tax_difference, ${of('orders', 'difference')} as orders_difference,
           (select count(*)::int from order_differences o
            where o.store_id = d.store_id and o.day = d.day and not o.by_rule and o.name <> '') as differing_orders,
           iso(d.checked_at) as checked_at, iso(d.differs_since) as differs_since, iso(d.matched_at) as matched_at
    from (${which}) d
    join stores s on s.id = d.store_id
    join currencies c on c.code = s.currency
    left join reconciled_figures f on f.store_id = d.store_id and f.day = d.day
    group by d.id, d.store_id, d.day, d.source, d.checked_at, d.differs_since, d.matched_at, s.slug, s.currency, c.minor_digits`
}

/** Days that were compared, newest first and by store within a day; without `start` and `end` all of them. */
export const listReconciledDays = query(
  ReconciledDay,
  ASKED,
  (sql, { store_ids, start, end, status, limit, offset, after }: Asked) => sql`
    ${day(
      sql,
      sql`
      select id, store_id, day, source, checked_at, differs_since, matched_at
      from reconciled_days
      where store_id = any(${store_ids}::bigint[]) and (${start}::date is null or day >= ${start}) and (${end}::date is null or day <= ${end})
        and (${status}::text is null or (differs_since is null) = (${status} = 'matches'))
        and (${after}::bigint is null
             or (-(day - date '2000-01-01'), store_id) > (select -(day - date '2000-01-01'), store_id from reconciled_days where id = ${after}))
      order by day desc, store_id
      limit ${limit} offset ${offset}`,
    )}
    order by d.day desc, d.store_id`,
)

/** The day of a store, if it was compared. */
export const findReconciledDay = find(
  ReconciledDay,
  { store_id: 1, day: '2026-04-13' },
  (sql, { store_id, day: on }: { store_id: number; day: string }) =>
    day(
      sql,
      sql`
      select id, store_id, day, source, checked_at, differs_since, matched_at
      from reconciled_days
      where store_id = ${store_id} and day = ${on}`,
    ),
)

type OfDay = { store_id: number; day: string }
const OF_DAY: OfDay = { store_id: 1, day: '2026-04-13' }

/**
 * A measure of a day: ours, the shop's, what our definitions count otherwise on purpose (`by_rule`, such as voided orders), and what is
 * left of the difference. Major units of the store's currency; orders are a count.
 */
export const ReconciledFigure = v.object({
  measure: v.picklist(MEASURES),
  ours: Amount,
  in_shop: Amount,
  by_rule: Amount,
  difference: Amount,
})

export const reconciledFigures = query(
  ReconciledFigure,
  OF_DAY,
  (sql, { store_id, day: on }: OfDay) => sql`
    select f.measure, major(f.ours, digits) as ours, major(f.theirs, digits) as in_shop, major(f.by_rule, digits) as by_rule,
           major(f.difference, digits) as difference
    from reconciled_figures f
    join stores s on s.id = f.store_id
    join currencies c on c.code = s.currency
    cross join lateral (select case when f.measure = 'orders' then 0 else c.minor_digits end as digits) unit
    where f.store_id = ${store_id} and f.day = ${on}
    order by array_position(${MEASURES as unknown as string[]}::text[], f.measure)`,
)

/** Why an order, or the day as a whole, is not what the shop says. */
export const Cause = v.picklist([
  'on_its_way',
  'order_missing',
  'order_gone',
  'not_of_the_shop',
  'test_counted',
  'void_counted',
  'wrongly_left_out',
  'wrong_day',
  'refund_missing',
  'refund_twice',
  'refund_unknown',
  'refund_differs',
  'cancellation_missing',
  'edit_missing',
  'edit_unknown',
  'line_missing',
  'line_unknown',
  'quantity',
  'price',
  'rounding',
  'discount',
  'shipping',
  'tax',
  'other_currency',
  'not_booked',
  'total_of_day',
  'report_differs',
  'not_examined',
  'voided',
  'test_order',
  'nothing_sold',
  'counted_elsewhere',
])
export type Cause = v.InferOutput<typeof Cause>

/**
 * An order that is not what the shop says of the day: ours less Shopify's, in major units of the store's currency, with the cause as one of
 * a closed list and in words. `order_id` is ours, null where we have none; `order` is its name in the shop, empty for the day as a whole.
 * `by_rule`: our definitions count it otherwise on purpose. `reread_at`: when it was told to be read again, which mends it by the next run.
 */
export const OrderDifference = v.object({
  order: v.string(),
  order_id: v.nullable(Id),
  cause: Cause,
  words: v.string(),
  by_rule: v.boolean(),
  gross_sales: Amount,
  discounts: Amount,
  returns: Amount,
  net_sales: Amount,
  shipping: Amount,
  tax: Amount,
  orders: v.pipe(v.number(), v.integer()),
  found_at: v.string(),
  reread_at: v.nullable(v.string()),
})

/** What makes the difference of a day, the largest first; what our definitions count otherwise comes last. */
export const orderDifferences = query(
  OrderDifference,
  OF_DAY,
  (sql, { store_id, day: on }: OfDay) => sql`
    select o.name as "order", o.order_id, o.cause, o.words, o.by_rule, major(o.gross_sales_minor, c.minor_digits) as gross_sales,
           major(o.discounts_minor, c.minor_digits) as discounts, major(o.returns_minor, c.minor_digits) as returns,
           major(o.net_sales_minor, c.minor_digits) as net_sales, major(o.shipping_minor, c.minor_digits) as shipping,
           major(o.tax_minor, c.minor_digits) as tax, o.orders, iso(o.found_at) as found_at, iso(o.reread_at) as reread_at
    from order_differences o
    join stores s on s.id = o.store_id
    join currencies c on c.code = s.currency
    where o.store_id = ${store_id} and o.day = ${on}
    order by o.by_rule, abs(o.net_sales_minor) + abs(o.shipping_minor) + abs(o.tax_minor) desc, o.key`,
)

/**
 * How far a store's books match its shop: `days` that were compared, of which `differing_days` differ, since when, and the last look.
 * `status` is `unchecked` before the first. `source` is that of the last day; `error` says why the last run failed, `gaps` what of it was
 * left out.
 */
export const StoreReconciliation = v.object({
  store: v.string(),
  name: v.string(),
  status: v.picklist(['matches', 'differs', 'unchecked']),
  days: Count,
  matching_days: Count,
  differing_days: Count,
  first_day: v.nullable(BusinessDay),
  last_day: v.nullable(BusinessDay),
  last_differing_day: v.nullable(BusinessDay),
  differs_since: v.nullable(v.string()),
  source: v.nullable(ReconciliationSource),
  checked_at: v.nullable(v.string()),
  next_run_at: v.nullable(v.string()),
  error: v.nullable(v.string()),
  gaps: v.array(v.object({ from: BusinessDay, to: BusinessDay, reason: v.string() })),
})
export type StoreReconciliation = v.InferOutput<typeof StoreReconciliation>

/** Days that count for whether a store matches. */
export const RECONCILED_DAYS = 90

/** One row for each store that has a Shopify shop, by name: its last 90 days. */
export const reconciliationOfStores = query(
  StoreReconciliation,
  { store_ids: [1] },
  (sql, { store_ids }: { store_ids: number[] }) => sql`
    select s.slug as store, s.name,
           case when d.days = 0 then 'unchecked' when d.differing > 0 then 'differs' else 'matches' end as status,
           d.days, d.days - d.differing as matching_days, d.differing as differing_days, d.first_day, d.last_day, d.last_differing_day,
           iso(d.differs_since) as differs_since, d.source, iso(d.checked_at) as checked_at, iso(y.next_run_at) as next_run_at, y.error,
           coalesce(y.gaps, '[]') as gaps
    from shopify_shops h
    join stores s on s.id = h.store_id
    left join sync_state y on y.store_id = s.id and y.connector = 'shopify' and y.resource = 'reconciliation'
    cross join lateral (
      select count(*)::int as days, (count(*) filter (where differs_since is not null))::int as differing, min(day) as first_day,
             max(day) as last_day, max(day) filter (where differs_since is not null) as last_differing_day, min(differs_since) as differs_since,
             (array_agg(source order by day desc))[1] as source, max(checked_at) as checked_at
      from (
        select day, source, checked_at, differs_since
        from reconciled_days
        where store_id = s.id
        order by day desc
        limit ${RECONCILED_DAYS}::int) recent) d
    where s.id = any(${store_ids}::bigint[])
    order by s.name, s.id`,
)

/** The sync that compares a store; nothing where it has no shop. */
export const findReconciliation = find(
  v.object({ id: Id }),
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`
    select id from sync_state where connector = 'shopify' and store_id = ${store_id} and resource = 'reconciliation'`,
)
