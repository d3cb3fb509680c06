import * as v from 'valibot'
import { addDays } from '../src/day.ts'
import type { Sql } from './connect.ts'
import { monthForecast } from './forecast.ts'
import { pnl } from './pnl.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Amount, Count, Currency, Id, Ratio } from './units.ts'

/** The net profit that a month is to bring, of a store or (null) of all together. `set_by` is who set it last, while they are a user. */
export const Goal = v.object({
  id: Id,
  month: v.string(),
  store: v.nullable(v.string()),
  amount: Amount,
  currency: Currency,
  set_by: v.nullable(v.string()),
  updated_at: v.string(),
})
export type Goal = v.InferOutput<typeof Goal>

const goals = (sql: Sql): Statement => sql`
    select g.id, to_char(g.month, 'YYYY-MM') as month, s.slug as store, g.amount, g.currency, u.email as set_by, iso(g.updated_at) as updated_at
    from goals g
    left join stores s on s.id = g.store_id
    left join users u on u.id = g.set_by`

type Listed = {
  month: string | null
  store_id: number | null
  limit: number
  offset: number
  after: number | null
}

/** Goals, set first last; `after` is the id of the last one seen. */
export const listGoals = query(
  Goal,
  { month: '2026-04', store_id: null, limit: 50, offset: 0, after: null },
  (sql, { month, store_id, limit, offset, after }: Listed) => sql`
    ${goals(sql)}
    where (${month}::text is null or g.month = to_date(${month}, 'YYYY-MM')) and (${store_id}::bigint is null or g.store_id = ${store_id})
      and (${after}::bigint is null or g.id < ${after})
    order by g.id desc
    limit ${limit} offset ${offset}`,
)

export const findGoal = find(Goal, { id: 1 }, (sql, { id }: { id: number }) => sql`${goals(sql)} where g.id = ${id}`)

type Of = { store_id: number | null; month: string }

/** The goal of a month `YYYY-MM` that is set already. */
export const findGoalOf = find(
  Goal,
  { store_id: 1, month: '2026-04' },
  (sql, { store_id, month }: Of) => sql`
    ${goals(sql)} where g.month = to_date(${month}, 'YYYY-MM') and g.store_id is not distinct from ${store_id}::bigint`,
)

export const deleteGoal = command({ id: 1 }, (sql, { id }: { id: number }) => sql`delete from goals where id = ${id}`)

/**
 * A month's goal beside where the month is and will end. `needed_per_day` is what each of the remaining days, today among them, is to bring;
 * zero once the goal is reached. `revenue_needed` and `ad_spend_needed` are what the whole month would take at the
 * margin and efficiency of the last eight weeks; null when each euro of revenue costs more than it brings.
 */
export const GoalPacing = v.object({
  store: v.nullable(v.string()),
  month: v.string(),
  currency: Currency,
  goal: Amount,
  so_far: Amount,
  needed_per_day: Amount,
  forecast: Amount,
  low: Amount,
  high: Amount,
  closed_days: Count,
  remaining_days: Count,
  cm2_percent: Ratio,
  mer: Ratio,
  revenue_needed: Ratio,
  ad_spend_needed: Ratio,
})
export type GoalPacing = v.InferOutput<typeof GoalPacing>

type Asked = { store_id: number | null; store_ids: number[]; currency: string; today: string; now: Date }
const SAMPLE: Asked = {
  store_id: 1,
  store_ids: [1],
  currency: 'EUR',
  today: '2026-04-13',
  now: new Date('2026-04-13T10:00:00Z'),
}

/**
 * Revenue R that brings profit T over the fixed costs F of the forecast `x`, at the margin c = CM2 / revenue and the efficiency
 * m = revenue / ad spend of the pattern `p`: R = (T + F) / (c - 1 / m), with spend R / m. Null when each euro of revenue costs more than it brings.
 */
const revenueNeeded = (sql: Sql, profit: Statement): Statement => sql`
  (${profit} + x.forecast) / nullif(greatest(p.cm2 / nullif(p.revenue, 0) - coalesce(1 / nullif(p.mer, 0), 0), 0), 0)`

