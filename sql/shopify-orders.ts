import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, query, type Statement } from './query.ts'
import { Id } from './units.ts'

type Account =
  | 'gross_sales'
  | 'discounts'
  | 'returns'
  | 'shipping_income'
  | 'tips'
  | 'gift_cards'
  | 'taxes'
  | 'transaction_fees'

/**
 * What a shop says of an order, in minor units ex tax and points in time. A key names a line, refund or amount within the order. `at` null:
 * when the order was placed.
 */
export type SaidOrder = {
  source_id: string
  name: string
  placed_at: string
  updated_at: string
  status: 'placed' | 'voided' | 'test'
  customer: string | null
  country: string | null
  gateway: string | null
  transaction_fee_minor: number | null
  shipping_income_minor: number
  tips_minor: number
  taxes_minor: number
  lines: {
    key: string
    sku: string
    title: string
    quantity: number
    amount_minor: number
    discount_minor: number
    at: string | null
  }[]
  refunds: {
    key: string
    at: string
    shipping_refund_minor: number
    taxes_minor: number
    lines: { line: string; quantity: number; amount_minor: number; restocked: boolean }[]
  }[]
  amounts: { key: string; at: string; account: Account; amount_minor: number; moved: boolean }[]
}

type Said = { store_id: number; orders: string }
const SAID: Said = { store_id: 1, orders: '[]' }

/** The orders of a batch as rows; `orders` is the JSON text of SaidOrders with their `content_hash`. */
const said = (sql: Sql, orders: string): Statement => sql`
    select g.source_id, g.name, g.placed_at, g.updated_at, g.status, g.customer, g.country, g.gateway, g.transaction_fee_minor,
           g.shipping_income_minor, g.tips_minor, g.taxes_minor, g.content_hash, g.lines, g.refunds, g.amounts
    from json_to_recordset(${orders}::text::json) as g (
      source_id text, name text, placed_at timestamptz, updated_at timestamptz, status text, customer text, country text, gateway text,
      transaction_fee_minor bigint, shipping_income_minor bigint, tips_minor bigint, taxes_minor bigint, content_hash text, lines json,
      refunds json, amounts json)`

/** A product and a variant for every SKU of the batch that the store does not know yet, named as the shop does. */
export const createSaidVariants = query(
  v.object({ id: Id }),
  SAID,
  (sql, { store_id, orders }: Said) => sql`
    with fresh as (
      select l.sku, min(l.title) as title, nextval(pg_get_serial_sequence('products', 'id')) as product_id
      from (${said(sql, orders)}) s
      cross join lateral json_to_recordset(s.lines) as l (sku text, title text)
      where not exists (select 1 from variants known where known.store_id = ${store_id} and known.sku = l.sku)
      group by l.sku
    ),
    product as (
      insert into products (id, name) overriding system value select product_id, title from fresh
    )
    insert into variants (product_id, store_id, sku, title) select product_id, ${store_id}, sku, title from fresh
    returning id`,
)

/**
 * Saves the orders of the batch that are new or differ from what the shop said before; one that the shop changed since stays. An order that
 * came from a file under the same number is taken over, so that it is not booked twice. The store must be locked.
 */
