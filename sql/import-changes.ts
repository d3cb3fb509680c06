import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, query, type Statement } from './query.ts'
import { Id } from './units.ts'

export const ChangedRecord = v.picklist(['order', 'ad_spend', 'fixed_cost', 'product', 'product_costs', 'variant'])
export type ChangedRecord = v.InferOutput<typeof ChangedRecord>

/** What a record says, as one JSON value: `record_id`, `image`, and the `label` by which people know it. */
const IMAGES: Record<ChangedRecord, (sql: Sql, ids: Statement) => Statement> = {
  order: (sql, ids) => sql`
    select o.id as record_id, 'order ' || o.external_id as label, jsonb_build_object(
             'order', to_jsonb(o) - array['created_at', 'shipping_cost_override_minor', 'transaction_fee_override_minor'],
             'lines', (select coalesce(jsonb_agg(case when l.unit_cost_override is null then to_jsonb(l) - 'unit_cost_override' else to_jsonb(l) end
                                                order by l.id), '[]') from order_lines l where l.order_id = o.id),
             'refunds', (select coalesce(jsonb_agg(r.id order by r.id), '[]') from refunds r where r.order_id = o.id),
             'refund_lines', (select coalesce(jsonb_agg(to_jsonb(x) order by x.refund_id, x.order_line_id), '[]')
                              from refunds r join refund_lines x on x.refund_id = r.id where r.order_id = o.id)) as image
    from orders o
    where o.id in (${ids})`,
  ad_spend: (sql, ids) => sql`
    select a.id as record_id, format('the ad spend of %s on %s', a.platform, a.day) as label, to_jsonb(a) - 'created_at' as image
    from ad_spend a
    where a.id in (${ids})`,
  fixed_cost: (sql, ids) => sql`
    select f.id as record_id, format('the fixed cost %s (%s)', f.name, f.id) as label, to_jsonb(f) - 'updated_at' as image
    from fixed_costs f
    where f.id in (${ids})`,
  product: (sql, ids) => sql`
    select p.id as record_id, format('the product %s (%s)', p.name, p.id) as label,
           jsonb_build_object('name', p.name, 'status', p.status) as image
    from products p
    where p.id in (${ids})`,
  product_costs: (sql, ids) => sql`
    select p.id as record_id, format('the unit cost of %s (%s)', p.name, p.id) as label,
           coalesce((
             select jsonb_agg(jsonb_build_object('valid', c.valid, 'unit_cost', c.unit_cost, 'currency', c.currency, 'source', c.source) order by c.valid)
             from product_costs c where c.product_id = p.id), '[]') as image
    from products p
    where p.id in (${ids})`,
  variant: (sql, ids) => sql`
    select k.id as record_id, format('the SKU %s', k.sku) as label, to_jsonb(k) - 'grams' as image from variants k where k.id in (${ids})`,
}
const images = (sql: Sql, record: ChangedRecord, ids: Statement): Statement => IMAGES[record](sql, ids)

type Of = { import_id: number; record: ChangedRecord }
type Kept = Of & { ids: number[] }
const OF: Of = { import_id: 1, record: 'order' }
const KEPT: Kept = { ...OF, ids: [1] }

/** Keeps how these records are, before an import changes them. */
export const keepBefore = command(
  KEPT,
  (sql, { import_id, record, ids }: Kept) => sql`
    insert into import_changes (import_id, record, record_id, before)
    select ${import_id}, ${record}, record_id, image
    from (${images(sql, record, sql`select unnest(${ids}::bigint[])`)}) seen
    on conflict do nothing`,
)

/** Keeps that an import made these records. */
export const keepCreated = command(
  KEPT,
  (sql, { import_id, record, ids }: Kept) => sql`
    insert into import_changes (import_id, record, record_id)
    select ${import_id}, ${record}, id from unnest(${ids}::bigint[]) id
    on conflict do nothing`,
)

