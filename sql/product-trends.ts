import * as v from 'valibot'
import { query } from './query.ts'
import { conversion } from './store-days.ts'
import { Amount, BusinessDay, Currency, Id } from './units.ts'

/** A product in steps of whole days: revenue is its net sales, `cm1` that less cost of goods, `direct_ad_spend` the spend on it by name. */
export const ProductTrend = v.object({
  product_id: Id,
  currency: Currency,
  steps: v.array(
    v.object({
      start: BusinessDay,
      end: BusinessDay,
      units_sold: v.number(),
      revenue: Amount,
      cm1: Amount,
      direct_ad_spend: Amount,
    }),
  ),
})

/** Whole days in a step, so many that a range has at most `most` steps. */
type Asked = { product_ids: number[]; store_ids: number[]; currency: string; start: string; end: string; most: number }
const SAMPLE: Asked = {
  product_ids: [1],
  store_ids: [1],
  currency: 'EUR',
  start: '2026-04-01',
  end: '2026-04-30',
  most: 30,
}

/** How these products went through `start`..`end`, both included; steps without facts are zero. Amounts in `currency`, rounded per step. */
export const productTrends = query(
  ProductTrend,
  SAMPLE,
  (sql, { product_ids, store_ids, currency, start, end, most }: Asked) => {
    const rate = conversion(sql, sql`s.currency`, sql`${currency}`, sql`f.day`)
    const converted = (amount: string) => sql`sum(f.${sql(amount)} * ${rate.multiplier} / ${rate.divisor})`
    const amount = (column: string) => sql`major(round(coalesce(${sql(column)}, 0))::bigint, c.minor_digits)`
    return sql`
    with span as (
      select ${start}::date as first_day, ${end}::date as last_day,
             ceil((${end}::date - ${start}::date + 1)::numeric / ${most})::int as days
    ),
    step as (
      select n, first_day + n * days as first_day, least(first_day + (n + 1) * days - 1, last_day) as last_day
      from span
      cross join generate_series(0, (last_day - first_day) / days) n
    ),
    of_day as (
      select f.product_id, (f.day - span.first_day) / span.days as n, sum(f.units_sold - f.units_returned) as units,
             ${converted('revenue_minor')} as revenue, ${converted('cogs_minor')} as cogs, ${converted('ad_spend_minor')} as ad_spend
      from product_performance f
      join stores s on s.id = f.store_id
      cross join span
      where f.product_id = any(${product_ids}::bigint[]) and f.store_id = any(${store_ids}::bigint[]) and f.day between ${start} and ${end}
      group by f.product_id, f.day, span.first_day, span.days, s.currency
    ),
    of_step as (
      select product_id, n, sum(units) as units, sum(revenue) as revenue, sum(revenue) - sum(cogs) as cm1, sum(ad_spend) as ad_spend
      from of_day
      group by product_id, n
    )
    select p.id as product_id, c.code as currency,
           json_agg(json_build_object('start', step.first_day, 'end', step.last_day, 'units_sold', coalesce(f.units, 0), 'revenue', ${amount('revenue')},
                                      'cm1', ${amount('cm1')}, 'direct_ad_spend', ${amount('ad_spend')}) order by step.n) as steps
    from products p
    join currencies c on c.code = ${currency}
    cross join step
    left join of_step f on f.product_id = p.id and f.n = step.n
    where p.id = any(${product_ids}::bigint[])
    group by p.id, c.code
    order by p.id`
  },
)
