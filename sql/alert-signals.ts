import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { effect } from './orders.ts'
import { query, type Statement } from './query.ts'
import { storeDays } from './store-days.ts'
import { Amount, BusinessDay, Currency, Id, Ratio } from './units.ts'

/**
 * Something that an alert may tell. `holds`: it is so now; `over`: it is so far from it that it has ended; between the two nothing happens.
 * `amount` is in the store's currency: a loss or a refund as what was lost or refunded, a spend, a CM3; of a margin it is the percent, and
 * `compared` that of the days it is compared with. `label` is the number of an order, `reason` why one lost money.
 */
export const Signal = v.object({
  subject: v.string(),
  store_id: Id,
  store: v.string(),
  name: v.string(),
  currency: Currency,
  date: BusinessDay,
  label: v.nullable(v.string()),
  order_id: v.nullable(Id),
  amount: Amount,
  compared: Ratio,
  reason: v.nullable(v.string()),
  holds: v.boolean(),
  over: v.boolean(),
})
export type Signal = v.InferOutput<typeof Signal>

/** `threshold` is in `currency`, the reporting currency; for a margin in percentage points. */
export type SignalAsked = { alert_id: number; store_ids: number[]; threshold: string; currency: string; now: Date }
const ASKED: SignalAsked = { alert_id: 1, store_ids: [1], threshold: '0', currency: 'EUR', now: new Date(0) }

/** Days back that orders and refunds are news: a history that is imported tells nothing. */
const NEWS = 2

/** Whether an amount in minor units of `c` is above the threshold. Without an exchange rate it is: better told than missed. */
const isAbove = (sql: Sql, minor: Statement, day: Statement, { threshold, currency }: SignalAsked) => sql`
    coalesce(major(${minor}, c.minor_digits)
             * case when c.code = ${currency} then 1 else units_per_euro(${currency}, ${day}) / units_per_euro(c.code, ${day}) end
             > ${threshold}::numeric, true)`

/**
 * Orders that lost money (CM2 below zero by more than the threshold), once each. `reason`: without its discounts the order would have paid,
 * else without what shipping cost more than it brought, else the goods cost too much.
 */
export const orderLosses = query(Signal, ASKED, (sql, asked: SignalAsked) => {
  const { alert_id, store_ids, now } = asked
  return sql`
    select 'order ' || o.id as subject, s.id as store_id, s.slug as store, s.name, c.code as currency, o.business_day as date, o.external_id || '' as label,
           o.id + 0 as order_id, major(-cm2, c.minor_digits) as amount, null::numeric as compared,
           case when cm2 + discounts >= 0 then 'discount' when cm2 + greatest(shipping, 0) >= 0 then 'shipping' else 'cost' end as reason,
           true as holds, false as over
    from orders o
    join stores s on s.id = o.store_id
    join currencies c on c.code = s.currency
    cross join lateral (
      select sum(${effect(sql)})::bigint as cm2, coalesce(sum(e.amount_minor) filter (where e.account = 'discounts'), 0) as discounts,
             coalesce(sum(case e.account when 'shipping_cost' then e.amount_minor when 'shipping_income' then -e.amount_minor end), 0) as shipping
      from ledger_entries e
      where e.order_id = o.id) booked
    where o.store_id = any(${store_ids}::bigint[]) and o.status = 'placed' and o.kind = 'sale'
      and o.business_day >= (${now}::timestamptz at time zone s.time_zone)::date - ${NEWS}::int
      and cm2 < 0 and ${isAbove(sql, sql`-cm2`, sql`o.business_day`, asked)}
      and not exists (select 1 from refunds r where r.order_id = o.id)
      and not exists (select 1 from alert_events e where e.alert_id = ${alert_id} and e.subject = 'order ' || o.id)
    order by cm2, o.id`
})

/** Refunds above the threshold before tax, goods and shipping, once each. */
export const largeRefunds = query(Signal, ASKED, (sql, asked: SignalAsked) => {
  const { alert_id, store_ids, now } = asked
  return sql`
    select 'refund ' || r.id as subject, s.id as store_id, s.slug as store, s.name, c.code as currency, r.business_day as date,
           o.external_id || '' as label, o.id + 0 as order_id, major(refunded, c.minor_digits) as amount, null::numeric as compared,
           null::text as reason, true as holds, false as over
    from refunds r
    join orders o on o.id = r.order_id
    join stores s on s.id = o.store_id
    join currencies c on c.code = s.currency
    cross join lateral (
      select (r.shipping_refund_minor + coalesce(sum(l.amount_minor), 0))::bigint as refunded
      from refund_lines l where l.refund_id = r.id) given_back
    where o.store_id = any(${store_ids}::bigint[]) and o.status = 'placed'
      and r.business_day >= (${now}::timestamptz at time zone s.time_zone)::date - ${NEWS}::int
      and ${isAbove(sql, sql`refunded`, sql`r.business_day`, asked)}
      and not exists (select 1 from alert_events e where e.alert_id = ${alert_id} and e.subject = 'refund ' || r.id)
    order by refunded desc, r.id`
})

