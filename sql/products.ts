import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { BusinessDay, Currency, Id, Ratio } from './units.ts'

export const ProductStatus = v.picklist(['active', 'archived'])
export type ProductStatus = v.InferOutput<typeof ProductStatus>

/**
 * A product with the unit cost valid on a day, in major units of `cost_currency`; null where no cost is known. `cost_from` is the first day of
 * that cost (null: it always held, or there is none), `cost_source` why it is so.
 */
export const Product = v.object({
  id: Id,
  name: v.string(),
  cost_price: Ratio,
  cost_currency: v.nullable(Currency),
  cost_from: v.nullable(BusinessDay),
  cost_source: v.nullable(v.string()),
  status: ProductStatus,
  created_at: v.string(),
  updated_at: v.string(),
})

/** A unit cost with the decimals of its currency, or as many as it has beyond those. */
export const unitCost = (sql: Sql): Statement =>
  sql`round(c.unit_cost, greatest(scale(trim_scale(c.unit_cost)), m.minor_digits))`

/** Products `p` with the unit cost `c` of a day. */
const withCost = (sql: Sql, today: string): Statement => sql`
    products p
    left join product_costs c on c.product_id = p.id and c.valid @> ${today}::date`

const products = (sql: Sql, today: string): Statement => sql`
    select p.id, p.name, ${unitCost(sql)} as cost_price, c.currency as cost_currency, lower(c.valid) as cost_from,
           c.source as cost_source, p.status, iso(p.created_at) as created_at,
           iso(p.updated_at) as updated_at
    from ${withCost(sql, today)}
    left join currencies m on m.code = c.currency`

/** What products can be sorted by. */
export const PRODUCT_COLUMNS = ['id', 'name', 'cost_price', 'cost_from'] as const
type Column = (typeof PRODUCT_COLUMNS)[number]
type ValueColumn = Exclude<Column, 'id'>
/** A column; with - before it the newest, the largest or the last letter first. */
export type ProductSort = Column | `-${Column}`

/** What a product is sorted by; one without a cost stands last either way. Costs are compared as they are written, whatever their currency. */
function sortValue(sql: Sql, column: ValueColumn, descending: boolean): Statement {
  if (column === 'name') return sql`lower(p.name)`
  const last = descending ? sql`'-infinity'` : sql`'infinity'`
  return column === 'cost_price'
    ? sql`coalesce(c.unit_cost, ${last})`
    : sql`case when c.product_id is null then ${last} else coalesce(lower(c.valid), '0001-01-01') end`
}

type Listing = {
  status: ProductStatus | null
  q?: string | null
  sort?: ProductSort
  today: string
  limit: number
  offset: number
  after: number | null
}
const LISTING: Listing = {
  status: null,
  q: null,
  sort: 'cost_price',
  today: '2026-04-13',
  limit: 50,
  offset: 0,
  after: 1,
}

/** Products, newest first unless sorted otherwise; `q` is part of the name or of a SKU, in any case. `after` is the id of the last one seen. */
export const listProducts = query(
  Product,
  LISTING,
  (sql, { status, q = null, sort = '-id', today, limit, offset, after }: Listing) => {
    const descending = sort.startsWith('-')
    const column = sort.replace('-', '') as Column
    const direction = descending ? sql`desc` : sql`asc`
    const beyond = descending ? sql`<` : sql`>`
    const value = column === 'id' ? undefined : sortValue(sql, column, descending)
    const seen = value
      ? sql`(${value}, p.id) ${beyond} (select ${value}, p.id from ${withCost(sql, today)} where p.id = ${after})`
      : sql`p.id ${beyond} ${after}`
    return sql`
    ${products(sql, today)}
    where true ${status === null ? sql`` : sql`and p.status = ${status}`} ${after === null ? sql`` : sql`and ${seen}`}
      ${q === null ? sql`` : sql`and (strpos(lower(p.name), lower(${q})) > 0 or exists (select 1 from variants a where a.product_id = p.id and strpos(lower(a.sku), lower(${q})) > 0))`}
    order by ${value ? sql`${value} ${direction},` : sql``} p.id ${direction}
    limit ${limit} offset ${offset}`
  },
)

export const findProduct = find(
  Product,
  { id: 1, today: '2026-04-13' },
  (sql, { id, today }: { id: number; today: string }) => sql`${products(sql, today)} where p.id = ${id}`,
)

export const findProductName = find(
  v.object({ name: v.string() }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`select name from products where id = ${id}`,
)

type Taken = { id: number; alone?: boolean }
const TAKEN: Taken = { id: 1, alone: true }

/**
 * Takes a product for a change until the end of the transaction; `alone`: nobody can name it meanwhile, in an order, a SKU or ad spend.
 * `sold_elsewhere`: also in stores that the asker does not see.
 */
export const lockProduct = find(
  v.object({ id: Id, sold_elsewhere: v.boolean() }),
  TAKEN,
  (sql, { id, alone }: Taken) => sql`
    select id, product_is_sold_elsewhere(id) as sold_elsewhere
    from products
    where id = ${id}
    ${alone ? sql`for update` : sql`for no key update`}`,
)

export const createProduct = get(
  v.object({ id: Id }),
  { name: 'Mug', status: 'active' },
  (sql, { name, status }: { name: string; status: ProductStatus }) =>
    sql`insert into products (name, status) values (${name}, ${status}) returning id`,
)

type Changed = { id: number; name: string | null; status: ProductStatus | null }
const CHANGED: Changed = { id: 1, name: 'Mug', status: null }

/** Notes that a product changed; null leaves its name or status as it is. */
export const updateProduct = command(
  CHANGED,
  (sql, { id, name, status }: Changed) => sql`
    update products set name = coalesce(${name}, name), status = coalesce(${status}, status), updated_at = now() where id = ${id}`,
)

/** Whether orders, booked figures or ad spend of any store name the product. */
export const productHistory = get(
  v.object({ exists: v.boolean() }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`select product_has_history(${id}) as exists`,
)

/** Unties all SKUs of a product that the asker sees. */
export const deleteVariantsOfProduct = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from variants where product_id = ${id}`,
)

/** Deletes a product without history and SKUs, with its costs. */
export const deleteProduct = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from products where id = ${id}`,
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
