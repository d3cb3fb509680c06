import * as v from 'valibot'
import { command, get, query, type Statement } from './query.ts'
import { asBooked, dayFigures, workedOut } from './store-days.ts'
import { BusinessDay } from './units.ts'

/** Held until the end of the transaction, so that days are settled by one after another; false when another one is at it. */
export const takeTurnToSettle = get(
  v.object({ taken: v.boolean() }),
  {},
  (sql) => sql`select pg_try_advisory_xact_lock(hashtextextended('settled days', 0)) as taken`,
)

/** Rows of the list of unsettled days, which every read of figures goes through, that a minute may bring before it is settled sooner. */
const MANY = 200

/** Lets the job that settles days come at once where very many writes came since the last time: 7,000 cost each read several milliseconds. */
export const settleSooner = command(
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    update periodic_jobs
    set next_run_at = ${now}
    where name = 'settle_days' and next_run_at > ${now}
      and (select count(*) from (select from unsettled_days limit ${MANY}) listed) = ${MANY}`,
)

type Asked = { today: string; most: number }
const ASKED: Asked = { today: '2026-04-13', most: 60 }

/**
 * Takes the newest unsettled days until `today` off the list, `most` at once, to be settled in the same transaction. Whatever was committed
 * until now is in what later statements see, and what comes after puts its days on the list again. A day on which a rate is missing stays.
 */
export const takeUnsettledDays = query(
  v.object({ day: BusinessDay }),
  ASKED,
  (sql, { today, most }: Asked) => sql`
    with bounds as (
      select coalesce(least((select min(day) from daily_financials), (select min(starts_on) from fixed_costs)), ${today}::date) as first_day,
             greatest((select max(day) from daily_financials), ${today}::date) as last_day
    ),
    gone as (
      delete from unsettled_days
      where exists (select 1 from unsettled_days u join bounds b on u.days && daterange(b.first_day, b.last_day, '[]'))
      returning days
    ),
    marked as (select range_agg(days) as days from gone),
    foreign_currency as (
      select currency from stores union select currency from fixed_costs union select reporting_currency from workspace
    ),
    taken as (
      select d.day::date as day
      from bounds
      cross join marked
      cross join generate_series(first_day, last_day, interval '1 day') d (day)
      where marked.days @> d.day::date
        and not exists (select 1 from foreign_currency f where units_per_euro(f.currency, d.day::date) is null)
      order by d.day desc
      limit ${most}
    ),
    left_over as (
      insert into unsettled_days (days)
      select unnest(marked.days - coalesce((select range_agg(daterange(day, day, '[]')) from taken), '{}'::datemultirange)) from marked
    )
    select day from taken order by day`,
)

const DAYS = { days: ['2026-04-13'] }

export const forgetSettledDays = command(
  DAYS,
  (sql, { days }: typeof DAYS) => sql`delete from settled_days where day = any(${days}::date[])`,
)

type Settling = { store_ids: number[]; reporting_currency: string; days: string[] }
const SETTLING: Settling = { store_ids: [1], reporting_currency: 'EUR', ...DAYS }

/** Works out days of stores, each in the store's currency and in the reporting currency, and keeps them. */
export const settleDays = command(SETTLING, (sql, { store_ids, reporting_currency, days }: Settling) => {
  const figures = dayFigures(sql)
  const figuresIn = (target: Statement) =>
    workedOut(sql, {
      store_ids,
      days: sql`select day from unnest(${days}::date[]) day`,
      target,
      replayed: asBooked(sql),
    })
  return sql`
    insert into settled_days (store_id, day, currency, ${figures})
    select d.store_id, d.day, s.currency, ${figures}
    from (${figuresIn(sql`s.currency`)}) d
    join stores s on s.id = d.store_id
    union all
    select d.store_id, d.day, ${reporting_currency}::text, ${figures}
    from (${figuresIn(sql`${reporting_currency}::text`)}) d
    join stores s on s.id = d.store_id
    where s.currency <> ${reporting_currency}::text`
})
