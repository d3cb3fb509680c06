import * as v from 'valibot'
import { query } from './query.ts'
import { Currency, Id, Ratio } from './units.ts'

export const ProductStatus = v.picklist(['active', 'archived'])

/** A product with the unit cost valid on a day, in major units of `cost_currency`; null where no cost is known. */
export const Product = v.object({
  id: Id,
  name: v.string(),
  cost_price: Ratio,
  cost_currency: v.nullable(Currency),
  status: ProductStatus,
  created_at: v.string(),
  updated_at: v.string(),
})

const Listing = {
  status: null as v.InferOutput<typeof ProductStatus> | null,
  today: '2026-04-13',
  limit: 50,
  offset: 0,
  after: null as number | null,
}

/** Products, newest first; `after` is the id of the last one seen. */
export const listProducts = query(
  Product,
  Listing,
  (sql, { status, today, limit, offset, after }: typeof Listing) => sql`
    select p.id, p.name, round(c.unit_cost, greatest(scale(trim_scale(c.unit_cost)), m.minor_digits)) as cost_price, c.currency as cost_currency, p.status, iso(p.created_at) as created_at,
           iso(p.updated_at) as updated_at
    from products p
    left join product_costs c on c.product_id = p.id and c.valid @> ${today}::date
    left join currencies m on m.code = c.currency
    where (${status}::text is null or p.status = ${status}) and (${after}::bigint is null or p.id < ${after})
    order by p.id desc
    limit ${limit} offset ${offset}`,
)

export const FoundProduct = v.object({
  id: Id,
  name: v.string(),
  skus: v.array(v.string()),
  stores: v.array(v.string()),
})

/** Products whose name or SKU holds the words, best match first; at most `limit`. */
export const findProducts = query(
  FoundProduct,
  { words: 'mug', store_ids: [1], limit: 10 },
  (sql, { words, store_ids, limit }: { words: string; store_ids: number[]; limit: number }) => sql`
    select p.id, p.name, array_agg(distinct v.sku order by v.sku) as skus, array_agg(distinct s.slug order by s.slug) as stores
    from products p
    join variants v on v.product_id = p.id
    join stores s on s.id = v.store_id
    where s.id = any(${store_ids}::bigint[])
      and (strpos(lower(p.name), lower(${words})) > 0 or strpos(lower(v.sku), lower(${words})) > 0
           or to_tsvector('simple', p.name) @@ plainto_tsquery('simple', ${words}))
    group by p.id, p.name
    order by (lower(p.name) = lower(${words})) desc, length(p.name), p.id
    limit ${limit}`,
)
