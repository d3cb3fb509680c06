import * as v from 'valibot'
import { Amount, BusinessDay, Currency, Id } from './units.ts'
import { query } from './query.ts'
import { storeDays } from './store-days.ts'

/** A store's day, in major units of the store's currency. `net_profit` is after the day's share of the fixed costs. */
export const DailyFinancials = v.object({
  id: Id,
  date: BusinessDay,
  store: v.string(),
  currency: Currency,
  revenue: Amount,
  cogs: Amount,
  shipping_cost: Amount,
  ad_spend: Amount,
  transaction_fees: Amount,
  fixed_costs: Amount,
  net_profit: Amount,
  created_at: v.string(),
})

type Asked = { store_ids: number[]; start: string; end: string; limit: number; offset: number; after: number | null }
const SAMPLE: Asked = { store_ids: [1], start: '2026-04-01', end: '2026-04-13', limit: 50, offset: 0, after: null }

/** Days with facts in `start`..`end`, both included, newest first and by store within a day; `after` is the id of the last one seen. */
export const dailyFinancials = query(
  DailyFinancials,
  SAMPLE,
  (sql, { store_ids, start, end, limit, offset, after }: Asked) => sql`
    with page as (
      select id, store_id, day, created_at
      from daily_financials
      where store_id = any(${store_ids}::bigint[]) and day between ${start} and ${end}
        and (${after}::bigint is null
             or (-(day - date '2000-01-01'), store_id) > (select -(day - date '2000-01-01'), store_id from daily_financials where id = ${after}))
      order by day desc, store_id
      limit ${limit} offset ${offset}
    ),
    store_day as (${storeDays(sql, { store_ids, days: sql`select distinct day from page`, target: sql`s.currency` })}),
    figure as (
      select page.id, page.day, page.store_id, page.created_at, s.slug, s.currency, c.minor_digits,
             gross_sales_minor - discounts_minor - returns_minor + shipping_income_minor + tips_minor as revenue_minor,
             cogs_minor, shipping_cost_minor, ad_spend_minor, transaction_fees_minor, fixed_costs_minor
      from page
      join store_day d on d.store_id = page.store_id and d.day = page.day
      join stores s on s.id = page.store_id
      join currencies c on c.code = s.currency
    )
    select id, day as date, slug as store, currency, major(revenue_minor, minor_digits) as revenue, major(cogs_minor, minor_digits) as cogs,
           major(shipping_cost_minor, minor_digits) as shipping_cost, major(ad_spend_minor, minor_digits) as ad_spend,
           major(transaction_fees_minor, minor_digits) as transaction_fees, major(fixed_costs_minor, minor_digits) as fixed_costs,
           major(revenue_minor - cogs_minor - shipping_cost_minor - ad_spend_minor - transaction_fees_minor - fixed_costs_minor,
                 minor_digits) as net_profit,
           iso(created_at) as created_at
    from figure
    order by day desc, store_id`,
)
