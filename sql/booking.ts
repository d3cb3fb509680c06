import { Id } from './units.ts'
import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { type Changed, orderCosts } from './order-costs.ts'
import { command, query, type Statement } from './query.ts'

/** Lets the sorts and sums of a bulk booking stay in memory, until the end of the transaction. */
export const allowBulkMemory = query(
  v.object({ work_mem: v.string() }),
  {},
  (sql) => sql`select set_config('work_mem', '128MB', true) as work_mem`,
)

/** Takes the booking lock of stores until the end of the transaction: one booking at a time per store, always in id order. */
export const lockStores = query(
  v.object({ id: Id }),
  { store_ids: [1] },
  (sql, { store_ids }: { store_ids: number[] }) =>
    sql`select id from stores where id = any(${store_ids}::bigint[]) order by id for no key update`,
)

/**
 * The same of the stores with these slugs. Two writers of the same rows then come one after the other, whatever order their rows have. A slug
 * without a store is passed over.
 */
export const lockStoresNamed = query(
  v.object({ id: Id }),
  { slugs: ['nl'] },
  (sql, { slugs }: { slugs: string[] }) =>
    sql`select id from stores where slug = any(${slugs}::text[]) order by id for no key update`,
)

/**
 * Appends what is missing between the entries that ought to be and those that are: nothing when they agree, all of them the first
 * time, the signed difference after a change. `subject` is the column that ties entries to the record that is booked.
 */
const appendDifference = (
  sql: Sql,
  {
    wanted,
    subject,
    ids,
    reason,
  }: { wanted: Statement; subject: 'order_id' | 'ad_spend_id'; ids: number[]; reason: string },
): Statement => sql`
    with wanted as materialized (${wanted}),
    booked as (
      select store_id, business_day, order_day, account, order_id, line_id, ad_spend_id, product_id, quantity, amount_minor, currency, basis,
             cogs_known, shipping_known, fees_known, source
      from ledger_entries
      where ${sql(subject)} = any(${ids}::bigint[])
    ),
    known as (select distinct ${sql(subject)} as id from booked),
    missing as (
      -- Most were never booked: nothing has to be compared, which is a fifth of the time of a first booking.
      select store_id, business_day, order_day, account, order_id, line_id, ad_spend_id, product_id, currency, basis,
             cogs_known, shipping_known, fees_known, source, quantity, amount_minor, 'booked' as reason
      from wanted
      where ${sql(subject)} not in (select id from known) and (quantity <> 0 or amount_minor <> 0)
      union all
      select store_id, business_day, order_day, account, order_id, line_id, ad_spend_id, product_id, currency, basis,
             cogs_known, shipping_known, fees_known, source, sum(quantity)::int, sum(amount_minor)::bigint, ${reason}
      from (
        select store_id, business_day, order_day, account, order_id, line_id, ad_spend_id, product_id, quantity, amount_minor, currency, basis,
               cogs_known, shipping_known, fees_known, source
        from wanted
        where ${sql(subject)} in (select id from known)
        union all
        select store_id, business_day, order_day, account, order_id, line_id, ad_spend_id, product_id, -quantity, -amount_minor, currency, basis,
               cogs_known, shipping_known, fees_known, source
        from booked) both_sides
      group by store_id, business_day, order_day, account, order_id, line_id, ad_spend_id, product_id, currency, basis,
               cogs_known, shipping_known, fees_known, source
      having sum(quantity) <> 0 or sum(amount_minor) <> 0
    )
    insert into ledger_entries (
      store_id, business_day, order_day, account, order_id, line_id, ad_spend_id, product_id, quantity, amount_minor, currency, basis,
      cogs_known, shipping_known, fees_known, source, reason)
    select store_id, business_day, order_day, account, order_id, line_id, ad_spend_id, product_id, quantity, amount_minor, currency, basis,
           cogs_known, shipping_known, fees_known, source, reason
    from missing`