export const saveSaidOrders = query(
  v.object({ id: Id, source_id: v.string(), created: v.boolean() }),
  SAID,
  (sql, { store_id, orders }: Said) => sql`
    with said as materialized (${said(sql, orders)}),
    known as (
      select s.source_id, coalesce(own.id, other.id) as id
      from said s
      left join orders own on own.store_id = ${store_id} and own.source_id = s.source_id
      left join lateral (
        select o.id
        from orders o
        where own.id is null and o.store_id = ${store_id} and o.external_id in (s.name, ltrim(s.name, '#'), s.source_id) and o.source_id is null
        order by o.external_id = s.name desc, o.id
        limit 1) other on true
    ),
    changed as (
      update orders o
      set source_id = s.source_id, source_updated_at = s.updated_at, kind = 'sale', status = s.status, placed_at = s.placed_at,
          business_day = (s.placed_at at time zone t.time_zone)::date, customer = s.customer, country = s.country, gateway = s.gateway,
          shipping_income_minor = s.shipping_income_minor, tips_minor = s.tips_minor, taxes_minor = s.taxes_minor,
          transaction_fee_minor = s.transaction_fee_minor, content_hash = s.content_hash
      from said s
      join known k on k.source_id = s.source_id
      join stores t on t.id = ${store_id}
      where o.id = k.id and o.content_hash <> s.content_hash
        and (o.source_updated_at is null or o.source_updated_at <= s.updated_at)
      returning o.id, o.source_id, false as created
    ),
    created as (
      insert into orders (
        store_id, external_id, source_id, source_updated_at, status, placed_at, business_day, currency, customer, country, gateway,
        shipping_income_minor, tips_minor, taxes_minor, transaction_fee_minor, content_hash)
      select ${store_id},
             -- Two orders of a shop may have one name; the number tells them apart.
             case when row_number() over (partition by s.name order by s.source_id) > 1
                    or exists (select 1 from orders o where o.store_id = ${store_id} and o.external_id = s.name)
                  then s.name || ' (' || s.source_id || ')' else s.name end,
             s.source_id, s.updated_at, s.status, s.placed_at, (s.placed_at at time zone t.time_zone)::date, t.currency, s.customer, s.country,
             s.gateway, s.shipping_income_minor, s.tips_minor, s.taxes_minor, s.transaction_fee_minor, s.content_hash
      from said s
      join known k on k.source_id = s.source_id and k.id is null
      join stores t on t.id = ${store_id}
      order by s.placed_at, s.source_id
      returning id, source_id, true as created
    )
    select id, source_id, created from changed
    union all
    select id, source_id, created from created`,
)

type Saved = Said & { ids: number[] }
const SAVED: Saved = { ...SAID, ids: [1] }

/** The orders of the batch that were saved, with their ids. */
const saved = (sql: Sql, { store_id, orders, ids }: Saved): Statement => sql`
    select o.id as order_id, t.time_zone, c.minor_digits, s.lines, s.refunds, s.amounts
    from (${said(sql, orders)}) s
    join orders o on o.store_id = ${store_id} and o.source_id = s.source_id and o.id = any(${ids}::bigint[])
    join stores t on t.id = o.store_id
    join currencies c on c.code = o.currency`

/** The lines of the saved orders; a line keeps its number. */
export const saveSaidLines = command(
  SAVED,
  (sql, batch: Saved) => sql`
    with said as materialized (
      select s.order_id, l.key, l.sku, l.quantity, l.amount_minor, l.discount_minor, k.product_id,
             round(l.amount_minor::numeric / l.quantity / 10::numeric ^ s.minor_digits, 6) as unit_price,
             (l.at at time zone s.time_zone)::date as sold_on, l.nth
      from (${saved(sql, batch)}) s
      cross join lateral (
        select key, sku, quantity, amount_minor, discount_minor, at, nth
        from rows from (json_to_recordset(s.lines) as (
          key text, sku text, quantity int, amount_minor bigint, discount_minor bigint, at timestamptz)) with ordinality
          as line (key, sku, quantity, amount_minor, discount_minor, at, nth)) l
      left join variants k on k.store_id = ${batch.store_id} and k.sku = l.sku
    ),
    gone as (
      delete from order_lines l
      where l.order_id = any(${batch.ids}::bigint[])
        and not exists (select 1 from said s where s.order_id = l.order_id and s.key = l.source_id)
    ),
    known as (
      select order_id, source_id, line_no, max(line_no) over (partition by order_id) as last_no
      from order_lines
      where order_id = any(${batch.ids}::bigint[])
    )
    insert into order_lines as l (
      order_id, line_no, source_id, sold_on, account, product_id, sku, quantity, unit_price, amount_minor, discount_minor)
    select s.order_id,
           coalesce(k.line_no, coalesce((select max(last_no) from known last where last.order_id = s.order_id), 0)
             + row_number() over (partition by s.order_id, k.line_no is null order by s.nth)),
           s.key, s.sold_on, 'gross_sales', s.product_id, s.sku, s.quantity, s.unit_price, s.amount_minor, s.discount_minor
    from said s
    left join known k on k.order_id = s.order_id and k.source_id = s.key
    on conflict (order_id, source_id) where source_id is not null do update set
      sold_on = excluded.sold_on, product_id = coalesce(l.product_id, excluded.product_id), sku = excluded.sku, quantity = excluded.quantity,
      unit_price = excluded.unit_price, amount_minor = excluded.amount_minor, discount_minor = excluded.discount_minor`,
)

