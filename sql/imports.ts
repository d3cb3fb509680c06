import type { Writable } from 'node:stream'
import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, get, query } from './query.ts'
import { Count, Id } from './units.ts'

export const createImport = get(
  v.object({ id: Id }),
  { kind: 'orders', file_name: 'orders.csv', store_id: 1 },
  (sql, { kind, file_name, store_id }: { kind: string; file_name: string; store_id: number }) => sql`
    insert into imports (kind, file_name, store_id) values (${kind}, ${file_name}, ${store_id}) returning id`,
)

type Finished = {
  import_id: number
  rows_read: number
  rows_rejected: number
  orders_created: number
  orders_changed: number
}

export const finishImport = command(
  { import_id: 1, rows_read: 1, rows_rejected: 0, orders_created: 1, orders_changed: 0 },
  (sql, { import_id, rows_read, rows_rejected, orders_created, orders_changed }: Finished) => sql`
    update imports
    set rows_read = ${rows_read}, rows_rejected = ${rows_rejected}, orders_created = ${orders_created}, orders_changed = ${orders_changed}
    where id = ${import_id}`,
)

/** Opens a COPY into the staging table; each line is written as tab-separated text in the order of the columns. */
export const stageOrderLines = (sql: Sql): Promise<Writable> =>
  sql`
    copy staged_order_lines (import_id, file_line, order_ref, kind, account, sku, title, quantity, unit_price, placed_at, customer, country)
    from stdin`.writable() as unknown as Promise<Writable>

/** Lets the planner know how many rows a COPY brought; without it the steps that follow are planned for a handful. */
export const analyzeStagedOrderLines = command({}, (sql) => sql`analyze staged_order_lines`)

type Staged = { import_id: number; store_id: number }
const STAGED: Staged = { import_id: 1, store_id: 1 }

/** A product and a variant for every SKU of the run that the store does not know yet, named by its most frequent title. */
export const createStagedVariants = command(
  STAGED,
  (sql, { import_id, store_id }: Staged) => sql`
    with fresh as (
      select sku, nextval(pg_get_serial_sequence('products', 'id')) as product_id,
             coalesce(mode() within group (order by title) filter (where title <> ''), sku) as title
      from staged_order_lines l
      where import_id = ${import_id} and account in ('gross_sales', 'returns')
        and not exists (select 1 from variants known where known.store_id = ${store_id} and known.sku = l.sku)
      group by sku
    ),
    product as (
      insert into products (id, name) overriding system value select product_id, title from fresh
    )
    insert into variants (product_id, store_id, sku, title) select product_id, ${store_id}, sku, title from fresh`,
)

/**
 * The orders of the run that are new, or whose content is not what was imported before. Their time is read in the store's zone unless
 * it names its own offset; the business day is that of the first line.
 */
export const saveStagedOrders = query(
  v.object({ id: Id, created: v.boolean() }),
  STAGED,
  (sql, { import_id, store_id }: Staged) => sql`
    with staged as (
      select order_ref, min(kind) as kind, (array_agg(placed_at order by file_line))[1] as placed_at,
             nullif(max(customer), '') as customer, nullif(max(country), '') as country,
             md5(string_agg(concat_ws(chr(31), account, sku, quantity, unit_price, placed_at, customer, country), chr(30) order by file_line))
               as content_hash
      from staged_order_lines
      where import_id = ${import_id}
      group by order_ref
    ),
    timed as (
      select order_ref, kind, customer, country, content_hash, s.currency, s.time_zone,
             case when placed_at ~ '(Z|[+-]\\d\\d:?\\d\\d)$' then placed_at::timestamptz
                  else placed_at::timestamp at time zone s.time_zone end as placed_at
      from staged
      join stores s on s.id = ${store_id}
    )
    insert into orders as o (store_id, external_id, kind, placed_at, business_day, currency, customer, country, content_hash)
    select ${store_id}, order_ref, kind, placed_at, (placed_at at time zone time_zone)::date, currency, customer, country, content_hash
    from timed
    order by order_ref
    on conflict (store_id, external_id) do update set
      kind = excluded.kind, placed_at = excluded.placed_at, business_day = excluded.business_day, customer = excluded.customer,
      country = excluded.country, content_hash = excluded.content_hash
    where o.content_hash <> excluded.content_hash
    returning id, xmax = 0 as created`,
)

type StagedOrders = Staged & { order_ids: number[] }
const STAGED_ORDERS: StagedOrders = { ...STAGED, order_ids: [1] }
type StagedLines = StagedOrders & { restocked: boolean }

/** The lines of these orders as the file says; the nth line of an order in the file is its line n. Value = quantity × price, rounded. */
export const saveStagedOrderLines = command(
  { ...STAGED_ORDERS, restocked: true },
  (sql, { import_id, store_id, order_ids, restocked }: StagedLines) => sql`
    insert into order_lines as l (order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor, restocked)
    select o.id, row_number() over (partition by o.id order by f.file_line), f.account,
           case when f.account in ('gross_sales', 'returns') then k.product_id end, f.sku, f.quantity, f.unit_price,
           round(f.quantity * f.unit_price * 10::numeric ^ c.minor_digits)::bigint, ${restocked}
    from staged_order_lines f
    join orders o on o.store_id = ${store_id} and o.external_id = f.order_ref
    join unnest(${order_ids}::bigint[]) chosen on chosen = o.id
    join currencies c on c.code = o.currency
    left join variants k on k.store_id = ${store_id} and k.sku = f.sku
    where f.import_id = ${import_id}
    on conflict (order_id, line_no) do update set
      account = excluded.account, product_id = excluded.product_id, sku = excluded.sku, quantity = excluded.quantity,
      unit_price = excluded.unit_price, amount_minor = excluded.amount_minor, restocked = excluded.restocked`,
)

/** Lines that the orders had before and the file no longer has. */
export const removeUnstagedOrderLines = command(
  STAGED_ORDERS,
  (sql, { import_id, order_ids }: StagedOrders) => sql`
    delete from order_lines l
    using (
      select o.id, count(*) as lines
      from orders o
      join staged_order_lines f on f.import_id = ${import_id} and f.order_ref = o.external_id
      where o.id = any(${order_ids}::bigint[])
      group by o.id) kept
    where l.order_id = kept.id and l.line_no > kept.lines`,
)

export const clearStagedOrderLines = command(
  { import_id: 1 },
  (sql, { import_id }: { import_id: number }) => sql`delete from staged_order_lines where import_id = ${import_id}`,
)

/** How many orders of the run there are in the store; what is not new or changed among them is unchanged. */
export const countStagedOrders = get(
  v.object({ orders: Count }),
  { import_id: 1 },
  (sql, { import_id }: { import_id: number }) =>
    sql`select count(distinct order_ref) as orders from staged_order_lines where import_id = ${import_id}`,
)
