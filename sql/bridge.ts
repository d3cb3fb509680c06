import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { Pnl, pnl } from './pnl.ts'
import { query, type Statement } from './query.ts'
import { storeDays } from './store-days.ts'
import { Amount, Currency, Id } from './units.ts'

/** The causes of a change of net profit, in the order of the ladder. */
export const PARTS = [
  'price',
  'discounts',
  'volume',
  'mix',
  'returns',
  'unit_cost',
  'shipping',
  'transaction_fees',
  'ad_spend',
  'fixed_costs',
  'fx',
] as const

/** What one cause adds to net profit, with the three products that it moved most. */
export const BridgePart = v.object({
  part: v.picklist(PARTS),
  amount: Amount,
  products: v.array(v.object({ product_id: Id, product: v.string(), amount: Amount })),
})

/** The change of net profit between two ranges and the parts that it is made of, in major units of `currency`. */
export const Bridge = v.object({
  store: v.nullable(v.string()),
  currency: Currency,
  from: Pnl,
  to: Pnl,
  net_profit_change: Amount,
  parts: v.array(BridgePart),
})

type Range = { from: string; to: string }
export type BridgeAsked = {
  store: string | null
  store_ids: number[]
  currency: string
  earlier: Range
  later: Range
  now: Date
}
const SAMPLE: BridgeAsked = {
  store: 'nl',
  store_ids: [1],
  currency: 'EUR',
  earlier: { from: '2026-03-01', to: '2026-03-31' },
  later: { from: '2026-04-01', to: '2026-04-30' },
  now: new Date('2026-05-13T10:00:00Z'),
}

/**
 * What the goods cost that went back on the shelf, per range, store and product: part of `cogs`, taken off there. A line booked as returns
 * counts by what it is now: entries of what it was before cancel each other out.
 */
const restockedGoods = (sql: Sql, store_ids: number[]): Statement => sql`
    select e.key, e.store_id, e.product_id, -sum(e.amount_minor) as restocked
    from (
      select p.key, c.store_id, c.product_id, c.amount_minor
      from period p
      join ledger_entries c on c.business_day between p.from_day and p.to_day
      where c.account = 'cogs' and c.source like 'refund/%' and c.store_id = any(${store_ids}::bigint[])
      union all
      select line.key, c.store_id, c.product_id, c.amount_minor
      from (
        select distinct p.key, p.from_day, p.to_day, r.line_id, r.order_id
        from period p
        join ledger_entries r on r.order_day between p.from_day and p.to_day
        join order_lines l on l.id = r.line_id and l.account = 'returns'
        where r.account = 'returns' and r.source like 'order/%' and r.store_id = any(${store_ids}::bigint[])
      ) line
      join ledger_entries c on c.order_id = line.order_id and c.line_id = line.line_id and c.business_day between line.from_day and line.to_day
        and c.account = 'cogs' and c.source like 'order/%'
    ) e
    group by e.key, e.store_id, e.product_id`

/**
 * Why net profit changed from the range `earlier` to the range `later`, in parts that add up exactly. For each store and product (what no
 * product accounts for is one more), with 0 for the earlier and 1 for the later range, q units sold, s their list price, c their cost,
 * d discounts, r returns, k the cost of the returned goods that were restocked, and b the store's average of (s0 − c0) / q0 over its
 * products (where it sold nothing, of the later range):
 *
 * - price: s1 − q1 × s0/q0, and unit_cost: q1 × c0/q0 − c1; both 0 for a product without units sold in one of the ranges
 * - volume: (q1 − q0) × b
 * - mix: the rest of the change of s − c: other quantities at the earlier margins, all of what is new or gone, and what rounding leaves
 * - discounts: d0 − d1, and returns: (r0 − k0) − (r1 − k1)
 * - shipping: the change of shipping_income + tips − shipping_cost
 * - transaction_fees, ad_spend, fixed_costs: earlier less later
 *
 * They are worked out in the store's currency and converted at its average daily rate of the earlier range. fx is the rest of the change of
 * net profit: what other rates made of it. It is 0 where all stores have the currency that is asked for.
 */
