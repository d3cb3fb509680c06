import * as v from 'valibot'
import { get, query } from './query.ts'
import { storeDays } from './store-days.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'

/** Net profit before and after, in major units of the currency beside it. */
const change = { net_profit_before: Amount, net_profit_after: Amount, net_profit_change: Amount }

/** What a change did to the net profit, by store and month, and by currency; `orders` counts those that were booked anew. */
export const ProfitEffect = v.object({
  orders: Count,
  months: v.array(v.object({ store: v.string(), currency: Currency, month: v.string(), orders: Count, ...change })),
  totals: v.array(v.object({ currency: Currency, orders: Count, ...change })),
})
export type ProfitEffect = v.InferOutput<typeof ProfitEffect>

export const StoreMonth = v.object({ store_id: Id, month: BusinessDay })
export type StoreMonth = v.InferOutput<typeof StoreMonth>
const MonthProfit = v.object({ ...StoreMonth.entries, net_profit_minor: v.string() })
export type MonthProfit = v.InferOutput<typeof MonthProfit>

const MONTHS = { months: [{ store_id: 1, month: '2026-04-01' }] as StoreMonth[], now: new Date('2026-04-13T10:00:00Z') }

/**
 * Net profit of these stores and months as the P&L has it, in minor units of the store's currency: a month that runs until today, one
 * that has not begun as a whole.
 */
export const profitOfStoreMonths = query(
  MonthProfit,
  MONTHS,
  (sql, { months, now }: typeof MONTHS) => sql`
    with asked as (
      select store_id, month
      from unnest(${months.map((m) => m.store_id)}::bigint[], ${months.map((m) => m.month)}::date[]) asked (store_id, month)
    ),
    span as (
      select a.store_id, a.month,
             case when date_trunc('month', today.day)::date = a.month then today.day
                  else (a.month + interval '1 month')::date - 1 end as last_day
      from asked a
      join stores s on s.id = a.store_id
      cross join lateral (select (${now}::timestamptz at time zone s.time_zone)::date as day) today
    ),
    store_day as (${storeDays(sql, {
      store_ids: [...new Set(months.map((m) => m.store_id))],
      days: sql`select distinct day::date as day from span cross join generate_series(month, last_day, interval '1 day') day`,
      target: sql`s.currency`,
    })})
    select p.store_id, p.month,
           coalesce(sum(d.gross_sales_minor - d.discounts_minor - d.returns_minor + d.shipping_income_minor + d.tips_minor
                        - d.cogs_minor - d.shipping_cost_minor - d.transaction_fees_minor - d.ad_spend_minor - d.fixed_costs_minor),
                    0)::text as net_profit_minor
    from span p
    left join store_day d on d.store_id = p.store_id and d.day between p.month and p.last_day
    group by p.store_id, p.month
    order by p.store_id, p.month`,
)

const Booked = v.object({ ...StoreMonth.entries, orders: Count, store_orders: Count })
export type Booked = v.InferOutput<typeof Booked>
const SINCE = { since: 1, store_ids: [1] }

/** The months in which these stores got entries after `since`, with the orders of the month, and of the store in all months. */
export const bookedMonths = query(
  Booked,
  SINCE,
  (sql, { since, store_ids }: typeof SINCE) => sql`
    with appended as (
      select store_id, date_trunc('month', business_day)::date as month, order_id
      from ledger_entries
      where id > ${since} and store_id = any(${store_ids}::bigint[])
    )
    select a.store_id, a.month, count(distinct a.order_id) as orders, t.orders as store_orders
    from appended a
    join (select store_id, count(distinct order_id) as orders from appended group by store_id) t on t.store_id = a.store_id
    group by a.store_id, a.month, t.orders
    order by a.store_id, a.month`,
)

type Measured = { before: MonthProfit[]; after: MonthProfit[]; booked: Booked[] }
const PROFIT: MonthProfit = { store_id: 1, month: '2026-04-01', net_profit_minor: '100' }
const MEASURED: Measured = {
  before: [PROFIT],
  after: [PROFIT],
  booked: [{ store_id: 1, month: '2026-04-01', orders: 1, store_orders: 1 }],
}

/** The difference between two measurements: months that were booked or whose profit is another, oldest first. */
export const profitEffect = get(
  ProfitEffect,
  MEASURED,
  (sql, { before, after, booked }: Measured) => sql`
    with measured as (
      select b.store_id, b.month, b.net_profit_minor::bigint as was, a.net_profit_minor::bigint as is_now, coalesce(k.orders, 0) as orders,
             s.slug, s.currency, c.minor_digits
      from unnest(${before.map((b) => b.store_id)}::bigint[], ${before.map((b) => b.month)}::date[],
                  ${before.map((b) => b.net_profit_minor)}::numeric[]) b (store_id, month, net_profit_minor)
      join unnest(${after.map((a) => a.store_id)}::bigint[], ${after.map((a) => a.month)}::date[],
                  ${after.map((a) => a.net_profit_minor)}::numeric[]) a (store_id, month, net_profit_minor)
        on a.store_id = b.store_id and a.month = b.month
      left join unnest(${booked.map((k) => k.store_id)}::bigint[], ${booked.map((k) => k.month)}::date[],
                       ${booked.map((k) => k.orders)}::bigint[]) k (store_id, month, orders)
        on k.store_id = b.store_id and k.month = b.month
      join stores s on s.id = b.store_id
      join currencies c on c.code = s.currency
      where k.store_id is not null or a.net_profit_minor <> b.net_profit_minor
    ),
    store_total as (
      select distinct store_id, orders
      from unnest(${booked.map((k) => k.store_id)}::bigint[], ${booked.map((k) => k.store_orders)}::bigint[]) t (store_id, orders)
    ),
    total as (
      select m.currency, m.minor_digits, sum(m.was)::bigint as was, sum(m.is_now)::bigint as is_now,
             (select coalesce(sum(t.orders), 0) from store_total t join stores s on s.id = t.store_id where s.currency = m.currency) as orders
      from measured m
      group by m.currency, m.minor_digits
    )
    select (select coalesce(sum(orders), 0)::bigint from store_total) as orders,
           (select coalesce(json_agg(json_build_object(
              'store', slug, 'currency', currency, 'month', to_char(month, 'YYYY-MM'), 'orders', orders,
              'net_profit_before', major(was, minor_digits), 'net_profit_after', major(is_now, minor_digits),
              'net_profit_change', major(is_now - was, minor_digits)) order by month, slug), '[]') from measured) as months,
           (select coalesce(json_agg(json_build_object(
              'currency', currency, 'orders', orders,
              'net_profit_before', major(was, minor_digits), 'net_profit_after', major(is_now, minor_digits),
              'net_profit_change', major(is_now - was, minor_digits)) order by currency), '[]') from total) as totals`,
)
