import * as v from 'valibot'
import { productDays, productFigures, summedProductFigures } from './product-spans.ts'
import { command, get, query, type Statement } from './query.ts'
import type { Sql } from './connect.ts'
import { BusinessDay, Id } from './units.ts'

/** Held until the end of the transaction, so that products are settled by one after another; false when another one is at it. */
export const takeTurnToSettleProducts = get(
  v.object({ taken: v.boolean() }),
  {},
  (sql) => sql`select pg_try_advisory_xact_lock(hashtextextended('settled products', 0)) as taken`,
)

type Asked = { until: string; most: number }
const ASKED: Asked = { until: '2026-04-11', most: 100 }

/**
 * Takes the unsettled days of the newest month that has some, `until` at most, off the list, to be settled in the same transaction. Whatever
 * was committed until now is in what later statements see, and what comes after puts its days on the list again. A store's day with sales
 * whose rate is missing stays. Rows of the list are joined, also when no day is taken, once there are more than `most`.
 */
export const takeUnsettledProductDays = query(
  v.object({ store_id: Id, day: BusinessDay }),
  ASKED,
  (sql, { until, most }: Asked) => sql`
    with facts as materialized (
      select least((select min(day) from product_performance), (select min(order_day) from returned_units)) as first_day
    ),
    listed as materialized (select store_id, days, lacks_rate from unsettled_product_days),
    newest as materialized (
      select max(least(coalesce(upper(days) - 1, 'infinity'), ${until}::date)) as day
      from listed
      cross join facts
      where not lacks_rate and days && daterange(first_day, ${until}::date, '[]') and first_day <= ${until}::date
    ),
    -- The month with the first facts goes with all that lies before it.
    chosen as materialized (
      select case when n.day is null then 'empty'::daterange
                  else daterange(case when lower(m.days) > first_day then lower(m.days) end, least(upper(m.days), ${until}::date + 1)) end as days
      from newest n
      cross join facts
      cross join lateral (select span_of(n.day, 'month') as days) m
    ),
    gone as (
      delete from unsettled_product_days
      where (select day from newest) is not null or (select count(*) from listed) > ${most}
      returning store_id, days, lacks_rate
    ),
    marked as materialized (
      select store_id, coalesce(range_agg(days) filter (where not lacks_rate), '{}') as days,
             coalesce(range_agg(days) filter (where lacks_rate), '{}') as lacking
      from gone
      group by store_id
    ),
    everywhere as materialized (
      select coalesce((select days from marked where store_id is null), '{}'::datemultirange) as days
    ),
    due as materialized (
      select s.id as store_id, s.currency, d.day::date as day
      from chosen c
      cross join facts
      cross join stores s
      cross join everywhere e
      left join marked m on m.store_id = s.id
      cross join generate_series(greatest(lower(c.days), first_day), upper(c.days) - 1, interval '1 day') d (day)
      where e.days @> d.day::date or m.days @> d.day::date
    ),
    rate_day as materialized (
      select currency, day, units_per_euro(currency, day) is null or units_per_euro(w.reporting_currency, day) is null as is_missing
      from (select distinct currency, day from due) d
      cross join workspace w
      where currency <> w.reporting_currency
    ),
    lacking as materialized (
      select d.store_id, d.day
      from due d
      join rate_day r on r.currency = d.currency and r.day = d.day and r.is_missing
      where exists (select 1 from product_performance f where f.store_id = d.store_id and f.day = d.day)
    ),
    left_over as (
      insert into unsettled_product_days (store_id, days, lacks_rate)
      select m.store_id, unnest(m.days - chosen.days::datemultirange - case when m.store_id is null then '{}' else e.days end), false
      from marked m
      cross join chosen
      cross join everywhere e
      union all
      select m.store_id, unnest(m.lacking - (m.days + e.days) * chosen.days::datemultirange), true
      from marked m
      cross join chosen
      cross join everywhere e
      union all
      select store_id, unnest(range_agg(daterange(day, day, '[]'))), true from lacking group by store_id
    )
    select store_id, day from due
    except
    select store_id, day from lacking`,
)

