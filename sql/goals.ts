import * as v from 'valibot'
import { addDays } from '../src/day.ts'
import { monthForecast } from './forecast.ts'
import { pnl } from './pnl.ts'
import { command, find } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Ratio } from './units.ts'

/**
 * A month's goal beside where the month is and will end. `revenue_needed` and `ad_spend_needed` are what the whole month would take at the
 * margin and efficiency of the last eight weeks; null when each euro of revenue costs more than it brings.
 */
export const GoalPacing = v.object({
  store: v.nullable(v.string()),
  month: BusinessDay,
  currency: Currency,
  goal: Amount,
  so_far: Amount,
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
 * The goal of the month of `today`, of one store or (null) of all together. Revenue R that brings profit T over fixed costs F at a margin
 * c = CM2 / revenue and an efficiency m = revenue / ad spend: R = (T + F) / (c - 1 / m), with spend R / m.
 */
export const findGoalPacing = find(GoalPacing, SAMPLE, (sql, { store_id, store_ids, currency, today, now }: Asked) => {
  const periods = [{ key: 'pattern', from: addDays(today, -56), to: addDays(today, -1) }]
  return sql`
    with forecast as (${monthForecast.text(sql, { store_ids, currency, today })}),
    pattern as (${pnl.text(sql, { store_ids, currency, periods, now })})
    select s.slug as store, g.month, g.currency, g.amount as goal, f.so_far, f.forecast, f.low, f.high, f.closed_days, f.remaining_days,
           p.cm2_percent, p.mer,
           round((g.amount + x.forecast) / nullif(greatest(p.cm2 / nullif(p.revenue, 0) - coalesce(1 / nullif(p.mer, 0), 0), 0), 0), 2) as revenue_needed,
           round((g.amount + x.forecast) / nullif(greatest(p.cm2 / nullif(p.revenue, 0) - coalesce(1 / nullif(p.mer, 0), 0), 0), 0) / nullif(p.mer, 0), 2) as ad_spend_needed
    from goals g
    left join stores s on s.id = g.store_id
    join forecast f on f.figure = 'net_profit'
    join forecast x on x.figure = 'fixed_costs'
    cross join pattern p
    where g.month = date_trunc('month', ${today}::timestamp)::date and g.store_id is not distinct from ${store_id}::bigint`
})

type Goal = { store_id: number | null; month: string; amount: string; currency: string; user_id: number; now: Date }
const GOAL: Goal = { store_id: 1, month: '2026-04-01', amount: '10000', currency: 'EUR', user_id: 1, now: new Date(0) }

/** Sets a month's goal; the one before is replaced. */
export const setGoal = command(
  GOAL,
  (sql, { store_id, month, amount, currency, user_id, now }: Goal) => sql`
    insert into goals (store_id, month, amount, currency, set_by, updated_at)
    select ${store_id}, ${month}::date, round(${amount}::numeric, minor_digits), code, ${user_id}, ${now}
    from currencies
    where code = ${currency}
    on conflict (store_id, month) do update
    set amount = excluded.amount, currency = excluded.currency, set_by = excluded.set_by, updated_at = excluded.updated_at`,
)