const ofImport = (sql: Sql, { import_id, record }: Of): Statement =>
  sql`select record_id from import_changes where import_id = ${import_id} and record = ${record}`

/** Keeps a digest of how the records are after the import. */
export const keepAfter = command(
  OF,
  (sql, of: Of) => sql`
    update import_changes c
    set after = md5(seen.image::text)
    from (${images(sql, of.record, ofImport(sql, of))}) seen
    where c.import_id = ${of.import_id} and c.record = ${of.record} and c.record_id = seen.record_id`,
)

/** Forgets the records that the import left as they were. */
export const forgetUnchanged = command(
  { import_id: 1 },
  (sql, { import_id }: { import_id: number }) =>
    sql`delete from import_changes where import_id = ${import_id} and before is not null and md5(before::text) = after`,
)

/** Which records are not as the import left them; `label` names them. At most `limit`. */
export const changedSince = query(
  v.object({ label: v.string() }),
  { ...OF, limit: 5 },
  (sql, { limit, ...of }: Of & { limit: number }) => sql`
    select coalesce(seen.label, replace(c.record, '_', ' ') || ' ' || c.record_id) as label
    from import_changes c
    left join (${images(sql, of.record, ofImport(sql, of))}) seen on seen.record_id = c.record_id
    where c.import_id = ${of.import_id} and c.record = ${of.record} and md5(seen.image::text) is distinct from c.after
    order by c.record_id
    limit ${limit}`,
)

/** The ids of records that an import changed or made. */
export const changedRecords = query(
  v.object({ id: Id, created: v.boolean() }),
  OF,
  (sql, { import_id, record }: Of) => sql`
    select record_id as id, before is null as created
    from import_changes
    where import_id = ${import_id} and record = ${record}
    order by record_id`,
)

type Import = { import_id: number }
const IMPORT: Import = { import_id: 1 }

/** Gives rows of ad spend their amounts back; those that the import made come to nothing. Not yet booked. */
export const revertAdSpend = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    update ad_spend a
    set amount_minor = coalesce((c.before ->> 'amount_minor')::bigint, 0), claimed_minor = coalesce((c.before ->> 'claimed_minor')::bigint, 0),
        currency = coalesce(c.before ->> 'currency', a.currency)
    from import_changes c
    where c.import_id = ${import_id} and c.record = 'ad_spend' and c.record_id = a.id`,
)

/** Takes the rows of ad spend away that the import made. They must be booked back. */
export const deleteCreatedAdSpend = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    delete from ad_spend a
    using import_changes c
    where c.import_id = ${import_id} and c.record = 'ad_spend' and c.record_id = a.id and c.before is null`,
)

export const revertFixedCosts = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    with gone as (
      delete from fixed_costs f
      using import_changes c
      where c.import_id = ${import_id} and c.record = 'fixed_cost' and c.record_id = f.id and c.before is null
    )
    update fixed_costs f
    set name = was.name, category = was.category, store_id = was.store_id, amount_minor = was.amount_minor, currency = was.currency,
        "interval" = was."interval", starts_on = was.starts_on, ends_on = was.ends_on, updated_at = now()
    from import_changes c
    cross join lateral jsonb_to_record(c.before) was (
      name text, category text, store_id bigint, amount_minor bigint, currency text, "interval" text, starts_on date, ends_on date)
    where c.import_id = ${import_id} and c.record = 'fixed_cost' and c.record_id = f.id and c.before is not null`,
)

/** Takes the unit costs away that the import left. Orders are not yet booked anew. */
export const deleteImportedCosts = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    delete from product_costs p
    using import_changes c
    where c.import_id = ${import_id} and c.record = 'product_costs' and c.record_id = p.product_id`,
)