/** The figures of stores on their own today (`back` 0) and the days before it, in the store's currency. */
const recentDays = (sql: Sql, { store_ids, now }: SignalAsked, backs: number[]): Statement => {
  const day = sql`(${now}::timestamptz at time zone s.time_zone)::date - back`
  const days = sql`
    select distinct ${day} as day from stores s cross join unnest(${backs}::int[]) back where s.id = any(${store_ids}::bigint[])`
  return sql`
    select s.id as store_id, s.slug as store, s.name, s.time_zone, c.code, c.minor_digits, back, d.day, orders, gross_sales_minor, ad_spend_minor,
           gross_sales_minor - discounts_minor - returns_minor + shipping_income_minor + tips_minor as revenue_minor,
           gross_sales_minor - discounts_minor - returns_minor + shipping_income_minor + tips_minor
             - cogs_minor - shipping_cost_minor - transaction_fees_minor - ad_spend_minor as cm3_minor, fixed_costs_minor
    from (${storeDays(sql, { store_ids, days, target: sql`s.currency` })}) d
    join stores s on s.id = d.store_id
    join currencies c on c.code = s.currency
    join unnest(${backs}::int[]) back on d.day = ${day}`
}

/** Days with ad spend of the threshold and more, and no sale: today until now, and yesterday. */
export const spendWithoutSales = query(
  Signal,
  ASKED,
  (sql, asked: SignalAsked) => sql`
    select 'spend ' || store_id || ' ' || day as subject, store_id, store, name, code as currency, day as date, null::text as label,
           null::bigint as order_id, major(ad_spend_minor, c.minor_digits) as amount, null::numeric as compared, null::text as reason,
           orders = 0 and gross_sales_minor = 0 and ad_spend_minor > 0 and ${isAbove(sql, sql`ad_spend_minor + 1`, sql`day`, asked)} as holds,
           orders > 0 or gross_sales_minor > 0 as over
    from (${recentDays(sql, asked, [0, 1])}) c
    order by store, day`,
)

/** Stores whose CM3 of today is below zero by more than the threshold, from noon on; over when it is above zero. */
export const negativeCm3 = query(
  Signal,
  ASKED,
  (sql, asked: SignalAsked) => sql`
    select 'cm3 ' || store_id || ' ' || day as subject, store_id, store, name, code as currency, day as date, null::text as label,
           null::bigint as order_id, major(cm3_minor, c.minor_digits) as amount, null::numeric as compared, null::text as reason,
           cm3_minor < 0 and (${asked.now}::timestamptz at time zone time_zone)::time >= '12:00'
             and ${isAbove(sql, sql`-cm3_minor`, sql`day`, asked)} as holds,
           cm3_minor > 0 as over
    from (${recentDays(sql, asked, [0])}) c
    order by store`,
)

/** Orders that yesterday must have had, and the four weekdays together, for their margin to mean something. */
const [FLOOR, FLOOR_BEFORE] = [10, 20]

/**
 * Stores whose net margin of yesterday is lower than that of the same weekday of the four weeks before, by the threshold in percentage
 * points; over when it is lower by less than half of that.
 */
export const marginDrops = query(
  Signal,
  ASKED,
  (sql, asked: SignalAsked) => sql`
    with margin as (
      select store_id, store, name, code, max(day) filter (where back = 1) as day,
             sum(orders) filter (where back = 1) as orders, sum(orders) filter (where back > 1) as orders_before,
             round(sum(cm3_minor - fixed_costs_minor) filter (where back = 1) * 100.0 / nullif(sum(revenue_minor) filter (where back = 1), 0), 1) as percent,
             round(sum(cm3_minor - fixed_costs_minor) filter (where back > 1) * 100.0 / nullif(sum(revenue_minor) filter (where back > 1), 0), 1)
               as percent_before
      from (${recentDays(sql, asked, [1, 8, 15, 22, 29])}) c
      group by store_id, store, name, code
    )
    select 'margin ' || store_id as subject, store_id, store, name, code as currency, day as date, null::text as label, null::bigint as order_id,
           percent as amount, percent_before as compared, null::text as reason,
           percent_before - percent >= ${asked.threshold}::numeric as holds, percent_before - percent < ${asked.threshold}::numeric / 2 as over
    from margin
    where orders >= ${FLOOR}::int and orders_before >= ${FLOOR_BEFORE}::int and percent is not null and percent_before is not null
    order by store`,
)

/** Minutes that a difference may last before it is told: most are mended by the next run. */
const PATIENCE = 90

/** Days that are not what the shop says, for longer than it takes to read orders again; over when they match. `amount` is how much they are off in all. */
export const reconciliationDifferences = query(
  Signal,
  ASKED,
  (sql, { alert_id, store_ids, now }: SignalAsked) => sql`
    select 'reconciliation ' || s.id || ' ' || d.day as subject, s.id as store_id, s.slug as store, s.name, c.code as currency, d.day as date,
           (select count(*) from order_differences o
            where o.store_id = d.store_id and o.day = d.day and not o.by_rule and o.name <> '')::text as label,
           null::bigint as order_id,
           major((select sum(abs(f.difference)) from reconciled_figures f
                  where f.store_id = d.store_id and f.day = d.day and f.measure in ('net_sales', 'shipping', 'tax'))::bigint, c.minor_digits) as amount,
           null::numeric as compared, null::text as reason,
           coalesce(d.differs_since <= ${now}::timestamptz - make_interval(mins => ${PATIENCE}::int), false) as holds,
           d.differs_since is null as over
    from reconciled_days d
    join stores s on s.id = d.store_id
    join currencies c on c.code = s.currency
    where d.store_id = any(${store_ids}::bigint[])
      and (d.differs_since is not null or exists (
        select 1 from alert_events e
        where e.alert_id = ${alert_id} and e.closed_at is null and e.subject = 'reconciliation ' || s.id || ' ' || d.day))
    order by s.name, d.day desc`,
)