/** The refunds of the saved orders, without their lines. */
export const saveSaidRefunds = command(
  SAVED,
  (sql, batch: Saved) => sql`
    with said as materialized (
      select s.order_id, r.key, r.at, (r.at at time zone s.time_zone)::date as day, r.shipping_refund_minor, r.taxes_minor
      from (${saved(sql, batch)}) s
      cross join lateral json_to_recordset(s.refunds) as r (key text, at timestamptz, shipping_refund_minor bigint, taxes_minor bigint)
    ),
    gone as (
      delete from refunds r
      where r.order_id = any(${batch.ids}::bigint[])
        and not exists (select 1 from said s where s.order_id = r.order_id and s.key = r.external_id)
    )
    insert into refunds (order_id, external_id, refunded_at, business_day, shipping_refund_minor, taxes_minor)
    select order_id, key, at, day, shipping_refund_minor, taxes_minor
    from said
    order by at, order_id, key
    on conflict (order_id, external_id) do update set
      refunded_at = excluded.refunded_at, business_day = excluded.business_day, shipping_refund_minor = excluded.shipping_refund_minor,
      taxes_minor = excluded.taxes_minor`,
)

/** The lines of the refunds of the saved orders. */
export const saveSaidRefundLines = command(
  SAVED,
  (sql, batch: Saved) => sql`
    with said as materialized (
      select r.id as refund_id, l.id as order_line_id, g.quantity, g.amount_minor, g.restocked
      from (${saved(sql, batch)}) s
      cross join lateral json_to_recordset(s.refunds) as f (key text, lines json)
      cross join lateral json_to_recordset(f.lines) as g (line text, quantity int, amount_minor bigint, restocked boolean)
      join refunds r on r.order_id = s.order_id and r.external_id = f.key
      join order_lines l on l.order_id = s.order_id and l.source_id = g.line
    ),
    gone as (
      delete from refund_lines g
      using refunds r
      where r.order_id = any(${batch.ids}::bigint[]) and g.refund_id = r.id
        and not exists (select 1 from said s where s.refund_id = g.refund_id and s.order_line_id = g.order_line_id)
    )
    insert into refund_lines (refund_id, order_line_id, quantity, amount_minor, restocked)
    select refund_id, order_line_id, quantity, amount_minor, restocked from said
    on conflict (refund_id, order_line_id) do update set
      quantity = excluded.quantity, amount_minor = excluded.amount_minor, restocked = excluded.restocked`,
)

/** The other amounts of the saved orders. */
export const saveSaidAmounts = command(
  SAVED,
  (sql, batch: Saved) => sql`
    with said as materialized (
      select s.order_id, a.key, a.account, a.at, (a.at at time zone s.time_zone)::date as day, a.amount_minor, a.moved
      from (${saved(sql, batch)}) s
      cross join lateral json_to_recordset(s.amounts) as a (key text, at timestamptz, account text, amount_minor bigint, moved boolean)
    ),
    gone as (
      delete from order_amounts a
      where a.order_id = any(${batch.ids}::bigint[])
        and not exists (select 1 from said s where s.order_id = a.order_id and s.key = a.key and s.account = a.account)
    )
    insert into order_amounts (order_id, key, account, happened_at, business_day, amount_minor, moved)
    select order_id, key, account, at, day, amount_minor, moved from said
    on conflict (order_id, key, account) do update set
      happened_at = excluded.happened_at, business_day = excluded.business_day, amount_minor = excluded.amount_minor, moved = excluded.moved`,
)

type Gone = { store_id: number; source_id: string; placed_after: Date | null; now: Date }

/**
 * Voids an order that the shop does not have any more, unless it was placed before `placed_after`. What the shop said of it before now is
 * not taken any more: a file may have been written while it was there.
 */
export const voidSaidOrder = query(
  v.object({ id: Id }),
  { store_id: 1, source_id: '1', placed_after: null, now: new Date(0) },
  (sql, { store_id, source_id, placed_after, now }: Gone) => sql`
    update orders set status = 'voided', content_hash = 'deleted', source_updated_at = greatest(source_updated_at, ${now}::timestamptz)
    where store_id = ${store_id} and source_id = ${source_id} and status <> 'voided'
      and (${placed_after}::timestamptz is null or placed_at > ${placed_after})
    returning id`,
)
