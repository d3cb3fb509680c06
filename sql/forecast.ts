import * as v from 'valibot'
import { query } from './query.ts'
import { fixedCostDays, storeDays } from './store-days.ts'
import { Amount, BusinessDay, Count, Currency } from './units.ts'

/** A figure of a running month: what is closed, what the rest is expected to bring, their sum, and the band that 8 of 10 months end in. */
export const MonthForecast = v.object({
  figure: v.picklist(['revenue', 'ad_spend', 'cm3', 'fixed_costs', 'net_profit']),
  start: BusinessDay,
  end: BusinessDay,
  currency: Currency,
  closed_days: Count,
  remaining_days: Count,
  pattern_days: Count,
  so_far: Amount,
  expected_rest: Amount,
  forecast: Amount,
  low: Amount,
  high: Amount,
})

type Asked = { store_ids: number[]; currency: string; today: string }
const SAMPLE: Asked = { store_ids: [1], currency: 'EUR', today: '2026-04-13' }

/**
 * The month of `today` until its end. Closed days (before today) are the P&L's; today and the days after it are each expected to be as the same
 * weekday was on average in the eight weeks before today (as far back as there are facts). Fixed costs are not guessed: they accrue, future
 * days at today's exchange rate. The band is 1.28 standard deviations of the rest, its days taken as independent.
 */
export const monthForecast = query(MonthForecast, SAMPLE, (sql, { store_ids, currency, today }: Asked) => {
  const month = sql`date_trunc('month', ${today}::timestamp)`
  const days = sql`
    select day::date as day
    from generate_series(least(${month}, ${today}::timestamp - interval '56 days'), ${today}::timestamp - interval '1 day', interval '1 day') day`
  const ahead = sql`
    select day::date as day from generate_series(${today}::timestamp, ${month} + interval '1 month - 1 day', interval '1 day') day`
  return sql`
    with span as (select ${month}::date as first_day, (${month} + interval '1 month - 1 day')::date as last_day),
    store_day as (${storeDays(sql, { store_ids, days, target: sql`${currency}` })}),
    fixed_ahead as (${fixedCostDays(sql, ahead, sql`${currency}`, sql`least(h.day, ${today}::date)`)}),
    closed as (
      select day, sum(gross_sales_minor - discounts_minor - returns_minor + shipping_income_minor + tips_minor) as revenue,
             sum(ad_spend_minor) as ad_spend,
             sum(gross_sales_minor - discounts_minor - returns_minor + shipping_income_minor + tips_minor
                 - cogs_minor - shipping_cost_minor - transaction_fees_minor - ad_spend_minor) as cm3,
             sum(fixed_costs_minor) as fixed_costs
      from store_day
      group by day
    ),
    -- A day without facts earned nothing; days before the first facts say nothing.
    pattern as (
      select at::date as day, extract(isodow from at) as weekday, coalesce(c.revenue, 0) as revenue, coalesce(c.ad_spend, 0) as ad_spend,
             coalesce(c.cm3, 0) as cm3
      from generate_series(
        greatest(${today}::date - 56, (select min(day) from closed where revenue <> 0 or ad_spend <> 0))::timestamp,
        ${today}::timestamp - interval '1 day', interval '1 day') at
      left join closed c on c.day = at::date
    ),
    weekday as (
      select figure, weekday, avg(amount) as mean, coalesce(var_samp(amount), 0) as variance
      from pattern
      cross join lateral (values ('revenue', revenue), ('ad_spend', ad_spend), ('cm3', cm3)) as named (figure, amount)
      group by figure, weekday
    ),
    rest as (
      select figure, sum(mean) as expected, sqrt(sum(variance)) as deviation
      from (${ahead}) day
      join weekday w on w.weekday = extract(isodow from day.day)
      group by figure
    ),
    figure as (
      select named.figure, named.position, coalesce(sum(named.amount) filter (where c.day >= first_day), 0) as so_far
      from span
      left join closed c on true
      cross join lateral (values
        (1, 'revenue', c.revenue), (2, 'ad_spend', c.ad_spend), (3, 'cm3', c.cm3), (4, 'fixed_costs', c.fixed_costs),
        (5, 'net_profit', c.cm3 - c.fixed_costs)) as named (position, figure, amount)
      group by named.figure, named.position
    ),
    ahead as (select coalesce(sum(fixed_costs_minor) filter (where store_id = any(${store_ids}::bigint[])), 0) as fixed_costs from fixed_ahead),
    worked_out as (
      select f.figure, f.position, round(f.so_far) as so_far,
             case f.figure when 'fixed_costs' then ahead.fixed_costs
                           when 'net_profit' then round(coalesce(r.expected, 0)) - ahead.fixed_costs
                           else round(coalesce(r.expected, 0)) end as rest,
             case f.figure when 'fixed_costs' then 0 else round(coalesce(r.deviation, 0) * 1.2816) end as band
      from figure f
      cross join ahead
      left join rest r on r.figure = case f.figure when 'net_profit' then 'cm3' else f.figure end
    )
    select figure, first_day as start, last_day as "end", ${currency}::text as currency,
           greatest(${today}::date - first_day, 0) as closed_days, last_day - ${today}::date + 1 as remaining_days,
           (select count(*)::int from pattern) as pattern_days,
           major(so_far::bigint, minor_digits) as so_far, major(rest::bigint, minor_digits) as expected_rest,
           major((so_far + rest)::bigint, minor_digits) as forecast, major((so_far + rest - band)::bigint, minor_digits) as low,
           major((so_far + rest + band)::bigint, minor_digits) as high
    from worked_out
    cross join span
    join currencies c on c.code = ${currency}
    order by position`
})
