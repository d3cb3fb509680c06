import * as v from 'valibot'
import { adDaysAreFinalBefore } from './ad-spend.ts'
import { Amount, BusinessDay, Count, Currency, Ratio } from './units.ts'
import type { Sql } from './connect.ts'
import { query, type Statement } from './query.ts'
import { manualDays, type Replayed, storeDays } from './store-days.ts'

/** Days with figures posted by hand: how many, and the newest of them with the names of those figures. */
const ManualDays = v.object({
  count: Count,
  days: v.array(v.object({ date: BusinessDay, store: v.string(), figures: v.array(v.string()) })),
})
/** More days than these are counted, not named. */
const NAMED_DAYS = 31

/** The least known cost decides the grade: A from 95 % of revenue, B 85, C 70, D 50, E below. Null without revenue. */
export const Grade = v.nullable(v.picklist(['A', 'B', 'C', 'D', 'E']))
export const GradedCost = v.picklist(['cogs', 'shipping_cost', 'transaction_fees'])

/**
 * How far the figures can be trusted: a grade, with the cost that decides it unless all are known; the percent of revenue whose costs are
 * known, that of ad days that are final, the days that still run, and what people posted.
 */
export const Coverage = v.object({
  grade: Grade,
  weakest: v.nullable(GradedCost),
  cogs_percent: v.nullable(v.number()),
  shipping_cost_percent: v.nullable(v.number()),
  transaction_fees_percent: v.nullable(v.number()),
  /** Of the days with ad spend of a platform in a store, those of which the platform changes nothing any more. */
  final_ad_days_percent: v.nullable(v.number()),
  open_days: v.array(BusinessDay),
  manual_days: ManualDays,
})

/** The P&L ladder and its ratios for one period, in major units of `currency`, tax excluded. */
export const Pnl = v.object({
  period: v.string(),
  start: BusinessDay,
  end: BusinessDay,
  days: Count,
  currency: Currency,
  gross_sales: Amount,
  discounts: Amount,
  returns: Amount,
  net_sales: Amount,
  shipping_income: Amount,
  tips: Amount,
  revenue: Amount,
  cogs: Amount,
  written_off_goods: Amount,
  cm1: Amount,
  cm1_percent: Ratio,
  shipping_cost: Amount,
  transaction_fees: Amount,
  cm2: Amount,
  cm2_percent: Ratio,
  ad_spend: Amount,
  cm3: Amount,
  cm3_percent: Ratio,
  fixed_costs: Amount,
  total_costs: Amount,
  net_profit: Amount,
  margin_percent: Ratio,
  taxes: Amount,
  orders: Count,
  units_sold: Count,
  aov: Ratio,
  mer: Ratio,
  poas: Ratio,
  break_even_roas: Ratio,
  cac: Ratio,
  avg_daily_revenue: Amount,
  avg_daily_profit: Amount,
  coverage: Coverage,
})
export type Pnl = v.InferOutput<typeof Pnl>

/** What figures changed by: the amount, and the percent of the size of the earlier figure (null where that is zero). */
export const FigureChanges = v.record(v.string(), v.object({ amount: Amount, percent: Ratio }))

export type Period = { key: string; from: string; to: string }
/** Whose figures, in which currency, for which periods; `now` decides which days are still running. `replayed`: see `storeDays`. */
export type PnlAsked = { store_ids: number[]; currency: string; periods: Period[]; now: Date; replayed?: Replayed }

const SAMPLE: PnlAsked = {
  store_ids: [1],
  currency: 'EUR',
  periods: [{ key: 'this_month', from: '2026-04-01', to: '2026-04-13' }],
  now: new Date('2026-04-13T10:00:00Z'),
}

