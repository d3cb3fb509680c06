import * as v from 'valibot'
import { query, get } from './query.ts'
import { conversion } from './store-days.ts'
import { Amount, BusinessDay, Count, Id } from './units.ts'

/** What entries that were booked meanwhile did to CM3 of days before, by account; `total` is that of all accounts. */
export const Restatement = v.object({
  account: v.string(),
  amount: Amount,
  days: Count,
  first_day: BusinessDay,
  last_day: BusinessDay,
  total: Amount,
})
export type Restatement = v.InferOutput<typeof Restatement>

type Restated = {
  store_ids: number[]
  currency: string
  after_entry_id: number
  until_entry_id: number
  until_day: string
}

/** What the entries after `after_entry_id`, until `until_entry_id`, changed of the days before `until_day`, largest effect first, each day at its own exchange rate. */
export const restatedSince = query(
  Restatement,
  { store_ids: [1], currency: 'EUR', after_entry_id: 0, until_entry_id: 1, until_day: '2026-04-13' },
  (sql, { store_ids, currency, after_entry_id, until_entry_id, until_day }: Restated) => {
    const rate = conversion(sql, sql`s.currency`, sql`${currency}`, sql`e.business_day`)
    return sql`
    select account, major(sum(effect)::bigint, max(minor_digits)) as amount, count(distinct business_day) as days,
           min(business_day) as first_day, max(business_day) as last_day,
           major((sum(sum(effect)) over ())::bigint, max(minor_digits)) as total
    from (
      select e.account || '' as account, e.business_day, c.minor_digits,
             round((case when e.account in ('cogs', 'shipping_cost', 'transaction_fees', 'ad_spend') then -sum(e.amount_minor)
                         else sum(signed_revenue(e.account, e.amount_minor)) end) * ${rate.multiplier} / ${rate.divisor}) as effect
      from ledger_entries e
      join stores s on s.id = e.store_id
      join currencies c on c.code = ${currency}
      where e.id > ${after_entry_id} and e.id <= ${until_entry_id} and e.store_id = any(${store_ids}::bigint[]) and e.business_day < ${until_day}
        and e.account not in ('orders', 'taxes', 'gift_cards', 'written_off_goods')
      group by e.account, s.currency, e.store_id, e.business_day, c.minor_digits) booked
    group by account
    having sum(effect) <> 0
    order by abs(sum(effect)) desc, account`
  },
)

/** The newest entry of these stores; they must be locked, or one that is being booked could come later with a lower id. */
export const lastEntry = get(
  v.object({ id: v.nullable(Id) }),
  { store_ids: [1] },
  (sql, { store_ids }: { store_ids: number[] }) =>
    sql`select max(id) as id from ledger_entries where store_id = any(${store_ids}::bigint[])`,
)

/**
 * What to know of a store's day before its figures are believed. `closes_at` is when the day ends there; `ads_missing`: it had ad spend on most of the
 * seven days before and none on this one. `uncosted` is the product that sold most without a known cost.
 */
export const DayGap = v.object({
  store_id: Id,
  store: v.string(),
  closes_at: v.date(),
  has_orders: v.boolean(),
  sold_before: v.boolean(),
  ads_missing: v.boolean(),
  uncosted_count: Count,
  uncosted: v.nullable(v.string()),
})
export type DayGap = v.InferOutput<typeof DayGap>

export const dayGaps = query(
  DayGap,
  { store_ids: [1], day: '2026-04-13' },
  (sql, { store_ids, day }: { store_ids: number[]; day: string }) => sql`
    select s.id as store_id, s.slug as store, clock_instant(${day}::date + interval '1 day', s.time_zone) as closes_at,
           coalesce(d.orders > 0 or m.revenue_minor is not null, false) as has_orders,
           exists (select 1 from daily_financials b
                   where b.store_id = s.id and b.day between ${day}::date - 7 and ${day}::date - 1 and b.orders > 0) as sold_before,
           coalesce(d.ad_spend_minor, 0) = 0 and m.ad_spend_minor is null
             and (select count(*) from daily_financials b
                  where b.store_id = s.id and b.day between ${day}::date - 7 and ${day}::date - 1 and b.ad_spend_minor > 0) >= 4 as ads_missing,
           uncosted.products as uncosted_count, uncosted.name as uncosted
    from stores s
    left join daily_financials d on d.store_id = s.id and d.day = ${day}
    left join manual_days m on m.store_id = s.id and m.day = ${day}
    cross join lateral (
      select count(*)::int as products, (array_agg(name order by sales desc, name))[1] as name
      from (
        select p.name, sum(l.amount_minor) as sales
        from orders o
        join order_lines l on l.order_id = o.id
        join products p on p.id = l.product_id
        where o.store_id = s.id and o.business_day = ${day} and o.status = 'placed' and l.account = 'gross_sales'
          and l.unit_cost_override is null
          and not exists (select 1 from product_costs pc where pc.product_id = l.product_id and pc.valid @> o.business_day)
          and not exists (
            select 1 from product_cost_tiers t
            where t.product_id = l.product_id and t.valid @> o.business_day and t.country in (coalesce(o.country, ''), '')
              and t.min_quantity <= l.quantity)
        group by p.name) sold) uncosted
    where s.id = any(${store_ids}::bigint[])
    order by s.name, s.id`,
)
