import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { dayRange } from './day-range.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { unitCost } from './products.ts'
import { storeDays } from './store-days.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'

export const ProductCost = v.object({
  from: v.nullable(BusinessDay),
  to: v.nullable(BusinessDay),
  unit_cost: v.string(),
  currency: Currency,
})
type Days = { product_id: number; from: string | null; to: string | null }
const DAYS: Days = { product_id: 1, from: '2026-01-01', to: null }

/** A unit cost in major units of its currency on the days `from`..`to`, both included; null is open. `source` says in words why it is so. */
export const DatedCost = v.object({
  id: Id,
  from: v.nullable(BusinessDay),
  to: v.nullable(BusinessDay),
  unit_cost: Amount,
  currency: Currency,
  source: v.string(),
  created_at: v.string(),
})

type Listing = { product_id: number; limit: number; offset: number; after: number | null }
const LISTING: Listing = { product_id: 1, limit: 50, offset: 0, after: null }

/** The costs of a product, latest days first; `after` is the id of the last one seen. */
export const listProductCosts = query(
  DatedCost,
  LISTING,
  (sql, { product_id, limit, offset, after }: Listing) => sql`
    select c.id, lower(c.valid) as "from", upper(c.valid) - 1 as "to", ${unitCost(sql)} as unit_cost, c.currency, c.source,
           iso(c.created_at) as created_at
    from product_costs c
    join currencies m on m.code = c.currency
    where c.product_id = ${product_id}
      and (${after}::bigint is null or c.valid < (select valid from product_costs where id = ${after}))
    order by c.valid desc
    limit ${limit} offset ${offset}`,
)

/** The costs that share a day with `from`..`to`, earliest first. */
export const costsWithin = query(
  ProductCost,
  DAYS,
  (sql, { product_id, from, to }: Days) => sql`
    select lower(valid) as "from", upper(valid) - 1 as "to", trim_scale(unit_cost) as unit_cost, currency
    from product_costs
    where product_id = ${product_id} and valid && ${dayRange(sql, { from, to })}
    order by valid`,
)

/** Takes away the costs that share a day with `from`..`to` (null: open) and answers what of them lies outside, to be put back. */
export const cutProductCosts = query(
  v.object({ ...ProductCost.entries, source: v.string() }),
  DAYS,
  (sql, { product_id, from, to }: Days) => sql`
    with cut as (
      delete from product_costs
      where product_id = ${product_id} and valid && ${dayRange(sql, { from, to })}
      returning valid, unit_cost, currency, source
    )
    select lower(part) as "from", upper(part) - 1 as "to", cut.unit_cost, cut.currency, cut.source
    from cut
    cross join unnest(datemultirange(cut.valid) - datemultirange(${dayRange(sql, { from, to })})) part
    order by part`,
)

type NewCost = Days & { unit_cost: string; currency: string; source: string }

/** A unit cost in major units of its currency, valid on the days `from`..`to`, both included; null is open. */
export const addProductCost = command(
  { ...DAYS, unit_cost: '3.95', currency: 'EUR', source: 'new supplier' },
  (sql, { product_id, from, to, unit_cost, currency, source }: NewCost) => sql`
    insert into product_costs (product_id, valid, unit_cost, currency, source)
    values (${product_id}, ${dayRange(sql, { from, to })}, ${unit_cost}::numeric, ${currency}, ${source})`,
)

type CostNow = { product_id: number; today: string; unit_cost: string | null; currency: string }

/** How long a cost that starts `today` may last: until the day before the next one that is planned. `same`: it is the cost of today. */
export const costFromToday = get(
  v.object({ to: v.nullable(BusinessDay), same: v.boolean() }),
  { product_id: 1, today: '2026-04-13', unit_cost: '3.95', currency: 'EUR' },
  (sql, { product_id, today, unit_cost, currency }: CostNow) => sql`
    select (select min(lower(valid)) - 1 from product_costs where product_id = ${product_id} and lower(valid) > ${today}::date) as "to",
           (select row(c.unit_cost, c.currency) from product_costs c where c.product_id = ${product_id} and c.valid @> ${today}::date)
             is not distinct from case when ${unit_cost}::numeric is not null then row(${unit_cost}::numeric(18, 6), ${currency}::text) end as same`,
)

export const findCurrency = find(
  v.object({ code: Currency }),
  { code: 'EUR' },
  (sql, { code }: { code: string }) => sql`select code from currencies where code = ${code}`,
)

/** The stores that sell the product, or sold it, as far as the asker sees them. */
export const storesOfProduct = query(
  v.object({ id: Id }),
  { product_id: 1 },
  (sql, { product_id }: { product_id: number }) => sql`
    select id
    from stores
    where id in (select store_id from variants where product_id = ${product_id})
      or id in (select o.store_id from order_lines l join orders o on o.id = l.order_id where l.product_id = ${product_id})
    order by id`,
)

const SPANS = { spans: [{ product_id: 1, from: '2026-01-01', to: null }] as Days[] }

/** Orders with a line of any of these products that was sold on its days, by store. */
export const ordersOfProducts = query(
  v.object({ store_id: Id, order_ids: v.array(Id) }),
  SPANS,
  (sql, { spans }: typeof SPANS) => sql`
    select o.store_id, array_agg(distinct o.id order by o.id) as order_ids
    from unnest(${spans.map((s) => s.product_id)}::bigint[], ${spans.map((s) => s.from)}::date[], ${spans.map((s) => s.to)}::date[])
      as span (product_id, first_day, last_day)
    join order_lines l on l.product_id = span.product_id
    join orders o on o.id = l.order_id
    where coalesce(l.sold_on, o.business_day) <@ daterange(span.first_day, span.last_day, '[]')
    group by o.store_id
    order by o.store_id`,
)