const ladder = (sql: Sql, { store_ids, currency, periods, now, replayed }: PnlAsked): Statement => sql`
    with period as (
      select key, from_day, to_day, position
      from unnest(${periods.map((p) => p.key)}::text[], ${periods.map((p) => p.from)}::date[], ${periods.map((p) => p.to)}::date[])
        with ordinality as asked (key, from_day, to_day, position)
    ),
    period_day as (
      select key, day::date as day
      from period
      cross join generate_series(from_day, to_day, interval '1 day') day
    ),
    store_day as (${storeDays(sql, { store_ids, days: sql`select distinct day from period_day`, target: sql`${currency}`, replayed })}),
    added as (
      select p.key, sum(orders)::bigint as orders, sum(units_sold - units_returned)::bigint as units_sold,
             sum(gross_sales_minor)::bigint as gross_sales, sum(discounts_minor)::bigint as discounts,
             sum(returns_minor)::bigint as returns, sum(shipping_income_minor)::bigint as shipping_income, sum(tips_minor)::bigint as tips,
             sum(cogs_minor)::bigint as cogs, sum(written_off_goods_minor)::bigint as written_off_goods,
             sum(shipping_cost_minor)::bigint as shipping_cost, sum(transaction_fees_minor)::bigint as transaction_fees,
             sum(ad_spend_minor)::bigint as ad_spend, sum(fixed_costs_minor)::bigint as fixed_costs, sum(taxes_minor)::bigint as taxes,
             sum(revenue_cogs_known_minor) as cogs_known, sum(revenue_shipping_known_minor) as shipping_known,
             sum(revenue_fees_known_minor) as fees_known
      from period_day p
      join store_day d on d.day = p.day
      group by p.key
    ),
    filled as (
      select p.key, p.from_day, p.to_day, p.position, p.to_day - p.from_day + 1 as days,
             coalesce(orders, 0) as orders, coalesce(units_sold, 0) as units_sold, coalesce(gross_sales, 0) as gross_sales,
             coalesce(discounts, 0) as discounts, coalesce(returns, 0) as returns, coalesce(shipping_income, 0) as shipping_income,
             coalesce(tips, 0) as tips, coalesce(cogs, 0) as cogs, coalesce(written_off_goods, 0) as written_off_goods,
             coalesce(shipping_cost, 0) as shipping_cost, coalesce(transaction_fees, 0) as transaction_fees,
             coalesce(ad_spend, 0) as ad_spend, coalesce(fixed_costs, 0) as fixed_costs, coalesce(taxes, 0) as taxes,
             cogs_known, shipping_known, fees_known
      from period p
      left join added on added.key = p.key
    ),
    net as (select *, gross_sales - discounts - returns as net_sales from filled),
    income as (select *, net_sales + shipping_income + tips as revenue from net),
    first_margin as (select *, revenue - cogs as cm1 from income),
    second_margin as (select *, cm1 - shipping_cost - transaction_fees as cm2 from first_margin),
    third_margin as (select *, cm2 - ad_spend as cm3 from second_margin),
    profit as (
      select *, cogs + shipping_cost + transaction_fees + ad_spend + fixed_costs as total_costs, cm3 - fixed_costs as net_profit
      from third_margin
    ),
    manual as (
      select key, max(total) as total,
             json_agg(json_build_object('date', day, 'store', store, 'figures', figures) order by place) filter (where place <= ${NAMED_DAYS}) as days
      from (
        select key, day, store, figures, row_number() over (partition by key order by day desc, store) as place, count(*) over (partition by key) as total
        from (${manualDays(sql, store_ids)}) posted) placed
      group by key
    ),
    -- Days by account and back again (offset 0), so that whether an account's days are final is asked once for each: asked for every day of
    -- its spend it took a second for 200 stores.
    ad_days as materialized (
      select day, count(*) as days, count(*) filter (where is_final) as final_days
      from (
        select a.store_id, a.platform, day, bool_and(day < f.final_before) as is_final
        from (
          select store_id, platform, account, array_agg(day) as days
          from ad_spend
          where store_id = any(${store_ids}::bigint[]) and day between (select min(from_day) from period) and (select max(to_day) from period)
            and amount_minor > 0
          group by store_id, platform, account) a
        join stores s on s.id = a.store_id
        cross join lateral (select ${adDaysAreFinalBefore(sql, now)} as final_before offset 0) f
        cross join unnest(a.days) day
        group by a.store_id, a.platform, day) ad_day
      group by day
    ),
    running as (
      select min((${now}::timestamptz at time zone time_zone)::date) as first_day, max((${now}::timestamptz at time zone time_zone)::date) as last_day
      from stores
      where id = any(${store_ids}::bigint[])
    )`

