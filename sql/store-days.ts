import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'

/**
 * Minor units of one currency to those of another on a day: times `multiplier`, then by `divisor`, then round; both are 1 between like
 * currencies. The division comes last, so that half a cent stays half a cent: 3 × (1 / 1.2) is less than 2.5.
 */
export const conversion = (sql: Sql, from: Statement, to: Statement, day: Statement) => {
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
 * `rateOf` is the day whose exchange rate holds, the day `h.day` itself unless named.
 */
export const fixedCostDays = (sql: Sql, days: Statement, target: Statement, rateOf = sql`h.day`): Statement => {
  const toTarget = conversion(sql, sql`h.currency`, target, rateOf)
  return sql`
    with wanted_day as (${days}),
    cost_day as (
      select f.id, f.store_id, f.currency, w.day, accrued_minor(f.amount_minor, f."interval", w.day) as amount_minor
      from fixed_costs f
      join wanted_day w on w.day >= f.starts_on and (f.ends_on is null or w.day <= f.ends_on)
    ),
    shared_day as (select distinct day from cost_day where store_id is null),
    -- Not called where no day is shared: its plan is made anew each time, which takes longer than a settled report.
    placed as (
      select p.store_id, p.day, p.weight, p.total, p.up_to
      from (select array_agg(day) as days from shared_day having count(*) > 0) shared
      cross join lateral revenue_shares(shared.days) p
    ),
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

/** Whether the ad spend that was posted by hand for the day `m` counts: only where the day has no row of ad spend. */
export const postedAdSpendCounts = (sql: Sql): Statement => sql`
  (m.ad_spend_minor is not null
   and not exists (select 1 from ad_spend a where a.store_id = m.store_id and a.day = m.day))`

/** Days of stores as the tables `daily_financials` and `manual_days` have them. */
export type Replayed = { booked: Statement; posted: Statement }

/** The days as they are. */
export const asBooked = (sql: Sql): Replayed => ({ booked: sql`daily_financials`, posted: sql`manual_days` })

/** What is known of a store's day beside where and when it is, in the order of the statements below. */
const DAY_FIGURES = [
  'orders', 'units_sold', 'units_returned', 'gross_sales_minor', 'discounts_minor', 'returns_minor', 'shipping_income_minor', 'tips_minor',
  'cogs_minor', 'written_off_goods_minor', 'shipping_cost_minor', 'transaction_fees_minor', 'ad_spend_minor', 'taxes_minor',
  'revenue_cogs_known_minor', 'revenue_shipping_known_minor', 'revenue_fees_known_minor', 'fixed_costs_minor',
] as const // prettier-ignore

/** Their columns. */
export const dayFigures = (sql: Sql): Statement => {
  const [first, ...others] = DAY_FIGURES.map((figure) => sql`${sql(figure)}`)
  return others.reduce((all, one) => sql`${all}, ${one}`, first!)
}

type Asked = { store_ids: number[]; days: Statement; target: Statement; replayed?: Replayed | undefined }

/**
 * The figures of stores on days, in minor units of `target` (an expression over the store `s`, such as s.currency), one row per store
 * and day with facts or fixed costs. Each figure is converted at the day's rate and rounded; sums over days and stores come after.
 * A figure that was posted by hand stands in place of the ledger's. Posted revenue stands as gross sales, because nobody said how it
 * parts; a posted cost counts as known for the day's revenue, a cost of the ledger not as known for posted revenue.
 * Days that are settled, in a currency that they are settled in, are taken as they are; the others are worked out.
 * `replayed` are days to take in place of those that were booked and posted.
 */
export const storeDays = (sql: Sql, { store_ids, days, target, replayed }: Asked): Statement => {
  if (replayed) return workedOut(sql, { store_ids, days, target, replayed })
  const figures = dayFigures(sql)
  return sql`
    with asked_day as materialized (${days}),
    unsettled as materialized (
      select (select range_agg(u.days) from unsettled_days u) as days,
             not exists (
               select 1 from stores s cross join workspace w
               where s.id = any(${store_ids}::bigint[]) and ${target} not in (s.currency, w.reporting_currency)) as in_known_currency
    ),
    open_day as materialized (select a.day from asked_day a cross join unsettled u where not u.in_known_currency or a.day <@ u.days),
    worked_out as (${workedOut(sql, { store_ids, days: sql`select day from open_day`, target, replayed: asBooked(sql) })})
    select store_id, day, ${figures} from worked_out
    union all
    select k.store_id, k.day, ${figures}
    from settled_days k
    join stores s on s.id = k.store_id
    where k.store_id = any(${store_ids}::bigint[]) and k.currency = ${target}
      and k.day between (select min(day) from asked_day) and (select max(day) from asked_day)
      and k.day in (select day from asked_day) and k.day not in (select day from open_day)`
}

/** Days as `storeDays` tells them, worked out from what was booked and posted. */
export const workedOut = (
  sql: Sql,
  { store_ids, days, target, replayed: { booked, posted } }: Asked & { replayed: Replayed },
): Statement => {
  const converted = (column: string) =>
    sql`coalesce(round(${sql(column)} * multiplier / divisor)::bigint, 0) as ${sql(column)}`
  const rate = conversion(sql, sql`s.currency`, target, sql`d.day`)
  const unlessPosted = (posted: string, column: string) =>
    sql`case when m.${sql(posted)} is null then d.${sql(column)} else 0 end as ${sql(column)}`
  const known = (cost: string, posted = `${cost}_minor`) => {
    const column = `revenue_${cost}_known_minor`
    return sql`
      case when m.${sql(posted)} is not null then coalesce(m.revenue_minor, d.revenue_minor)
           when m.revenue_minor is null then d.${sql(column)} else 0 end as ${sql(column)}`
  }
  return sql`
    with chosen_day as (${days}),
    fixed as (${fixedCostDays(sql, sql`select day from chosen_day`, target)}),
    -- Materialized, so that rates are asked for the chosen days alone: below the join they were asked for all, and one that is missing fails.
    booked as materialized (
      select d.store_id, d.day, d.orders, d.units_sold, d.units_returned, coalesce(m.revenue_minor, d.gross_sales_minor) as gross_sales_minor,
             ${unlessPosted('revenue_minor', 'discounts_minor')}, ${unlessPosted('revenue_minor', 'returns_minor')},
             ${unlessPosted('revenue_minor', 'shipping_income_minor')}, ${unlessPosted('revenue_minor', 'tips_minor')},
             coalesce(m.cogs_minor, d.cogs_minor) as cogs_minor, ${unlessPosted('cogs_minor', 'written_off_goods_minor')},
             coalesce(m.shipping_cost_minor, d.shipping_cost_minor) as shipping_cost_minor,
             coalesce(m.transaction_fees_minor, d.transaction_fees_minor) as transaction_fees_minor,
             case when ${postedAdSpendCounts(sql)} then m.ad_spend_minor else d.ad_spend_minor end as ad_spend_minor, d.taxes_minor,
             ${known('cogs')}, ${known('shipping', 'shipping_cost_minor')}, ${known('fees', 'transaction_fees_minor')},
             ${rate.multiplier} as multiplier, ${rate.divisor} as divisor
      from ${booked} d
      join chosen_day c on c.day = d.day
      join stores s on s.id = d.store_id
      left join ${posted} m on m.store_id = d.store_id and m.day = d.day
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

/** The days of stores that carry figures posted by hand which count, each with the names of those, for each `period` of the statement. */
export const manualDays = (sql: Sql, store_ids: number[]): Statement => {
  const named = (column: string, name: string) => sql`case when m.${sql(column)} is not null then ${name} end`
  return sql`
    select key, day, store, figures
    from (
      select p.key, m.day, s.slug as store, array_remove(array[
               ${named('revenue_minor', 'revenue')}, ${named('cogs_minor', 'cogs')}, ${named('shipping_cost_minor', 'shipping_cost')},
               ${named('transaction_fees_minor', 'transaction_fees')}, case when ${postedAdSpendCounts(sql)} then 'ad_spend' end], null) as figures
      from period p
      join manual_days m on m.day between p.from_day and p.to_day
      join stores s on s.id = m.store_id
      where m.store_id = any(${store_ids}::bigint[])) posted
    where figures <> '{}'`
}
