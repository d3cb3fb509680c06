import * as v from 'valibot'
import { find } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'

/** The lines of the income statement that orders make, with the accounts behind each. */
const ACCOUNTS = {
  gross_sales: ['gross_sales'],
  discounts: ['discounts'],
  returns: ['returns'],
  net_sales: ['gross_sales', 'discounts', 'returns'],
  shipping_income: ['shipping_income'],
  tips: ['tips'],
  revenue: ['gross_sales', 'discounts', 'returns', 'shipping_income', 'tips'],
  cogs: ['cogs'],
  cm1: ['gross_sales', 'discounts', 'returns', 'shipping_income', 'tips', 'cogs'],
  shipping_cost: ['shipping_cost'],
  transaction_fees: ['transaction_fees'],
  cm2: ['gross_sales', 'discounts', 'returns', 'shipping_income', 'tips', 'cogs', 'shipping_cost', 'transaction_fees'],
} as const

export type OrderLine = keyof typeof ACCOUNTS
export const ORDER_LINES = Object.keys(ACCOUNTS) as [OrderLine, ...OrderLine[]]

/**
 * What a line of the income statement is made of. `data` are the orders with entries on the range's days, whichever day they were placed on,
 * the largest amount first, each in its store's currency; `stores` is what all of them come to, store by store.
 */
export const LineOrders = v.object({
  line: v.picklist(ORDER_LINES),
  start: BusinessDay,
  end: BusinessDay,
  stores: v.array(v.object({ store: v.string(), currency: Currency, amount: Amount, orders: Count })),
  data: v.array(
    v.object({
      order_id: Id,
      number: v.string(),
      store: v.string(),
      date: BusinessDay,
      currency: Currency,
      amount: Amount,
      entries: Count,
    }),
  ),
  next: v.nullable(v.string()),
})

type Asked = { line: OrderLine; store_ids: number[]; start: string; end: string; limit: number; offset: number }
const SAMPLE: Asked = {
  line: 'revenue',
  store_ids: [1],
  start: '2026-04-01',
  end: '2026-04-30',
  limit: 50,
  offset: 0,
}

/** The orders behind a line of the income statement, as the ledger has them; what was posted by hand stands in no order. */
export const lineOrders = find(
  LineOrders,
  SAMPLE,
  (sql, { line, store_ids, start, end, limit, offset }: Asked) => sql`
    with booked as (
      select order_id, store_id, count(*) as entries,
             sum(${
               ACCOUNTS[line].length === 1
                 ? sql`amount_minor`
                 : sql`case when account in ('cogs', 'shipping_cost', 'transaction_fees') then -amount_minor
                            else signed_revenue(account, amount_minor) end`
             })::bigint as amount_minor
      from ledger_entries
      where store_id = any(${store_ids}::bigint[]) and business_day between ${start} and ${end}
        and account = any(${[...ACCOUNTS[line]]}::text[]) and order_id is not null
      group by order_id, store_id
    ),
    made as (
      select b.order_id, b.entries, b.amount_minor, b.store_id, s.slug, s.currency, c.minor_digits
      from booked b
      join stores s on s.id = b.store_id
      join currencies c on c.code = s.currency
      where b.amount_minor <> 0
    ),
    shown as (
      select order_id, slug, currency, minor_digits, amount_minor, entries
      from made
      order by abs(amount_minor) desc, order_id desc
      limit ${limit} offset ${offset}
    )
    select ${line}::text as line, ${start}::date as start, ${end}::date as "end",
           (select coalesce(json_agg(json_build_object('store', slug, 'currency', currency, 'amount', amount, 'orders', orders) order by slug), '[]')
            from (select slug, currency, major(sum(amount_minor)::bigint, minor_digits) as amount, count(*) as orders
                  from made group by slug, currency, minor_digits) store) as stores,
           (select coalesce(json_agg(json_build_object(
                     'order_id', o.id, 'number', o.external_id, 'store', n.slug, 'date', o.business_day, 'currency', n.currency,
                     'amount', major(n.amount_minor, n.minor_digits), 'entries', n.entries)
                     order by abs(n.amount_minor) desc, o.id desc), '[]')
            from shown n join orders o on o.id = n.order_id) as data,
           case when (select count(*) from made) > ${offset}::bigint + ${limit}::bigint
                then rtrim(encode(convert_to((${offset}::bigint + ${limit}::bigint)::text, 'UTF8'), 'base64'), '=') end as next`,
)
