import * as v from 'valibot'
import { entriesOfOrders } from './booking.ts'
import type { Sql } from './connect.ts'
import type { Changed } from './order-costs.ts'
import { changes, FigureChanges, Pnl, pnl } from './pnl.ts'
import { get, type Statement } from './query.ts'
import type { Replayed } from './store-days.ts'
import { BusinessDay, Currency } from './units.ts'

/** The P&L of a range as it was, as it would have been, and by what each figure differs. */
export const WhatIf = v.object({
  store: v.nullable(v.string()),
  currency: Currency,
  start: BusinessDay,
  end: BusinessDay,
  before: Pnl,
  after: Pnl,
  change: FigureChanges,
})

/** Percents of what was: 110 is a tenth more. */
type Terms = Changed & { ad_spend: string }
type Asked = {
  store: string | null
  store_ids: number[]
  currency: string
  start: string
  end: string
  now: Date
  changed: Terms
}
const SAMPLE: Asked = {
  store: null,
  store_ids: [1],
  currency: 'EUR',
  start: '2026-04-01',
  end: '2026-04-30',
  now: new Date('2026-05-13T10:00:00Z'),
  changed: { price: '100', cogs: '108', shipping_cost: '100', ad_spend: '100' },
}

const FIGURES = [
  'gross_sales',
  'discounts',
  'returns',
  'cogs',
  'written_off_goods',
  'shipping_cost',
  'transaction_fees',
  'taxes',
]

/**
 * The days as they would have been: what the orders would have booked at other prices and costs, less what is booked, comes on top of each
 * day, so that what is not of an order stays. Ad spend, and what was posted by hand, is scaled as it is.
 */
function replayed(sql: Sql, { store_ids, start, end, changed }: Asked): Replayed {
  const which = sql`
    o.id in (
      select order_id from ledger_entries
      where store_id = any(${store_ids}::bigint[]) and business_day between ${start} and ${end} and order_id is not null)`
  const joined = (parts: Statement[]) => parts.reduce((all, part) => sql`${all}, ${part}`)
  const minor = (figure: string) => sql(`${figure}_minor`)
  const known = (cost: string) => ({
    column: sql(`revenue_${cost}_known_minor`),
    flag: sql(`${cost}_known`),
  })
  const COSTS = ['cogs', 'shipping', 'fees'].map(known)
  const percent = (column: Statement, by: string) => sql`round(${column} * ${by}::numeric / 100)::bigint`
  return {
    booked: sql`(
    with replay as (
      select store_id, business_day, account, amount_minor, cogs_known, shipping_known, fees_known
      from (${entriesOfOrders(sql, which, changed)}) changed
      union all
      select store_id, business_day, account, -amount_minor, cogs_known, shipping_known, fees_known
      from ledger_entries
      where store_id = any(${store_ids}::bigint[]) and business_day between ${start} and ${end} and order_id is not null
    ),
    more as (
      select store_id, business_day,
             ${joined(FIGURES.map((figure) => sql`coalesce(sum(amount_minor) filter (where account = ${figure}), 0) as ${minor(figure)}`))},
             ${joined(COSTS.map(({ column, flag }) => sql`coalesce(sum(signed_revenue(account, amount_minor)) filter (where ${flag}), 0) as ${column}`))},
             sum(signed_revenue(account, amount_minor)) as revenue_minor
      from replay
      where business_day between ${start} and ${end}
      group by store_id, business_day
    )
    select d.store_id, d.day, d.orders, d.units_sold, d.units_returned, d.shipping_income_minor, d.tips_minor,
           ${percent(sql`d.ad_spend_minor`, changed.ad_spend)} as ad_spend_minor,
           ${joined(FIGURES.map((figure) => sql`(d.${minor(figure)} + coalesce(m.${minor(figure)}, 0))::bigint as ${minor(figure)}`))},
           ${joined(COSTS.map(({ column }) => sql`(d.${column} + coalesce(m.${column}, 0))::bigint as ${column}`))},
           (d.revenue_minor + coalesce(m.revenue_minor, 0))::bigint as revenue_minor
    from daily_financials d
    left join more m on m.store_id = d.store_id and m.business_day = d.day
    where d.store_id = any(${store_ids}::bigint[]) and d.day between ${start} and ${end})`,
    posted: sql`(
    select store_id, day, ${percent(sql`revenue_minor`, changed.price)} as revenue_minor, ${percent(sql`cogs_minor`, changed.cogs)} as cogs_minor,
           ${percent(sql`shipping_cost_minor`, changed.shipping_cost)} as shipping_cost_minor,
           ${percent(sql`transaction_fees_minor`, changed.price)} as transaction_fees_minor,
           ${percent(sql`ad_spend_minor`, changed.ad_spend)} as ad_spend_minor
    from manual_days)`,
  }
}

/** Replays the orders of `start`..`end`, both included, with the same units at other prices and costs. Fixed costs stay as they are. */
export const whatIf = get(WhatIf, SAMPLE, (sql, asked: Asked) => {
  const { store, store_ids, currency, start, end, now } = asked
  const ladder = { store_ids, currency, periods: [{ key: 'range', from: start, to: end }], now }
  return sql`
    with was as (select row_to_json(told) as figures from (${pnl.text(sql, ladder)}) told),
    would_be as (select row_to_json(told) as figures from (${pnl.text(sql, { ...ladder, replayed: replayed(sql, asked) })}) told)
    select ${store}::text as store, ${currency}::text as currency, ${start}::date as start, ${end}::date as "end",
           was.figures as before, would_be.figures as after, (${changes(sql, sql`was.figures`, sql`would_be.figures`)}) as change
    from was
    cross join would_be`
})