/** Puts the unit costs back that there were before the import. */
export const restoreCosts = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    insert into product_costs (product_id, valid, unit_cost, currency, source)
    select c.record_id, was.valid, was.unit_cost, was.currency, coalesce(was.source, '')
    from import_changes c
    cross join lateral jsonb_to_recordset(c.before) was (valid daterange, unit_cost numeric, currency text, source text)
    where c.import_id = ${import_id} and c.record = 'product_costs' and c.before is not null`,
)

/** Products and SKUs as they were: those that the import made go, unless something sells them; then the product is archived. */
export const revertVariants = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    with gone as (
      delete from variants k
      using import_changes c
      where c.import_id = ${import_id} and c.record = 'variant' and c.record_id = k.id and c.before is null
        and not product_has_history(k.product_id)
    )
    update variants k
    set product_id = was.product_id, title = was.title, list_price = was.list_price
    from import_changes c
    cross join lateral jsonb_to_record(c.before) was (product_id bigint, title text, list_price numeric)
    where c.import_id = ${import_id} and c.record = 'variant' and c.record_id = k.id and c.before is not null`,
)

export const revertProducts = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    with gone as (
      delete from products p
      using import_changes c
      where c.import_id = ${import_id} and c.record = 'product' and c.record_id = p.id and c.before is null
        and not product_has_history(p.id) and not product_is_sold(p.id)
    )
    update products p
    set name = coalesce(c.before ->> 'name', p.name), status = coalesce(c.before ->> 'status', 'archived'), updated_at = now()
    from import_changes c
    where c.import_id = ${import_id} and c.record = 'product' and c.record_id = p.id
      and (c.before is not null or product_has_history(p.id) or product_is_sold(p.id))`,
)

/**
 * Orders as they were before the import: those that it made are voided, and so that the file may bring them again their digest says
 * that they were taken back. Lines get their old ids, so that what was booked for them fits again. Not yet booked.
 */
export const revertOrders = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    update orders o
    set kind = coalesce(was.kind, o.kind), status = coalesce(was.status, 'voided'), placed_at = coalesce(was.placed_at, o.placed_at),
        business_day = coalesce(was.business_day, o.business_day),
        customer = case when c.before is null then o.customer else was.customer end,
        country = case when c.before is null then o.country else was.country end,
        content_hash = coalesce(was.content_hash, 'undone')
    from import_changes c
    left join lateral jsonb_to_record(c.before -> 'order') was (
      kind text, status text, placed_at timestamptz, business_day date, customer text, country text, content_hash text) on true
    where c.import_id = ${import_id} and c.record = 'order' and c.record_id = o.id`,
)

export const deleteRestatedLines = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    delete from order_lines l
    using import_changes c
    where c.import_id = ${import_id} and c.record = 'order' and c.record_id = l.order_id and c.before is not null`,
)

export const restoreLines = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    insert into order_lines (
      id, order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor, discount_minor, restocked,
      unit_cost_override)
    overriding system value
    select was.id, c.record_id, was.line_no, was.account, was.product_id, was.sku, was.quantity, was.unit_price, was.amount_minor,
           was.discount_minor, was.restocked, was.unit_cost_override
    from import_changes c
    cross join lateral jsonb_to_recordset(c.before -> 'lines') was (
      id bigint, line_no int, account text, product_id bigint, sku text, quantity int, unit_price numeric, amount_minor bigint,
      discount_minor bigint, restocked boolean, unit_cost_override numeric)
    where c.import_id = ${import_id} and c.record = 'order' and c.before is not null`,
)

export const restoreRefundLines = command(
  IMPORT,
  (sql, { import_id }: Import) => sql`
    insert into refund_lines (refund_id, order_line_id, quantity, amount_minor, restocked)
    select was.refund_id, was.order_line_id, was.quantity, was.amount_minor, was.restocked
    from import_changes c
    cross join lateral jsonb_to_recordset(c.before -> 'refund_lines') was (
      refund_id bigint, order_line_id bigint, quantity int, amount_minor bigint, restocked boolean)
    where c.import_id = ${import_id} and c.record = 'order' and c.before is not null`,
)
