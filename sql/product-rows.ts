import * as v from 'valibot'
import type { ProductStatus } from './products.ts'
import { command, query } from './query.ts'
import { BusinessDay, Currency, Id } from './units.ts'

/** A product as a row says it: by id, or by a SKU of a store. What is null stays as it is. */
export type ProductRow = {
  row: number
  id: number | null
  store: string | null
  sku: string | null
  name: string | null
  status: ProductStatus | null
  list_price: string | null
  cost_price: string | null
  cost_currency: string | null
}
type Given = { rows: ProductRow[]; today: string; reporting_currency: string }
const GIVEN: Given = {
  rows: [
    {
      row: 1,
      id: null,
      store: 'nl',
      sku: 'MUG-1',
      name: 'Mug',
      status: null,
      list_price: '12.50',
      cost_price: '3.95',
      cost_currency: 'EUR',
    },
  ],
  today: '2026-04-13',
  reporting_currency: 'EUR',
}

/**
 * What rows of products mean: the product and SKU that are there, what differs, and why a row cannot be kept. `cost_to` is the day
 * before the next planned cost.
 */
export const judgeProductRows = query(
  v.object({
    row: v.number(),
    product_id: v.nullable(Id),
    store_id: v.nullable(Id),
    variant_id: v.nullable(Id),
    product_differs: v.boolean(),
    variant_differs: v.boolean(),
    cost_differs: v.boolean(),
    cost_currency: v.nullable(Currency),
    cost_to: v.nullable(BusinessDay),
    is_unknown: v.boolean(),
    reason: v.nullable(v.string()),
  }),
  GIVEN,
  (sql, { rows, today, reporting_currency }: Given) => sql`
    select g.row, p.id as product_id, s.id as store_id, k.id as variant_id,
           p.id is not null and (coalesce(g.name <> p.name, false) or coalesce(g.status <> p.status, false)) as product_differs,
           p.id is not null and g.sku is not null and (k.id is null or coalesce(k.list_price is distinct from g.list_price, false)
             and g.list_price is not null) as variant_differs,
           g.cost_price is not null
             and row(pc.unit_cost, pc.currency) is distinct from row(g.cost_price::numeric(18, 6), c.code) as cost_differs,
           c.code as cost_currency,
           (select min(lower(l.valid)) - 1 from product_costs l where l.product_id = p.id and lower(l.valid) > ${today}::date) as cost_to,
           g.id is not null and p.id is null as is_unknown,
           case when g.store is not null and s.id is null then format('store: there is no store "%s"', g.store)
                when g.id is not null and p.id is null then format('id: there is no product %s', g.id)
                when k.product_id <> g.id then format('sku: "%s" of %s belongs to product %s', g.sku, g.store, k.product_id)
                when first_value(g.row) over same <> g.row then format('says the same product as row %s', first_value(g.row) over same)
                when p.id is null and g.name is null then 'name: is missing, and the SKU is new'
                when g.cost_price is not null and c.code is null then format('cost_currency: %s is not a currency', g.cost_currency)
                when product_is_sold_elsewhere(p.id) then 'is also sold in stores that you do not see' end as reason
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as g (
      "row" int, id bigint, store text, sku text, name text, status text, list_price numeric, cost_price numeric, cost_currency text)
    left join stores s on s.slug = g.store
    left join variants k on k.store_id = s.id and k.sku = g.sku
    left join products p on p.id = coalesce(g.id, k.product_id)
    left join product_costs pc on pc.product_id = p.id and pc.valid @> ${today}::date
    left join currencies c on c.code = coalesce(g.cost_currency, pc.currency, ${reporting_currency})
    window same as (partition by g.id, g.store, g.sku order by g.row)
    order by g.row`,
)

/** A row with the store and the currency that it was judged to mean. */
export type NewProduct = ProductRow & { store_id: number | null }
type New = { rows: NewProduct[]; today: string }
const NEW: New = { rows: [{ ...GIVEN.rows[0]!, store_id: 1 }], today: '2026-04-13' }

/** Makes a product for each row, with its SKU and a cost from today on. */
export const createProductRows = query(
  v.object({ row: v.number(), product_id: Id, variant_id: Id }),
  NEW,
  (sql, { rows, today }: New) => sql`
    with fresh as (
      select g.row, g.store_id, g.sku, g.name, coalesce(g.status, 'active') as status, g.list_price, g.cost_price, g.cost_currency,
             nextval(pg_get_serial_sequence('products', 'id')) as product_id
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as g (
        "row" int, store_id bigint, sku text, name text, status text, list_price numeric, cost_price numeric, cost_currency text)
    ),
    product as (
      insert into products (id, name, status) overriding system value select product_id, name, status from fresh order by "row"
    ),
    variant as (
      insert into variants (product_id, store_id, sku, title, list_price)
      select product_id, store_id, sku, name, list_price from fresh order by "row"
      returning id, product_id
    ),
    cost as (
      insert into product_costs (product_id, valid, unit_cost, currency, source)
      select product_id, daterange(${today}::date, null), cost_price, cost_currency, 'with the product' from fresh where cost_price is not null
    )
    select f.row, f.product_id, v.id as variant_id
    from fresh f
    join variant v on v.product_id = f.product_id
    order by f.row`,
)

/** A row that says something of a product that is there. */
export type KnownProduct = NewProduct & { product_id: number }
type Known = { rows: KnownProduct[] }
const KNOWN: Known = { rows: [{ ...NEW.rows[0]!, product_id: 1 }] }

/** Names and statuses as the rows say. */
export const updateProductRows = command(
  KNOWN,
  (sql, { rows }: Known) => sql`
    update products p
    set name = coalesce(g.name, p.name), status = coalesce(g.status, p.status), updated_at = now()
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as g (product_id bigint, name text, status text)
    where p.id = g.product_id`,
)

/** Ties the SKUs of the rows to their products, with the list price. */
export const tieProductRows = query(
  v.object({ variant_id: Id }),
  KNOWN,
  (sql, { rows }: Known) => sql`
    insert into variants as known (product_id, store_id, sku, title, list_price)
    select g.product_id, g.store_id, g.sku, p.name, g.list_price
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as g (product_id bigint, store_id bigint, sku text, list_price numeric)
    join products p on p.id = g.product_id
    on conflict (store_id, sku) do update set list_price = coalesce(excluded.list_price, known.list_price)
    returning id as variant_id`,
)

const IDS = { ids: [1] }

/** Takes products for a change in order of their ids, until the end of the transaction. */
export const lockProducts = query(
  v.object({ id: Id, sold_elsewhere: v.boolean() }),
  IDS,
  (sql, { ids }: typeof IDS) => sql`
    select id, product_is_sold_elsewhere(id) as sold_elsewhere
    from products
    where id = any(${ids}::bigint[])
    order by id
    for no key update`,
)