/** One row per asked period, in the order asked; a period without facts is all zeros, its ratios null. */
export const pnl = query(
  Pnl,
  SAMPLE,
  (sql, asked: PnlAsked) => sql`
    ${ladder(sql, asked)}
    select key as period, from_day as start, to_day as "end", days, c.code as currency,
           major(gross_sales, minor_digits) as gross_sales, major(discounts, minor_digits) as discounts,
           major(returns, minor_digits) as returns, major(net_sales, minor_digits) as net_sales,
           major(shipping_income, minor_digits) as shipping_income, major(tips, minor_digits) as tips,
           major(revenue, minor_digits) as revenue, major(cogs, minor_digits) as cogs,
           major(written_off_goods, minor_digits) as written_off_goods,
           major(cm1, minor_digits) as cm1, round(cm1 * 100.0 / nullif(revenue, 0), 1) as cm1_percent,
           major(shipping_cost, minor_digits) as shipping_cost, major(transaction_fees, minor_digits) as transaction_fees,
           major(cm2, minor_digits) as cm2, round(cm2 * 100.0 / nullif(revenue, 0), 1) as cm2_percent,
           major(ad_spend, minor_digits) as ad_spend,
           major(cm3, minor_digits) as cm3, round(cm3 * 100.0 / nullif(revenue, 0), 1) as cm3_percent,
           major(fixed_costs, minor_digits) as fixed_costs, major(total_costs, minor_digits) as total_costs,
           major(net_profit, minor_digits) as net_profit, round(net_profit * 100.0 / nullif(revenue, 0), 1) as margin_percent,
           major(taxes, minor_digits) as taxes, orders, units_sold,
           round(revenue / 10::numeric ^ minor_digits / nullif(orders, 0), 2) as aov,
           round(revenue::numeric / nullif(ad_spend, 0), 2) as mer,
           round(cm2::numeric / nullif(ad_spend, 0), 2) as poas,
           round(revenue::numeric / nullif(cm2, 0), 2) as break_even_roas,
           round(ad_spend / 10::numeric ^ minor_digits / nullif(orders, 0), 2) as cac,
           round(revenue / 10::numeric ^ minor_digits / days, 2) as avg_daily_revenue,
           round(net_profit / 10::numeric ^ minor_digits / days, 2) as avg_daily_profit,
           json_build_object(
             'grade', coverage_grade(cogs_percent, shipping_cost_percent, transaction_fees_percent),
             'weakest', case least(cogs_percent, shipping_cost_percent, transaction_fees_percent, 100)
                          when 100 then null when cogs_percent then 'cogs' when shipping_cost_percent then 'shipping_cost'
                          else 'transaction_fees' end,
             'cogs_percent', cogs_percent, 'shipping_cost_percent', shipping_cost_percent,
             'transaction_fees_percent', transaction_fees_percent,
             'final_ad_days_percent', (
               select round(100.0 * sum(a.final_days) / nullif(sum(a.days), 0), 1) from ad_days a where a.day between from_day and to_day),
             'open_days', (
               select coalesce(json_agg(day::date order by day), '[]')
               from running
               cross join generate_series(greatest(first_day, from_day), least(last_day, to_day), interval '1 day') day
               where first_day is not null),
             'manual_days', (
               select json_build_object('count', coalesce(max(total), 0), 'days', coalesce((array_agg(days))[1], '[]'))
               from manual where manual.key = profit.key)) as coverage
    from profit
    cross join lateral (
      select round(cogs_known * 100 / nullif(revenue, 0), 1) as cogs_percent,
             round(shipping_known * 100 / nullif(revenue, 0), 1) as shipping_cost_percent,
             round(fees_known * 100 / nullif(revenue, 0), 1) as transaction_fees_percent) known
    join currencies c on c.code = ${asked.currency}
    order by position`,
)

/** The change of every figure between two ladders: the amount, and the percent of the size of the earlier one; null without figures. */
export const changes = (sql: Sql, was: Statement, is: Statement): Statement => sql`
    select json_object_agg(new.key, json_build_object(
             'amount', new.value::text::numeric - old.value::text::numeric,
             'percent', round((new.value::text::numeric - old.value::text::numeric) * 100 / abs(nullif(old.value::text::numeric, 0)), 1)))
           as change
    from json_each(${is}) new
    join json_each(${was}) old on old.key = new.key
    where json_typeof(new.value) = 'number' and json_typeof(old.value) = 'number' and new.key <> 'days'`

const BEFORE = '/before'
/** The period to compare `key` with is asked for under this name. */
export const before = (key: string) => key + BEFORE

/**
 * Each asked period that is not itself a comparison, as JSON text with the comparison asked for under `before(key)` and the change of every figure:
 * the amount, and the percent of the size of the earlier figure (null where that is zero).
 */
export const pnlCompared = query(
  v.object({ period: v.string(), figures: v.string() }),
  SAMPLE,
  (sql, asked: PnlAsked) => sql`
    with figures as (select row_to_json(ladder) as figures, period from (${pnl.text(sql, asked)}) ladder)
    select f.period,
           (select json_object_agg(key, value)
            from (
              select key, value from json_each(f.figures)
              union all
              select 'comparison', b.figures where b.figures is not null
              union all
              select 'change', change from (${changes(sql, sql`b.figures`, sql`f.figures`)}) changed where change is not null) parts)::text as figures
    from figures f
    left join figures b on b.period = f.period || ${BEFORE}
    where f.period not like ${'%' + BEFORE}`,
)
