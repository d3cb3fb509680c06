import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'
import { conversion } from './store-days.ts'

/** What is summed of a product, in the order of the statements below. */
const SUMMED = [
  'units_sold', 'units_returned', 'units_came_back', 'gross_sales_minor', 'discounts_minor', 'returns_minor', 'cogs_minor', 'ad_spend_minor',
] as const // prettier-ignore
const CONVERTED = ['gross_sales_minor', 'discounts_minor', 'returns_minor', 'cogs_minor', 'ad_spend_minor'] as const

const listed = (sql: Sql, parts: readonly Statement[]): Statement =>
  parts.slice(1).reduce((all, part) => sql`${all}, ${part}`, parts[0]!)

/** Their columns. */
export const productFigures = (sql: Sql): Statement =>
  listed(
    sql,
    SUMMED.map((figure) => sql`${sql(figure)}`),
  )

/** Their sums. */
export const summedProductFigures = (sql: Sql): Statement =>
  listed(
    sql,
    SUMMED.map((figure) => sql`sum(${sql(figure)})::bigint as ${sql(figure)}`),
  )

/**
 * What products did in stores on days, and units of the days' orders that came back until now, in minor units of `target` (an expression
 * over the store `s`). The products of a store's day are rounded so that they add up to what their sum comes to.
 * @param storeDays rows of store_id and day, each once
 */
export const productDays = (sql: Sql, storeDays: Statement, target: Statement): Statement => {
  const rate = conversion(sql, sql`s.currency`, target, sql`s.day`)
  const inTarget = (column: (typeof CONVERTED)[number]) => sql`
    (round(sum(f.${sql(column)}) over up_to * r.multiplier / r.divisor)
     - round((sum(f.${sql(column)}) over up_to - f.${sql(column)}) * r.multiplier / r.divisor))::bigint as ${sql(column)}`
  const amounts = listed(
    sql,
    CONVERTED.map((column) => sql`f.${sql(column)}`),
  )
  // Day by day (offset 0): joined at once, a planner that expects many days reads the products of all days there are.
  const facts = sql`
    (select product_id, units_sold, units_returned, gross_sales_minor, discounts_minor, returns_minor, cogs_minor, ad_spend_minor
     from product_performance
     where store_id = a.store_id and day = a.day
     offset 0)`
  return sql`
    with asked as materialized (
      select a.store_id, a.day, s.currency, s.currency <> ${target} as is_foreign from (${storeDays}) a join stores s on s.id = a.store_id
    ),
    abroad as materialized (
      select a.store_id, a.day, a.currency, f.product_id, f.units_sold, f.units_returned, ${amounts}
      from asked a
      cross join lateral ${facts} f
      where a.is_foreign
    ),
    -- Only of days with facts: a rate that is missing on another day is missed by nobody.
    rate as materialized (
      select s.currency, s.day, ${rate.multiplier} as multiplier, ${rate.divisor} as divisor
      from (select distinct currency, day from abroad) s
    )
    select a.store_id, a.day, f.product_id, f.units_sold, f.units_returned, 0 as units_came_back, ${amounts}
    from asked a
    cross join lateral ${facts} f
    where not a.is_foreign
    union all
    select f.store_id, f.day, f.product_id, f.units_sold, f.units_returned, 0, ${listed(sql, CONVERTED.map(inTarget))}
    from abroad f
    join rate r on r.currency = f.currency and r.day = f.day
    window up_to as (partition by f.store_id, f.day order by f.product_id)
    union all
    select a.store_id, a.day, b.product_id, 0, 0, b.units, 0, 0, 0, 0, 0
    from asked a
    cross join lateral (
      select product_id, units from returned_units where store_id = a.store_id and order_day = a.day offset 0) b`
}

type Asked = { store_ids: number[]; currency: string; start: string; end: string }

/**
 * What products did in stores in `start`..`end`, both included, one row per store and product, amounts in minor units of `currency`; the row
 * without a product has the units of no product that came back. Years, months and parts of months that are settled are taken as they are,
 * whatever they are cut into is added up, so that the length of a range hardly counts.
 */
export const productSums = (sql: Sql, { store_ids, currency, start, end }: Asked): Statement => sql`
    with unsettled as materialized (
      select store_id, range_agg(days) as days
      from (
        select store_id, days from unsettled_product_days
        where days && daterange(${start}::date, ${end}::date, '[]') and (store_id is null or store_id = any(${store_ids}::bigint[]))
        union all
        select null, daterange(null, null)
        from stores s
        cross join workspace w
        where s.id = any(${store_ids}::bigint[]) and ${currency} not in (s.currency, w.reporting_currency)) marked
      group by store_id
    ),
    everywhere as materialized (
      select coalesce((select days from unsettled where store_id is null), '{}'::datemultirange) as days
    ),
    -- Stores of which nothing special is unsettled share their spans: the list without a store.
    settled_store as materialized (
      select coalesce(array_agg(id), '{}') as ids
      from unnest(${store_ids}::bigint[]) id
      where not exists (select 1 from unsettled u where u.store_id = id)
    ),
    cut as materialized (
      select distinct g.store_id, span.days
      from (
        select null::bigint as store_id, days from everywhere
        union all
        select u.store_id, u.days + e.days from unsettled u cross join everywhere e where u.store_id is not null) g
      cross join (
        select day, span_of(day, 'part') as part, span_of(day, 'month') as month, span_of(day, 'year') as year
        from (select day::date as day from generate_series(${start}::date, ${end}::date, interval '1 day') day) asked) c
      cross join lateral (
        select case when c.year <@ range.whole and not c.year && g.days then c.year
                    when c.month <@ range.whole and not c.month && g.days then c.month
                    when c.part <@ range.whole and not c.part && g.days then c.part
                    else daterange(c.day, c.day, '[]') end as days
        from (select daterange(${start}::date, ${end}::date, '[]') as whole) range) span
    ),
    span as materialized (
      select store_id, lower(days) as first_day, upper(days) - 1 as last_day from cut where upper(days) - lower(days) > 1
    ),
    store_day as (
      select c.store_id, lower(c.days) as day from cut c where c.store_id is not null and upper(c.days) - lower(c.days) = 1
      union all
      select id, lower(c.days)
      from cut c
      cross join settled_store
      cross join unnest(ids) id
      where c.store_id is null and upper(c.days) - lower(c.days) = 1
    )
    select store_id, product_id, ${summedProductFigures(sql)}
    from (
      select f.store_id, f.product_id, ${productFigures(sql)}
      from span
      cross join lateral (
        select store_id, product_id, ${productFigures(sql)}
        from product_spans
        where first_day = span.first_day and last_day = span.last_day and currency = ${currency}
          and store_id = any(case when span.store_id is null then (select ids from settled_store) else array[span.store_id] end)
        offset 0) f
      union all
      select store_id, product_id, ${productFigures(sql)}
      from (${productDays(sql, sql`select store_id, day from store_day`, sql`${currency}`)}) worked_out) parts
    group by store_id, product_id`