const TAKEN = { store_ids: [1], days: ['2026-04-11'] }
type Taken = typeof TAKEN

/** The spans of a length that the taken days are in, each once. */
const spansOf = (sql: Sql, { store_ids, days }: Taken, length: Statement) => sql`
    select distinct store_id, span_of(day, ${length}) as days
    from unnest(${store_ids}::bigint[], ${days}::date[]) taken (store_id, day)`

/** The same without those that have unsettled days. */
const settledSpansOf = (sql: Sql, taken: Taken, length: Statement) => sql`
    select t.store_id, t.days
    from (${spansOf(sql, taken, length)}) t
    where not exists (
      select 1 from unsettled_product_days u where u.days && t.days and (u.store_id is null or u.store_id = t.store_id))`

/** Takes away the spans with these days, one day of a store by the side of the other. Span by span (offset 0): joined at once, all were read. */
export const forgetProductSpans = command(
  TAKEN,
  (sql, taken: Taken) => sql`
    delete from product_spans
    where ctid = any(array(
      select f.ctid
      from (
        ${spansOf(sql, taken, sql`'part'`)} union all ${spansOf(sql, taken, sql`'month'`)} union all ${spansOf(sql, taken, sql`'year'`)}) t
      cross join lateral (
        select ctid from product_spans
        where first_day = lower(t.days) and last_day = upper(t.days) - 1 and store_id = t.store_id
        offset 0) f))`,
)

/** Works out the parts of months with these days, each in the store's currency and in the reporting currency, and keeps them. */
export const settleProductParts = command(TAKEN, (sql, taken: Taken) => {
  const reporting = sql`(select reporting_currency from workspace)`
  const partsIn = (target: Statement, currency: Statement, wanted: Statement) => sql`
    select lower(p.days), upper(p.days) - 1, p.store_id, ${currency}, f.product_id, ${summedProductFigures(sql)}
    from part p
    join (${productDays(
      sql,
      sql`
        select p.store_id, lower(p.days) + n as day
        from part p
        cross join generate_series(0, upper(p.days) - lower(p.days) - 1) n
        where ${wanted}`,
      target,
    )}) f on f.store_id = p.store_id and f.day <@ p.days
    group by p.days, p.store_id, p.currency, f.product_id`
  return sql`
    with part as materialized (
      select p.store_id, p.days, s.currency from (${settledSpansOf(sql, taken, sql`'part'`)}) p join stores s on s.id = p.store_id
    )
    insert into product_spans (first_day, last_day, store_id, currency, product_id, ${productFigures(sql)})
    ${partsIn(sql`s.currency`, sql`p.currency`, sql`true`)}
    union all
    ${partsIn(reporting, reporting, sql`p.currency <> ${reporting}`)}
    order by 1, 2, 3, 4, 5`
})

/** Adds up the months with these days from their parts, or the years from their months, and keeps them. */
const addUp = (length: 'month' | 'year', part: 'part' | 'month') =>
  command(
    TAKEN,
    (sql, taken: Taken) => sql`
    insert into product_spans (first_day, last_day, store_id, currency, product_id, ${productFigures(sql)})
    select lower(t.days), upper(t.days) - 1, f.store_id, f.currency, f.product_id, ${summedProductFigures(sql)}
    from (${settledSpansOf(sql, taken, sql`${length}`)}) t
    cross join lateral (
      select distinct span_of(lower(t.days) + n, ${part}) as days from generate_series(0, upper(t.days) - lower(t.days) - 1) n) p
    cross join lateral (
      select store_id, currency, product_id, ${productFigures(sql)}
      from product_spans
      where first_day = lower(p.days) and last_day = upper(p.days) - 1 and store_id = t.store_id
      offset 0) f
    group by t.days, f.store_id, f.currency, f.product_id
    order by 1, 2, 3, 4, 5`,
  )
export const settleProductMonths = addUp('month', 'part')
export const settleProductYears = addUp('year', 'month')
