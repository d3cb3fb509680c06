import * as v from 'valibot'
import { Amount, BusinessDay, Currency, Id } from './units.ts'
import { ofStores } from './listed-stores.ts'
import type { Sql } from './connect.ts'
import { command, find, query, type Statement } from './query.ts'
import { postedAdSpendCounts, storeDays } from './store-days.ts'
import { inMinor, Posted, tooFine } from './upserts.ts'

const Source = v.picklist(['ledger', 'manual'])

/**
 * A store's day, in major units of the store's currency. `net_profit` is after the day's share of the fixed costs. `source` is manual
 * where a person posted figures for the day; of these ad spend counts only where the day has no rows of ad spend, which
 * `ad_spend_source` tells.
 */
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
  source: Source,
  ad_spend_source: Source,
  created_at: v.string(),
})

type Asked = {
  store_ids: number[]
  start: string
  end: string
  id?: number
  limit: number
  offset: number
  after: number | null
}
const SAMPLE: Asked = { store_ids: [1], start: '2026-04-01', end: '2026-04-13', limit: 50, offset: 0, after: null }

/**
 * The days of a page as they are shown. `storeDay` joins their figures `k` to the stores `s` of the `page`; `before` are tables that it
 * needs, `where` says which rows stay.
 */
const shown = (
  sql: Sql,
  { store_ids, start, end, id, limit, offset, after }: Asked,
  { before = sql``, storeDay, where = sql`` }: { before?: Statement; storeDay: Statement; where?: Statement },
): Statement => sql`
    with page as materialized (
      select d.id, d.store_id, d.day, d.created_at
      from daily_financials d
      where ${ofStores(sql, sql`d.store_id`, store_ids)} and d.day between ${start} and ${end}
        ${id === undefined ? sql`` : sql`and d.id = ${id}`}
        ${
          after === null
            ? sql``
            : sql`
        -- The day bounds what is read: the rows before the page are not passed over one by one.
        and d.day <= (select day from daily_financials where id = ${after})
        and (-(d.day - date '2000-01-01'), d.store_id) > (select -(day - date '2000-01-01'), store_id from daily_financials where id = ${after})`
        }
      order by d.day desc, d.store_id
      limit ${limit} offset ${offset}
    ),
    ${before}
    figure as (
      select page.id, page.day, page.store_id, page.created_at, m.store_id is not null as is_manual,
             ${postedAdSpendCounts(sql)} as is_manual_ad_spend, s.slug, s.currency, c.minor_digits,
             gross_sales_minor - discounts_minor - returns_minor + shipping_income_minor + tips_minor as revenue_minor,
             k.cogs_minor, k.shipping_cost_minor, k.ad_spend_minor, k.transaction_fees_minor, k.fixed_costs_minor
      from page
      join stores s on s.id = page.store_id
      ${storeDay}
      join currencies c on c.code = s.currency
      left join manual_days m on m.store_id = page.store_id and m.day = page.day
      ${where}
    )
    select id, day as date, slug as store, currency, major(revenue_minor, minor_digits) as revenue, major(cogs_minor, minor_digits) as cogs,
           major(shipping_cost_minor, minor_digits) as shipping_cost, major(ad_spend_minor, minor_digits) as ad_spend,
           major(transaction_fees_minor, minor_digits) as transaction_fees, major(fixed_costs_minor, minor_digits) as fixed_costs,
           major(revenue_minor - cogs_minor - shipping_cost_minor - ad_spend_minor - transaction_fees_minor - fixed_costs_minor,
                 minor_digits) as net_profit,
           case when is_manual then 'manual' else 'ledger' end as source,
           case when is_manual_ad_spend then 'manual' else 'ledger' end as ad_spend_source,
           iso(created_at) as created_at
    from figure
    order by day desc, store_id`

/** Days with facts in `start`..`end`, both included, newest first and by store within a day; `after` is the id of the last one seen. */
export const dailyFinancials = query(DailyFinancials, SAMPLE, (sql, asked: Asked) => {
  const days = sql`select distinct day from page`
  return shown(sql, asked, {
    before: sql`store_day as materialized (${storeDays(sql, { store_ids: asked.store_ids, days, target: sql`s.currency` })}),`,
    storeDay: sql`join store_day k on k.store_id = page.store_id and k.day = page.day`,
  })
})

/**
 * The same where every day of the page is settled, else no row. It takes the database a quarter less time, because nothing that works a
 * day out is written into the statement, planned and begun.
 */
export const settledDailyFinancials = query(DailyFinancials, SAMPLE, (sql, asked: Asked) =>
  shown(sql, asked, {
    storeDay: sql`join settled_days k on k.store_id = page.store_id and k.day = page.day and k.currency = s.currency`,
    where: sql`where not exists (select 1 from unsettled_days u where u.days && (select daterange(min(day), max(day), '[]') from page))`,
  }),
)

/** A day as a person posts it: decimal text in major units of the store's currency; a null stays the ledger's. */
export type PostedDay = {
  row: number
  date: string
  store: string
  revenue: string | null
  cogs: string | null
  shipping_cost: string | null
  ad_spend: string | null
  transaction_fees: string | null
}
const POSTED: { rows: PostedDay[] } = {
  rows: [
    {
      row: 1,
      date: '2026-04-13',
      store: 'nl',
      revenue: '1200.00',
      cogs: '300.00',
      shipping_cost: '80.00',
      ad_spend: '250.00',
      transaction_fees: '36.00',
    },
  ],
}

