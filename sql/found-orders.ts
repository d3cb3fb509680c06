import * as v from 'valibot'
import { query } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'

/** An order as the agents list it. `customer` is what the shop names them by; `revenue`, `refunded` and `cm2` before tax, until now. */
export const FoundOrder = v.object({
  id: Id,
  number: v.string(),
  store: v.string(),
  date: BusinessDay,
  status: v.string(),
  customer: v.nullable(v.string()),
  country: v.nullable(v.string()),
  currency: Currency,
  revenue: Amount,
  refunded: Amount,
  cm2: Amount,
})

type Asked = {
  store_ids: number[]
  number: string | null
  customer: string | null
  /** The customer is named completely, not by a part. */
  exact: boolean
  product: string | null
  from: string | null
  to: string | null
  limit: number
}
const ASKED: Asked = {
  store_ids: [1],
  number: '1001',
  customer: 'x',
  exact: false,
  product: 'mug',
  from: '2026-04-01',
  to: '2026-04-13',
  limit: 20,
}

/** Orders, newest first, that fit all that is given. A product is a SKU, or words of its name or of the line's. */
export const findOrders = query(
  FoundOrder,
  ASKED,
  (sql, { store_ids, number, customer, exact, product, from, to, limit }: Asked) => sql`
    with found as (
      select o.id
      from orders o
      where o.store_id = any(${store_ids}::bigint[])
        ${number === null ? sql`` : sql`and lower(o.external_id) = lower(${number})`}
        ${
          customer === null
            ? sql``
            : exact
              ? sql`and o.customer = ${customer}`
              : sql`and strpos(lower(o.customer), lower(${customer})) > 0`
        }
        ${from === null ? sql`` : sql`and o.business_day >= ${from}`}
        ${to === null ? sql`` : sql`and o.business_day <= ${to}`}
        ${
          product === null
            ? sql``
            : sql`and exists (
                select 1 from order_lines l left join products p on p.id = l.product_id
                where l.order_id = o.id
                  and (lower(l.sku) = lower(${product}) or strpos(lower(p.name), lower(${product})) > 0))`
        }
      order by o.business_day desc, o.id desc
      limit ${limit}
    )
    select o.id, o.external_id as number, s.slug as store, o.business_day as date, o.status, o.customer, o.country, o.currency,
           major(e.revenue, c.minor_digits) as revenue, major(e.refunded, c.minor_digits) as refunded, major(e.cm2, c.minor_digits) as cm2
    from found
    join orders o on o.id = found.id
    join stores s on s.id = o.store_id
    join currencies c on c.code = o.currency
    cross join lateral (
      select coalesce(sum(signed_revenue(account, amount_minor)), 0)::bigint as revenue,
             coalesce(-sum(signed_revenue(account, amount_minor)) filter (where source like 'refund/%'), 0)::bigint as refunded,
             coalesce(sum(case when account in ('cogs', 'shipping_cost', 'transaction_fees') then -amount_minor
                               else signed_revenue(account, amount_minor) end), 0)::bigint as cm2
      from ledger_entries
      where order_id = o.id) e
    order by o.business_day desc, o.id desc`,
)

/** What a customer ordered in these stores, by currency; orders that were placed, without tests and voided ones. */
export const customerTotals = query(
  v.object({
    currency: Currency,
    stores: v.array(v.string()),
    orders: Count,
    revenue: Amount,
    refunded: Amount,
    first_order: BusinessDay,
    last_order: BusinessDay,
  }),
  { store_ids: [1], customer: 'x' },
  (sql, { store_ids, customer }: { store_ids: number[]; customer: string }) => sql`
    with theirs as (
      select o.id, o.currency, o.business_day, s.slug, c.minor_digits
      from orders o
      join stores s on s.id = o.store_id
      join currencies c on c.code = o.currency
      where o.store_id = any(${store_ids}::bigint[]) and o.customer = ${customer} and o.status = 'placed'
    ),
    booked as (
      select t.currency, coalesce(sum(signed_revenue(e.account, e.amount_minor)), 0)::bigint as revenue,
             coalesce(-sum(signed_revenue(e.account, e.amount_minor)) filter (where e.source like 'refund/%'), 0)::bigint as refunded
      from theirs t
      join ledger_entries e on e.order_id = t.id
      group by t.currency
    )
    select t.currency, array_agg(distinct t.slug order by t.slug) as stores, count(distinct t.id) as orders,
           major(coalesce(max(b.revenue), 0), max(t.minor_digits)) as revenue, major(coalesce(max(b.refunded), 0), max(t.minor_digits)) as refunded,
           min(t.business_day) as first_order, max(t.business_day) as last_order
    from theirs t
    left join booked b on b.currency = t.currency
    group by t.currency
    order by t.currency`,
)
