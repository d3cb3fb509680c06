import type { Writable } from 'node:stream'
import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, get, query, type Statement } from './query.ts'
import { Count, Id } from './units.ts'

/**
 * Turns nested loops off or on for the transaction. The planner's statistics know nothing of a new store, so it takes its orders for a
 * few rows and loops over them: minutes, where a hash takes 3 s (measured with 540,000 lines beside a store of two million).
 */
export const setNestedLoops = command(
  { allowed: 'off' },
  (sql, { allowed }: { allowed: 'on' | 'off' }) => sql`select set_config('enable_nestloop', ${allowed}, true)`,
)

/** Opens a COPY into the staging table; each line is written as tab-separated text in the order of the columns. */
export const stageOrderLines = (sql: Sql): Promise<Writable> =>
  sql`
    copy staged_order_lines (
      import_id, file_line, order_ref, kind, account, sku, title, quantity, unit_price, placed_at, customer, country, content_hash)
    from stdin`.writable()

/** Lets the planner know how many rows a COPY brought; without it the steps that follow are planned for a handful. */
export const analyzeStagedOrderLines = command({}, (sql) => sql`analyze staged_order_lines`)

/**
 * Whether the planner takes these tables for nearly empty although so many orders were saved. It does after a preview: the rows were rolled
 * back, autovacuum then counted none on many pages, and a booking is planned for one row: 72 s for 4,000 orders, where it takes 0.6.
 */
export const areMiscounted = get(
  v.object({ miscounted: v.boolean() }),
  { orders: 1 },
  (sql, { orders }: { orders: number }) => sql`
    select coalesce(bool_or(reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::int) < ${orders} / 2.0), false)
             as miscounted
    from pg_class
    where oid in ('orders'::regclass, 'order_lines'::regclass, 'ledger_entries'::regclass) and reltuples >= 0 and relpages > 0`,
)

/** Lets the planner know how much there is: reports on tables that were never counted took 25 s where they take one. */
export const analyzeBooked = command(
  {},
  (sql) => sql`analyze orders, order_lines, ledger_entries, daily_financials, product_performance, returned_units`,
)

type Staged = { import_id: number; store_id: number }
const STAGED: Staged = { import_id: 1, store_id: 1 }

/** A product and a variant for every SKU of the run that the store does not know yet, named by its most frequent title. */
export const createStagedVariants = query(
  v.object({ id: Id, product_id: Id }),
  STAGED,
  (sql, { import_id, store_id }: Staged) => sql`
    with fresh as (
      select sku, nextval(pg_get_serial_sequence('products', 'id')) as product_id,
             coalesce(mode() within group (order by title) filter (where title <> ''), sku) as title
      from staged_order_lines l
      where import_id = ${import_id} and account in ('gross_sales', 'returns') and unit_price <> 0
        and not exists (select 1 from variants known where known.store_id = ${store_id} and known.sku = l.sku)
      group by sku
    ),
    product as (
      insert into products (id, name) overriding system value select product_id, title from fresh
    )
    insert into variants (product_id, store_id, sku, title) select product_id, ${store_id}, sku, title from fresh
    returning id, product_id`,
)

/** Makes products of the run active again that were archived because an import which had made them was undone. */
export const reviveStagedProducts = command(
  STAGED,
  (sql, { import_id, store_id }: Staged) => sql`
    update products p
    set status = 'active', updated_at = now()
    from import_changes c
    join imports i on i.id = c.import_id and i.status = 'undone'
    where c.record = 'product' and c.before is null and p.id = c.record_id and p.status = 'archived'
      and exists (
        select 1 from variants k join staged_order_lines l on l.import_id = ${import_id} and l.sku = k.sku
        where k.store_id = ${store_id} and k.product_id = p.id)`,
)

/** The orders of the run that book something: those with a price, and those that the store has from an earlier run. */
const stagedOrders = (sql: Sql, { import_id, store_id }: Staged): Statement => sql`
    select order_ref, min(kind) as kind, min(placed_at) as placed_at, nullif(max(customer), '') as customer, nullif(max(country), '') as country,
           count(*) || '/' || sum(content_hash) as content_hash
    from staged_order_lines l
    where import_id = ${import_id}
    group by order_ref
    having bool_or(unit_price <> 0)
      or exists (select 1 from orders o where o.store_id = ${store_id} and o.external_id = order_ref)`

/** The orders that are there and of which the run says something else. */
export const listDifferingOrders = query(
  v.object({ id: Id }),
  STAGED,
  (sql, staged: Staged) => sql`
    select o.id
    from (${stagedOrders(sql, staged)}) f
    join orders o on o.store_id = ${staged.store_id} and o.external_id = f.order_ref
    where o.content_hash <> f.content_hash and o.source_id is null`,
)

/**
 * The orders of the run that are new, or whose content is not what was imported before; what a connector brings in is left to it. Their time is that of the earliest line, read in
 * the store's zone unless it ends in Z.
 */