const MonthProfit = v.object({ store_id: Id, month: BusinessDay, net_profit_minor: v.string() })
type MonthProfit = v.InferOutput<typeof MonthProfit>

/** Net profit in minor units of the store's currency, as the P&L has it, for the stores and months of `asked`; a running month until today. */
const profits = (sql: Sql, asked: Statement, store_ids: number[], now: Date): Statement => sql`
    with asked as (${asked}),
    span as (
      select a.store_id, a.month,
             least((a.month + interval '1 month')::date - 1,
                   greatest(a.month, (${now}::timestamptz at time zone s.time_zone)::date)) as last_day
      from asked a
      join stores s on s.id = a.store_id
    ),
    store_day as (${storeDays(sql, {
      store_ids,
      days: sql`select distinct day::date as day from span cross join generate_series(month, last_day, interval '1 day') day`,
      target: sql`s.currency`,
    })})
    select p.store_id, p.month,
           coalesce(sum(d.gross_sales_minor - d.discounts_minor - d.returns_minor + d.shipping_income_minor + d.tips_minor
                        - d.cogs_minor - d.shipping_cost_minor - d.transaction_fees_minor - d.ad_spend_minor - d.fixed_costs_minor), 0)
             as net_profit_minor
    from span p
    left join store_day d on d.store_id = p.store_id and d.day between p.month and p.last_day
    group by p.store_id, p.month`

type Touched = Days & { store_ids: number[]; now: Date }
const NOW = new Date('2026-04-13T10:00:00Z')

/** Net profit of the months in which the product was sold on `from`..`to`, or those orders were refunded. */
export const profitOfMonths = query(
  MonthProfit,
  { ...DAYS, store_ids: [1], now: NOW },
  (sql, { product_id, from, to, store_ids, now }: Touched) => sql`
    select store_id, month, net_profit_minor::text as net_profit_minor
    from (${profits(
      sql,
      sql`
      with touched as (
        select distinct o.id, o.store_id, coalesce(l.sold_on, o.business_day) as business_day
        from order_lines l
        join orders o on o.id = l.order_id
        where l.product_id = ${product_id} and coalesce(l.sold_on, o.business_day) <@ ${dayRange(sql, { from, to })}
      )
      select store_id, date_trunc('month', business_day)::date as month from touched
      union
      select t.store_id, date_trunc('month', r.business_day)::date from touched t join refunds r on r.order_id = t.id`,
      store_ids,
      now,
    )}) profit`,
)

/** The id of the newest entry. With the booking lock of stores held, what they get from now on has a higher one. */
export const newestEntry = get(
  v.object({ id: v.number() }),
  {},
  (sql) => sql`select coalesce(max(id), 0) as id from ledger_entries`,
)

const change = { orders: Count, net_profit_before: Amount, net_profit_after: Amount, net_profit_change: Amount }

/** What a change of a unit cost does to the net profit of stores, in major units of the currency beside it. */
export const CostEffect = v.object({
  orders: Count,
  months: v.array(v.object({ store: v.string(), currency: Currency, month: v.string(), ...change })),
  totals: v.array(v.object({ currency: Currency, ...change })),
})

type Effect = { store_ids: number[]; since: number; before: MonthProfit[]; now: Date }
const EFFECT: Effect = {
  store_ids: [1],
  since: 1,
  before: [{ store_id: 1, month: '2026-04-01', net_profit_minor: '100' }],
  now: NOW,
}

/** What the entries of these stores after `since` did to the profit of the months in `before`: those that have such entries, oldest first. */
export const costEffect = get(
  CostEffect,
  EFFECT,
  (sql, { store_ids, since, before, now }: Effect) => sql`
    with appended as (
      select store_id, date_trunc('month', business_day)::date as month, order_id
      from ledger_entries
      where id > ${since} and store_id = any(${store_ids}::bigint[])
    ),
    before as (
      select store_id, month, net_profit_minor
      from unnest(${before.map((b) => b.store_id)}::bigint[], ${before.map((b) => b.month)}::date[],
                  ${before.map((b) => b.net_profit_minor)}::numeric[]) b (store_id, month, net_profit_minor)
    ),
    after as (${profits(sql, sql`select store_id, month from before`, store_ids, now)}),
    changed as (
      select s.slug, s.currency, c.minor_digits, b.store_id, b.month, b.net_profit_minor::bigint as was, a.net_profit_minor::bigint as is_now,
             (select count(distinct order_id) from appended e where e.store_id = b.store_id and e.month = b.month) as orders
      from before b
      join after a on a.store_id = b.store_id and a.month = b.month
      join stores s on s.id = b.store_id
      join currencies c on c.code = s.currency
    ),
    total as (
      select currency, minor_digits, sum(was)::bigint as was, sum(is_now)::bigint as is_now,
             (select count(distinct order_id) from appended e join stores s on s.id = e.store_id where s.currency = changed.currency) as orders
      from changed
      where orders > 0
      group by currency, minor_digits
    )
    select (select count(distinct order_id) from appended) as orders,
           (select coalesce(json_agg(json_build_object(
              'store', slug, 'currency', currency, 'month', to_char(month, 'YYYY-MM'), 'orders', orders,
              'net_profit_before', major(was, minor_digits), 'net_profit_after', major(is_now, minor_digits),
              'net_profit_change', major(is_now - was, minor_digits)) order by month, slug), '[]') from changed where orders > 0) as months,
           (select coalesce(json_agg(json_build_object(
              'currency', currency, 'orders', orders,
              'net_profit_before', major(was, minor_digits), 'net_profit_after', major(is_now, minor_digits),
              'net_profit_change', major(is_now - was, minor_digits)) order by currency), '[]') from total) as totals`,
)
