import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'

/**
 * Minor units of one currency to those of another on a day: times `multiplier`, then by `divisor`, then round; both are 1 between like
 * currencies. The division comes last, so that half a cent stays half a cent: 3 × (1 / 1.2) is less than 2.5.
 */
const conversion = (sql: Sql, from: Statement, to: Statement, day: Statement) => {
  const unitsPerEuro = (currency: Statement) =>
    sql`coalesce(units_per_euro(${currency}, ${day}), missing_fx_rate(${day}, ${from}, ${to}))`
  const digits = (currency: Statement) => sql`(select minor_digits from currencies where code = ${currency})`
  return {
    multiplier: sql`
    case when ${from} = ${to} then 1::numeric else ${unitsPerEuro(to)} * 10::numeric ^ (${digits(to)} - ${digits(from)}) end`,
    divisor: sql`case when ${from} = ${to} then 1::numeric else ${unitsPerEuro(from)} end`,
  }
}

/**
 * Fixed costs per store and day in minor units of `target`, an expression over the store `s`. A cost for all stores is shared by the
 * day's revenue (compared in euros), equally on a day without any; cumulative rounding makes the shares add up to the cost exactly.
 */
const fixedCostDays = (sql: Sql, days: Statement, target: Statement): Statement => {
  const toTarget = conversion(sql, sql`h.currency`, target, sql`h.day`)
  return sql`
    with wanted_day as (${days}),
    cost_day as (
      select f.id, f.store_id, f.currency, w.day, accrued_minor(f.amount_minor, f."interval", w.day) as amount_minor
      from fixed_costs f
      join wanted_day w on w.day >= f.starts_on and (f.ends_on is null or w.day <= f.ends_on)
    ),
    shared_day as (select distinct day from cost_day where store_id is null),
    placed as (select store_id, day, weight, total, up_to from revenue_shares(array(select day from shared_day))),
    share as (
      select c.store_id, c.day, c.currency, c.amount_minor
      from cost_day c
      where c.store_id is not null
      union all
      select p.store_id, c.day, c.currency,
             round(c.amount_minor * p.up_to / p.total) - round(c.amount_minor * (p.up_to - p.weight) / p.total)
      from cost_day c
      join placed p on p.day = c.day
      where c.store_id is null
    )
    select h.store_id, h.day, round(sum(h.amount_minor * ${toTarget.multiplier} / ${toTarget.divisor}))::bigint as fixed_costs_minor
    from share h
    join stores s on s.id = h.store_id
    where h.amount_minor <> 0
    group by h.store_id, h.day`
}

/**
 * The figures of stores on days, in minor units of `target` (an expression over the store `s`, such as s.currency), one row per store
 * and day with facts or fixed costs. Each figure is converted at the day's rate and rounded; sums over days and stores come after.
 */
export const storeDays = (
  sql: Sql,
  { store_ids, days, target }: { store_ids: number[]; days: Statement; target: Statement },
): Statement => {
  const converted = (column: string) =>
    sql`coalesce(round(${sql(column)} * multiplier / divisor)::bigint, 0) as ${sql(column)}`
  const rate = conversion(sql, sql`s.currency`, target, sql`d.day`)
  return sql`
    with chosen_day as (${days}),
    fixed as (${fixedCostDays(sql, sql`select day from chosen_day`, target)}),
    booked as (
      select d.store_id, d.day, d.orders, d.units_sold, d.units_returned, d.gross_sales_minor, d.discounts_minor, d.returns_minor,
             d.shipping_income_minor, d.tips_minor, d.cogs_minor, d.written_off_goods_minor, d.shipping_cost_minor,
             d.transaction_fees_minor, d.ad_spend_minor, d.taxes_minor, d.revenue_cogs_known_minor, d.revenue_shipping_known_minor,
             d.revenue_fees_known_minor, ${rate.multiplier} as multiplier, ${rate.divisor} as divisor
      from daily_financials d
      join chosen_day c on c.day = d.day
      join stores s on s.id = d.store_id
      where d.store_id = any(${store_ids}::bigint[])
    )
    select coalesce(b.store_id, f.store_id) as store_id, coalesce(b.day, f.day) as day,
           coalesce(b.orders, 0) as orders, coalesce(b.units_sold, 0) as units_sold, coalesce(b.units_returned, 0) as units_returned,
           ${converted('gross_sales_minor')}, ${converted('discounts_minor')}, ${converted('returns_minor')},
           ${converted('shipping_income_minor')}, ${converted('tips_minor')}, ${converted('cogs_minor')},
           ${converted('written_off_goods_minor')}, ${converted('shipping_cost_minor')}, ${converted('transaction_fees_minor')},
           ${converted('ad_spend_minor')}, ${converted('taxes_minor')}, ${converted('revenue_cogs_known_minor')},
           ${converted('revenue_shipping_known_minor')}, ${converted('revenue_fees_known_minor')},
           coalesce(f.fixed_costs_minor, 0) as fixed_costs_minor
    from booked b
    full join (select store_id, day, fixed_costs_minor from fixed where store_id = any(${store_ids}::bigint[])) f
      on f.store_id = b.store_id and f.day = b.day`
}