/**
 * The entries that the orders `o` that fit the condition `which` ought to have, by what they cost (see `orderCosts`). The returns of a sale
 * give back the cost of the sale: the cost of the first n units returned is rounded as one amount, so that a line returned in parts gives
 * back exactly what it cost. With `changed` as they would be at other prices and costs.
 */
export const entriesOfOrders = (sql: Sql, which: Statement, changed?: Changed): Statement => {
  const priced = (amount: Statement) =>
    changed ? sql`round(${amount} * ${changed.price}::numeric / 100)::bigint` : amount
  return sql`
    with ${orderCosts(sql, which, changed)},
    returned as (
      select r.order_id, r.business_day, 'refund/' || r.external_id as source, rl.order_line_id as line_id, rl.quantity,
             ${priced(sql`rl.amount_minor`)} as amount_minor, rl.restocked,
             sum(rl.quantity) over (partition by rl.order_line_id order by r.business_day, r.id) as returned_so_far
      from refunds r
      join chosen o on o.order_id = r.order_id
      join refund_lines rl on rl.refund_id = r.id
    ),
    returned_cost as (
      select r.order_id, r.business_day, r.source, r.line_id, r.quantity, r.amount_minor, r.restocked, l.product_id, l.cost_known, l.cost_basis,
             (round(r.returned_so_far * l.cost_dividend / (l.quantity * l.cost_divisor))
               - round((r.returned_so_far - r.quantity) * l.cost_dividend / (l.quantity * l.cost_divisor)))::bigint as cost_minor
      from returned r
      join line l on l.line_id = r.line_id
    ),
    entry as (
      select order_id, business_day, source, 'orders' as account, null::bigint as line_id, null::bigint as product_id, 1 as quantity,
             0::bigint as amount_minor, 'actual' as basis, null::boolean as cogs_known
      from priced
      where kind = 'sale' and sells
      union all
      select order_id, business_day, source, account, line_id, product_id,
             case account when 'gross_sales' then quantity when 'returns' then -quantity else 0 end,
             case when account in ('gross_sales', 'shipping_income', 'tips', 'gift_cards', 'taxes') then amount_minor else -amount_minor end,
             'actual',
             case when account in ('gross_sales', 'returns') then cost_known
                  when account in ('discounts', 'shipping_income', 'tips') then true end
      from line
      union all
      select order_id, business_day, source, 'discounts', line_id, product_id, 0, discount_minor, 'actual', cost_known or not is_product
      from line
      where discount_minor <> 0
      union all
      select order_id, business_day, source,
             case when account = 'gross_sales' or restocked then 'cogs' else 'written_off_goods' end,
             line_id, product_id, 0,
             case when account = 'gross_sales' or restocked then 1 else -1 end * round(cost_dividend / cost_divisor)::bigint,
             cost_basis, null
      from line
      where is_product and cost_dividend is not null
      union all
      select order_id, business_day, source, charged.account, null, null, 0, charged.amount_minor, charged.basis, charged.cogs_known
      from priced
      cross join lateral (values
        ('shipping_income', shipping_income_minor, 'actual', true),
        ('tips', tips_minor, 'actual', true),
        ('taxes', taxes_minor, 'actual', null),
        ('shipping_cost', shipping_cost_minor, shipping_basis, null),
        ('transaction_fees', transaction_fee_minor, fees_basis, null)) as charged (account, amount_minor, basis, cogs_known)
      where charged.amount_minor is not null
      union all
      select r.order_id, r.business_day, 'refund/' || r.external_id, given_back.account, null, null, 0, -given_back.amount_minor, 'actual',
             given_back.cogs_known
      from refunds r
      join chosen o on o.order_id = r.order_id
      cross join lateral (values
        ('shipping_income', r.shipping_refund_minor, true),
        ('taxes', ${priced(sql`r.taxes_minor`)}, null)) as given_back (account, amount_minor, cogs_known)
      union all
      select order_id, business_day, source, 'returns', line_id, product_id, quantity, amount_minor, 'actual', cost_known
      from returned_cost
      union all
      select order_id, business_day, source, case when restocked then 'cogs' else 'written_off_goods' end, line_id, product_id, 0,
             case when restocked then -cost_minor else cost_minor end, cost_basis, null
      from returned_cost
      where cost_minor is not null
      union all
      select a.order_id, a.business_day, o.source || '/' || a.key, a.account, null, null, 0,
             case when a.account in ('gross_sales', 'discounts', 'returns', 'taxes') then ${priced(sql`a.amount_minor`)} else a.amount_minor end,
             'actual',
             case when a.account in ('gross_sales', 'discounts', 'returns', 'shipping_income', 'tips') then true end
      from order_amounts a
      join chosen o on o.order_id = a.order_id
      where not a.moved
      union all
      -- A fee that was taken on another day than the order's.
      select p.order_id, moved.business_day, p.source, 'transaction_fees', null, null, 0, moved.amount_minor, 'actual', null
      from order_amounts a
      join priced p on p.order_id = a.order_id and p.fees_step = 'actual'
      cross join lateral (values (a.business_day, a.amount_minor), (p.business_day, -a.amount_minor)) as moved (business_day, amount_minor)
      where a.moved and a.business_day <> p.business_day
    )
    select p.store_id, e.business_day, p.business_day as order_day, e.account, e.order_id, e.line_id, null::bigint as ad_spend_id, e.product_id,
           e.quantity, e.amount_minor, p.currency, e.basis, e.cogs_known,
           case when e.cogs_known is not null then p.shipping_known end as shipping_known,
           case when e.cogs_known is not null then p.fees_known end as fees_known,
           e.source
    from entry e
    join priced p on p.order_id = e.order_id
    where e.quantity <> 0 or e.amount_minor <> 0`
}