export const bridge = query(Bridge, SAMPLE, (sql, asked: BridgeAsked) => {
  const { store, store_ids, currency, earlier, later, now } = asked
  const periods = [
    { key: 'from', ...earlier },
    { key: 'to', ...later },
  ]
  const unitsPerEuro = (wanted: Statement) => sql`units_per_euro(${wanted}, p.day)`
  const rounded = (column: string) => sql`round(sum(${sql(column)}) * rate) as ${sql(column)}`
  return sql`
    with ladder as (${pnl.text(sql, { store_ids, currency, periods, now })}),
    period as (
      select key, from_day, to_day
      from (values ('from', ${earlier.from}::date, ${earlier.to}::date), ('to', ${later.from}::date, ${later.to}::date))
        asked (key, from_day, to_day)
    ),
    period_day as (
      select key, day::date as day from period cross join generate_series(from_day, to_day, interval '1 day') day
    ),
    store_day as (${storeDays(sql, { store_ids, days: sql`select distinct day from period_day`, target: sql`s.currency` })}),
    total as (
      select p.key, d.store_id, sum(d.units_sold) as units, sum(d.gross_sales_minor) as sales, sum(d.discounts_minor) as discounts,
             sum(d.returns_minor) as returns, sum(d.cogs_minor) as cogs,
             sum(d.shipping_income_minor + d.tips_minor - d.shipping_cost_minor) as shipping,
             sum(d.transaction_fees_minor) as fees, sum(d.ad_spend_minor) as ads, sum(d.fixed_costs_minor) as fixed
      from period_day p
      join store_day d on d.day = p.day
      group by p.key, d.store_id
    ),
    of_product as (
      select p.key, f.store_id, f.product_id, sum(f.units_sold) as units, sum(f.gross_sales_minor) as sales,
             sum(f.discounts_minor) as discounts, sum(f.returns_minor) as returns, sum(f.cogs_minor) as cogs, sum(f.ad_spend_minor) as ads
      from period p
      join product_performance f on f.day between p.from_day and p.to_day
      where f.store_id = any(${store_ids}::bigint[])
      group by p.key, f.store_id, f.product_id
    ),
    restocked as (${restockedGoods(sql, store_ids)}),
    part_of_total as (
      select key, store_id, product_id, units, sales, discounts, returns, cogs, ads from of_product
      union all
      select key, store_id, null, units, sales, discounts, returns, cogs, ads from total
      union all
      select key, store_id, null, -units, -sales, -discounts, -returns, -cogs, -ads from of_product
    ),
    side as (
      select key, store_id, product_id, sum(units) as q, sum(sales) as s, sum(discounts) as d, sum(ads) as a,
             sum(cogs) + sum(restocked) as c, sum(returns) - sum(restocked) as r
      from (
        select key, store_id, product_id, units, sales, discounts, returns, cogs, ads, 0 as restocked from part_of_total
        union all
        select key, store_id, product_id, 0, 0, 0, 0, 0, 0, restocked from restocked) figure
      group by key, store_id, product_id
    ),
    compared as (
      select store_id, product_id,
             coalesce(sum(q) filter (where key = 'from'), 0) as q0, coalesce(sum(q) filter (where key = 'to'), 0) as q1,
             coalesce(sum(s) filter (where key = 'from'), 0) as s0, coalesce(sum(s) filter (where key = 'to'), 0) as s1,
             coalesce(sum(c) filter (where key = 'from'), 0) as c0, coalesce(sum(c) filter (where key = 'to'), 0) as c1,
             coalesce(sum(case key when 'from' then d else -d end), 0) as discounts,
             coalesce(sum(case key when 'from' then r else -r end), 0) as returns,
             coalesce(sum(case key when 'from' then a else -a end), 0) as ad_spend
      from side
      group by store_id, product_id
    ),
    rate_day as (
      select s.id as store_id, p.key,
             case when s.currency = ${currency} then 1
                  else ${unitsPerEuro(sql`${currency}`)} / ${unitsPerEuro(sql`s.currency`)}
                       * 10::numeric ^ (wanted.minor_digits - own.minor_digits) end as rate
      from stores s
      join currencies own on own.code = s.currency
      join currencies wanted on wanted.code = ${currency}
      cross join period_day p
      where s.id in (select store_id from total)
    ),
    -- A day with facts has a rate, so one of the averages is there.
    average as (
      select store_id, coalesce(avg(rate) filter (where key = 'from'), avg(rate)) as rate from rate_day group by store_id
    ),
    terms as (
      select store_id, rate,
             case when sum(q0) > 0 then sum(s0 - c0) / sum(q0) when sum(q1) > 0 then sum(s1 - c1) / sum(q1) else 0 end as margin
      from compared
      join average using (store_id)
      group by store_id, rate
    ),
    effect as (
      select store_id, product_id, rate, price, discounts, volume, returns, unit_cost, ad_spend,
             s1 - c1 - (s0 - c0) - price - unit_cost - volume as mix
      from (
        select store_id, product_id, s0, s1, c0, c1, rate, discounts, returns, ad_spend, (q1 - q0) * margin as volume,
               case when q0 > 0 and q1 > 0 then s1 - q1 * s0 / q0 else 0 end as price,
               case when q0 > 0 and q1 > 0 then q1 * c0 / q0 - c1 else 0 end as unit_cost
        from compared
        join terms using (store_id)) worked_out
    ),
    of_store as (
      select store_id, rate, ${rounded('price')}, ${rounded('discounts')}, ${rounded('volume')}, ${rounded('returns')}, ${rounded('unit_cost')},
             ${rounded('ad_spend')}, sum(price + discounts + volume + mix + returns + unit_cost + ad_spend) as exact
      from effect
      group by store_id, rate
    ),
    beside_products as (
      select t.store_id, round(shipping * rate) as shipping, round(fees * rate) as transaction_fees, round(fixed * rate) as fixed_costs,
             round((exact + shipping + fees + fixed) * rate) as profit, price, discounts, volume, returns, unit_cost, ad_spend
      from of_store o
      join (
        select store_id, sum(case key when 'to' then shipping else -shipping end) as shipping,
               sum(case key when 'from' then fees else -fees end) as fees, sum(case key when 'from' then fixed else -fixed end) as fixed
        from total
        group by store_id) t on t.store_id = o.store_id
    ),
    change as (
      select c.minor_digits, t.net_profit - f.net_profit as net_profit
      from ladder f
      join ladder t on t.period = 'to'
      join currencies c on c.code = ${currency}
      where f.period = 'from'
    ),
    added as (
      select coalesce(sum(price), 0) as price, coalesce(sum(discounts), 0) as discounts, coalesce(sum(volume), 0) as volume,
             coalesce(sum(returns), 0) as returns, coalesce(sum(unit_cost), 0) as unit_cost, coalesce(sum(shipping), 0) as shipping,
             coalesce(sum(transaction_fees), 0) as transaction_fees, coalesce(sum(ad_spend), 0) as ad_spend,
             coalesce(sum(fixed_costs), 0) as fixed_costs, coalesce(sum(profit), 0) as profit
      from beside_products
    ),
    part as (
      select named.part, named.position, major(named.amount::bigint, minor_digits) as amount
      from added
      cross join change
      cross join lateral (values
        (1, 'price', price), (2, 'discounts', discounts), (3, 'volume', volume),
        (4, 'mix', profit - price - discounts - volume - returns - unit_cost - shipping - transaction_fees - ad_spend - fixed_costs),
        (5, 'returns', returns), (6, 'unit_cost', unit_cost), (7, 'shipping', shipping), (8, 'transaction_fees', transaction_fees),
        (9, 'ad_spend', ad_spend), (10, 'fixed_costs', fixed_costs),
        (11, 'fx', net_profit * 10::numeric ^ minor_digits - profit)) as named (position, part, amount)
    ),
    moved as (
      select part, product_id, round(sum(amount * rate)) as amount,
             row_number() over (partition by part order by abs(sum(amount * rate)) desc, product_id) as place
      from effect
      cross join lateral (values
        ('price', price), ('discounts', discounts), ('volume', volume), ('mix', mix), ('returns', returns), ('unit_cost', unit_cost),
        ('ad_spend', ad_spend)) as named (part, amount)
      where product_id is not null
      group by part, product_id
      having round(sum(amount * rate)) <> 0
    )
    select ${store}::text as store, ${currency}::text as currency,
           (select row_to_json(ladder) from ladder where period = 'from') as "from",
           (select row_to_json(ladder) from ladder where period = 'to') as "to",
           net_profit as net_profit_change,
           (select json_agg(json_build_object('part', part, 'amount', amount, 'products', (
                     select coalesce(json_agg(json_build_object(
                              'product_id', m.product_id, 'product', coalesce(p.name, 'Product ' || m.product_id),
                              'amount', major(m.amount::bigint, minor_digits)) order by m.place), '[]')
                     from moved m
                     left join products p on p.id = m.product_id
                     where m.part = part.part and m.place <= 3)) order by position)
            from part) as parts
    from change`
})