export const saveStagedOrders = query(
  v.object({ id: Id, created: v.boolean() }),
  STAGED,
  (sql, staged: Staged) => sql`
    with staged as (${stagedOrders(sql, staged)}),
    differing as (
      select order_ref, f.kind, f.customer, f.country, f.content_hash, s.currency, s.time_zone,
             case when f.placed_at like '%Z' then f.placed_at::timestamptz
                  else f.placed_at::timestamp at time zone s.time_zone end as placed_at
      from staged f
      join stores s on s.id = ${staged.store_id}
      left join orders o on o.store_id = s.id and o.external_id = f.order_ref
      where o.content_hash is distinct from f.content_hash and o.source_id is null
    )
    insert into orders (store_id, external_id, kind, placed_at, business_day, currency, customer, country, content_hash)
    select ${staged.store_id}, order_ref, kind, placed_at, (placed_at at time zone time_zone)::date, currency, customer, country, content_hash
    from differing
    order by order_ref
    on conflict (store_id, external_id) do update set
      kind = excluded.kind, placed_at = excluded.placed_at, business_day = excluded.business_day, customer = excluded.customer,
      country = excluded.country, content_hash = excluded.content_hash,
      -- An import that was undone voided it; what is voided otherwise stays so.
      status = case when orders.content_hash = 'undone' then 'placed' else orders.status end
    returning id, xmax = 0 as created`,
)

/** How many orders of the run there are in the store; what is not new or changed among them is unchanged. */
export const countStagedOrders = get(
  v.object({ orders: Count }),
  STAGED,
  (sql, staged: Staged) => sql`select count(*) as orders from (${stagedOrders(sql, staged)}) f`,
)

type StagedLines = Staged & { order_ids: number[]; restocked: boolean }
const STAGED_LINES: StagedLines = { ...STAGED, order_ids: [1], restocked: true }

/** The lines with a price that the file says of these orders. Value = quantity × price, rounded. */
const stagedLines = (sql: Sql, { import_id, store_id, order_ids }: StagedLines): Statement => sql`
    select o.id as order_id, f.file_line, f.account, case when f.account in ('gross_sales', 'returns') then k.product_id end as product_id,
           f.sku, f.quantity, f.unit_price, round(f.quantity * f.unit_price * 10::numeric ^ c.minor_digits)::bigint as amount_minor
    from staged_order_lines f
    join orders o on o.store_id = ${store_id} and o.external_id = f.order_ref
    join unnest(${order_ids}::bigint[]) chosen on chosen = o.id
    join currencies c on c.code = o.currency
    left join variants k on k.store_id = ${store_id} and k.sku = f.sku
    where f.import_id = ${import_id} and f.unit_price <> 0`

/** The lines of orders that are new. */
export const createStagedOrderLines = command(
  STAGED_LINES,
  (sql, staged: StagedLines) => sql`
    insert into order_lines (order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor, restocked)
    select order_id, row_number() over (partition by order_id order by file_line), account, product_id, sku, quantity, unit_price,
           amount_minor, ${staged.restocked}
    from (${stagedLines(sql, staged)}) said`,
)

/**
 * The lines of orders that changed: a line keeps its number, so that only what is different is restated. The nth line of a SKU, by price
 * and quantity, is the nth line of that SKU before. Resolves to the number of lines that there are now.
 */
export const restateStagedOrderLines = command(
  STAGED_LINES,
  (sql, staged: StagedLines) => sql`
    with said as (
      select order_id, file_line, account, product_id, sku, quantity, unit_price, amount_minor,
             row_number() over (partition by order_id, sku order by unit_price, quantity, file_line) as nth
      from (${stagedLines(sql, staged)}) line
    ),
    known as (
      select id, order_id, line_no, sku, row_number() over (partition by order_id, sku order by unit_price, quantity, line_no) as nth,
             max(line_no) over (partition by order_id) as last_no
      from order_lines
      where order_id = any(${staged.order_ids}::bigint[])
    ),
    gone as (
      delete from order_lines l
      using known k
      where l.id = k.id and not exists (select 1 from said s where s.order_id = k.order_id and s.sku = k.sku and s.nth = k.nth)
    )
    insert into order_lines as l (order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor, restocked)
    select s.order_id,
           coalesce(k.line_no, coalesce(last.line_no, 0)
             + row_number() over (partition by s.order_id, k.line_no is null order by s.file_line)),
           s.account, s.product_id, s.sku, s.quantity, s.unit_price, s.amount_minor, ${staged.restocked}
    from said s
    left join known k on k.order_id = s.order_id and k.sku = s.sku and k.nth = s.nth
    left join (select order_id, max(last_no) as line_no from known group by order_id) last on last.order_id = s.order_id
    on conflict (order_id, line_no) do update set
      account = excluded.account, product_id = excluded.product_id, quantity = excluded.quantity, unit_price = excluded.unit_price,
      amount_minor = excluded.amount_minor, restocked = excluded.restocked`,
)

export const clearStagedOrderLines = command(
  { import_id: 1 },
  (sql, { import_id }: { import_id: number }) => sql`delete from staged_order_lines where import_id = ${import_id}`,
)