/** The goal of the month of `today`, of one store or (null) of all together. */
export const findGoalPacing = find(GoalPacing, SAMPLE, (sql, { store_id, store_ids, currency, today, now }: Asked) => {
  const periods = [{ key: 'pattern', from: addDays(today, -56), to: addDays(today, -1) }]
  return sql`
    with forecast as (${monthForecast.text(sql, { store_ids, currency, today })}),
    pattern as (${pnl.text(sql, { store_ids, currency, periods, now })})
    select s.slug as store, to_char(g.month, 'YYYY-MM') as month, g.currency, g.amount as goal, f.so_far,
           round(greatest(g.amount - f.so_far, 0) / f.remaining_days, c.minor_digits) as needed_per_day,
           f.forecast, f.low, f.high, f.closed_days, f.remaining_days, p.cm2_percent, p.mer,
           round(${revenueNeeded(sql, sql`g.amount`)}, c.minor_digits) as revenue_needed,
           round(${revenueNeeded(sql, sql`g.amount`)} / nullif(p.mer, 0), c.minor_digits) as ad_spend_needed
    from goals g
    join currencies c on c.code = g.currency
    left join stores s on s.id = g.store_id
    join forecast f on f.figure = 'net_profit'
    join forecast x on x.figure = 'fixed_costs'
    cross join pattern p
    where g.month = date_trunc('month', ${today}::timestamp)::date and g.store_id is not distinct from ${store_id}::bigint
      and g.currency = ${currency}`
})

/** What the running month takes to bring a net profit of `amount`, at the margin and the efficiency of the eight weeks before today. */
export const GoalPlan = v.object({
  month: v.string(),
  currency: Currency,
  amount: Amount,
  days: Count,
  fixed_costs: Amount,
  cm2_percent: Ratio,
  mer: Ratio,
  revenue_needed: Ratio,
  ad_spend_needed: Ratio,
  revenue_per_day: Ratio,
  ad_spend_per_day: Ratio,
})

type Planned = Omit<Asked, 'store_id'> & { amount: string }

/** The plan of the month of `today`. `amount` in major units of `currency` as decimal text. */
export const planGoal = get(
  GoalPlan,
  { store_ids: [1], currency: 'EUR', today: '2026-04-13', now: SAMPLE.now, amount: '10000' },
  (sql, { store_ids, currency, today, now, amount }: Planned) => {
    const periods = [{ key: 'pattern', from: addDays(today, -56), to: addDays(today, -1) }]
    return sql`
    with forecast as (${monthForecast.text(sql, { store_ids, currency, today })}),
    pattern as (${pnl.text(sql, { store_ids, currency, periods, now })}),
    need as (
      select p.cm2_percent, p.mer, x.forecast as fixed_costs, x.closed_days + x.remaining_days as days,
             ${revenueNeeded(sql, sql`${amount}::numeric`)} as revenue
      from forecast x
      cross join pattern p
      where x.figure = 'fixed_costs'
    )
    select to_char(${today}::date, 'YYYY-MM') as month, c.code as currency, round(${amount}::numeric, c.minor_digits) as amount, n.days, n.fixed_costs,
           n.cm2_percent, n.mer, round(n.revenue, c.minor_digits) as revenue_needed,
           round(n.revenue / nullif(n.mer, 0), c.minor_digits) as ad_spend_needed,
           round(n.revenue / n.days, c.minor_digits) as revenue_per_day,
           round(n.revenue / nullif(n.mer, 0) / n.days, c.minor_digits) as ad_spend_per_day
    from need n
    join currencies c on c.code = ${currency}`
  },
)

type NewGoal = Of & { amount: string; currency: string; user_id: number; now: Date }
const NEW: NewGoal = { store_id: 1, month: '2026-04', amount: '10000', currency: 'EUR', user_id: 1, now: new Date(0) }

/** Sets a month's goal, with the decimals of its currency; the one before is replaced. */
export const setGoal = get(
  v.object({ id: Id }),
  NEW,
  (sql, { store_id, month, amount, currency, user_id, now }: NewGoal) => sql`
    insert into goals (store_id, month, amount, currency, set_by, updated_at)
    select ${store_id}, to_date(${month}, 'YYYY-MM'), round(${amount}::numeric, minor_digits), code, ${user_id}, ${now}
    from currencies
    where code = ${currency}
    on conflict (store_id, month) do update
    set amount = excluded.amount, currency = excluded.currency, set_by = excluded.set_by, updated_at = excluded.updated_at
    returning id`,
)