/** Brings the entries of orders up to what their source, costs and rules say now. Resolves to the number of entries appended. */
export const appendOrderEntries = command(
  { order_ids: [1], reason: 'edited' },
  (sql, { order_ids, reason }: { order_ids: number[]; reason: string }) =>
    appendDifference(sql, {
      wanted: entriesOfOrders(sql, sql`o.id = any(${order_ids}::bigint[])`),
      subject: 'order_id',
      ids: order_ids,
      reason,
    }),
)

/** Likewise for rows of ad spend, converted to the store's currency at the day's rate. */
export const appendAdSpendEntries = command(
  { ad_spend_ids: [1], reason: 'restated by the platform' },
  (sql, { ad_spend_ids, reason }: { ad_spend_ids: number[]; reason: string }) =>
    appendDifference(sql, {
      wanted: sql`
      select a.store_id, a.day as business_day, null::date as order_day, 'ad_spend' as account, null::bigint as order_id,
             null::bigint as line_id, a.id as ad_spend_id, a.product_id, 0 as quantity,
             case when a.currency = s.currency then a.amount_minor
                  else round(a.amount_minor * 10::numeric ^ (own.minor_digits - other.minor_digits)
                       * coalesce(units_per_euro(s.currency, a.day), missing_fx_rate(a.day, a.currency, s.currency))
                       / coalesce(units_per_euro(a.currency, a.day), missing_fx_rate(a.day, a.currency, s.currency)))::bigint
             end as amount_minor,
             s.currency, 'actual' as basis, null::boolean as cogs_known, null::boolean as shipping_known, null::boolean as fees_known,
             'ad_spend/' || a.platform || case when a.campaign = '' then '' else '/' || a.campaign end as source
      from ad_spend a
      join stores s on s.id = a.store_id
      join currencies own on own.code = s.currency
      join currencies other on other.code = a.currency
      where a.id = any(${ad_spend_ids}::bigint[]) and a.amount_minor <> 0`,
      subject: 'ad_spend_id',
      ids: ad_spend_ids,
      reason,
    }),
)