/** Keeps the days that people post, in place of what they posted before. The stores must be locked. */
export const upsertManualDays = query(
  Posted,
  POSTED,
  (sql, { rows }: typeof POSTED) => sql`
    with given as (
      select "row", date as day, store, revenue, cogs, shipping_cost, ad_spend, transaction_fees
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as sent (
        "row" int, date date, store text, revenue numeric, cogs numeric, shipping_cost numeric, ad_spend numeric, transaction_fees numeric)
    ),
    judged as (
      select g.row, s.id as store_id, g.day, ${inMinor(sql, 'revenue')} as revenue_minor, ${inMinor(sql, 'cogs')} as cogs_minor,
             ${inMinor(sql, 'shipping_cost')} as shipping_cost_minor, ${inMinor(sql, 'ad_spend')} as ad_spend_minor,
             ${inMinor(sql, 'transaction_fees')} as transaction_fees_minor, d.id,
             case when s.id is null then format('store: there is no store "%s"', g.store)
                  when first_value(g.row) over same <> g.row
                    then format('has the same date and store as row %s', first_value(g.row) over same)
                  else coalesce(${tooFine(sql, 'revenue')}, ${tooFine(sql, 'cogs')}, ${tooFine(sql, 'shipping_cost')}, ${tooFine(sql, 'ad_spend')},
                                ${tooFine(sql, 'transaction_fees')}) end as reason,
             case when m.store_id is not null then json_build_object(
               'date', g.day, 'store', g.store, 'revenue', major(m.revenue_minor, c.minor_digits), 'cogs', major(m.cogs_minor, c.minor_digits),
               'shipping_cost', major(m.shipping_cost_minor, c.minor_digits), 'ad_spend', major(m.ad_spend_minor, c.minor_digits),
               'transaction_fees', major(m.transaction_fees_minor, c.minor_digits)) end as old_value,
             json_build_object(
               'date', g.day, 'store', g.store, 'revenue', g.revenue, 'cogs', g.cogs, 'shipping_cost', g.shipping_cost,
               'ad_spend', g.ad_spend, 'transaction_fees', g.transaction_fees) as new_value
      from given g
      left join stores s on s.slug = g.store
      left join currencies c on c.code = s.currency
      left join daily_financials d on d.store_id = s.id and d.day = g.day
      left join manual_days m on m.store_id = s.id and m.day = g.day
      window same as (partition by g.store, g.day order by g.row)
    ),
    placed as (
      insert into daily_financials (store_id, day)
      select store_id, day from judged where reason is null and id is null order by store_id, day
      on conflict (store_id, day) do nothing
      returning id, store_id, day
    ),
    saved as (
      insert into manual_days as m (store_id, day, revenue_minor, cogs_minor, shipping_cost_minor, ad_spend_minor, transaction_fees_minor)
      select store_id, day, revenue_minor, cogs_minor, shipping_cost_minor, ad_spend_minor, transaction_fees_minor
      from judged
      where reason is null
      order by store_id, day
      on conflict (store_id, day) do update set
        revenue_minor = excluded.revenue_minor, cogs_minor = excluded.cogs_minor, shipping_cost_minor = excluded.shipping_cost_minor,
        ad_spend_minor = excluded.ad_spend_minor, transaction_fees_minor = excluded.transaction_fees_minor, updated_at = now()
      where (m.revenue_minor, m.cogs_minor, m.shipping_cost_minor, m.ad_spend_minor, m.transaction_fees_minor)
            is distinct from (excluded.revenue_minor, excluded.cogs_minor, excluded.shipping_cost_minor, excluded.ad_spend_minor,
                              excluded.transaction_fees_minor)
      returning store_id, day
    )
    select j.row,
           case when j.reason is not null then 'rejected' when saved.store_id is null then 'unchanged' when j.old_value is null then 'created'
                else 'updated' end as result,
           case when j.reason is null then coalesce(placed.id, j.id) end as id, j.reason, j.old_value, j.new_value
    from judged j
    left join placed on placed.store_id = j.store_id and placed.day = j.day
    left join saved on saved.store_id = j.store_id and saved.day = j.day
    order by j.row`,
)

/** The hand-posted day with this id. */
export const findManualDay = find(
  v.object({ store_id: Id, store: v.string(), date: BusinessDay }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`
    select m.store_id, s.slug as store, m.day as date
    from daily_financials d
    join manual_days m on m.store_id = d.store_id and m.day = d.day
    join stores s on s.id = m.store_id
    where d.id = ${id}`,
)

const DAY = { store_id: 1, date: '2026-04-13' }

/** Takes away what was posted for a day and answers it in minor units; undefined when nothing was. The store must be locked. */
export const deleteManualDay = find(
  v.object({ old_value: v.unknown() }),
  DAY,
  (sql, { store_id, date }: typeof DAY) => sql`
    delete from manual_days
    where store_id = ${store_id} and day = ${date}
    returning json_build_object(
      'date', day, 'revenue_minor', revenue_minor, 'cogs_minor', cogs_minor, 'shipping_cost_minor', shipping_cost_minor,
      'ad_spend_minor', ad_spend_minor, 'transaction_fees_minor', transaction_fees_minor) as old_value`,
)

/** Takes the day off the rollup when nothing is booked on it. The store must be locked, and nothing posted for the day. */
export const deleteEmptyDay = command(
  DAY,
  (sql, { store_id, date }: typeof DAY) => sql`
    delete from daily_financials
    where store_id = ${store_id} and day = ${date}
      and not exists (select 1 from ledger_entries where store_id = ${store_id} and business_day = ${date})`,
)
