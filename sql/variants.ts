import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Count, Id, Ratio } from './units.ts'

/** A SKU of one store and the product that it sells; `list_price` in major units of the store's currency, `grams` the weight of a piece. */
export const Variant = v.object({
  id: Id,
  product_id: Id,
  store: v.string(),
  sku: v.string(),
  title: v.string(),
  list_price: Ratio,
  grams: v.nullable(Count),
})

const variants = (sql: Sql): Statement => sql`
    select a.id, a.product_id, s.slug as store, a.sku, a.title,
           round(a.list_price, greatest(scale(trim_scale(a.list_price)), c.minor_digits)) as list_price, a.grams
    from variants a
    join stores s on s.id = a.store_id
    join currencies c on c.code = s.currency`

type Listing = { product_id: number; limit: number; offset: number; after: number | null }
const LISTING: Listing = { product_id: 1, limit: 50, offset: 0, after: null }

/** The SKUs of a product in the stores that the asker sees, newest first; `after` is the id of the last one seen. */
export const listVariants = query(
  Variant,
  LISTING,
  (sql, { product_id, limit, offset, after }: Listing) => sql`
    ${variants(sql)}
    where a.product_id = ${product_id} and (${after}::bigint is null or a.id < ${after})
    order by a.id desc
    limit ${limit} offset ${offset}`,
)

export const findVariant = find(
  Variant,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`${variants(sql)} where a.id = ${id}`,
)

type Sku = { store_id: number; sku: string }
const SKU: Sku = { store_id: 1, sku: 'MUG-1' }

export const findVariantOfSku = find(
  Variant,
  SKU,
  (sql, { store_id, sku }: Sku) =>
    sql`${variants(sql)} where a.store_id = ${store_id} and a.sku = ${sku} for update of a`,
)

type Tied = Sku & { product_id: number; title: string | null; list_price: string | null; grams: number | null }
const TIED: Tied = { ...SKU, product_id: 1, title: null, list_price: '12.50', grams: null }

/** Ties a SKU to a product, also one that another product has. Null keeps title, price and weight as they are; a new title is the product's name. */
export const tieVariant = get(
  v.object({ id: Id }),
  TIED,
  (sql, { store_id, sku, product_id, title, list_price, grams }: Tied) => sql`
    insert into variants as known (product_id, store_id, sku, title, list_price, grams)
    select p.id, ${store_id}, ${sku}, coalesce(${title}, p.name), ${list_price}::numeric, ${grams}::int
    from products p
    where p.id = ${product_id}
    on conflict (store_id, sku) do update set
      product_id = excluded.product_id,
      title = coalesce(${title}, known.title),
      list_price = coalesce(excluded.list_price, known.list_price),
      grams = coalesce(excluded.grams, known.grams)
    returning id`,
)

export const deleteVariant = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from variants where id = ${id}`,
)

/** Gives the lines of a SKU from a day on to a product; answers the orders whose lines changed. */
export const giveLinesTo = query(
  v.object({ order_id: Id }),
  { ...SKU, product_id: 1, from: '2026-01-01' },
  (sql, { store_id, sku, product_id, from }: Sku & { product_id: number; from: string }) => sql`
    with given as (
      update order_lines l
      set product_id = ${product_id}
      from orders o
      where o.id = l.order_id and o.store_id = ${store_id} and o.business_day >= ${from}::date and l.sku = ${sku}
        and l.account in ('gross_sales', 'returns') and l.product_id is distinct from ${product_id}
      returning l.order_id
    )
    select distinct order_id from given order by order_id`,
)

/** The orders with the SKU whose shipping cost its weight may decide: the store has rules by weight and nobody else says the cost. */
export const ordersOfWeight = query(
  v.object({ id: Id }),
  SKU,
  (sql, { store_id, sku }: Sku) => sql`
    select o.id
    from orders o
    where o.store_id = ${store_id} and o.shipping_cost_minor is null and o.shipping_cost_override_minor is null
      and exists (select 1 from shipping_rules where store_id = ${store_id} and min_grams > 0)
      and exists (select 1 from order_lines l where l.order_id = o.id and l.sku = ${sku} and l.account = 'gross_sales')
    order by o.id`,
)
