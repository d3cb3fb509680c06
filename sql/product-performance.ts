import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, query, type Statement } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id, Ratio } from './units.ts'
import { inMinor, Posted, tooFine } from './upserts.ts'

const Source = v.picklist(['ledger', 'manual'])

/**
 * What a product did on a store's day, in major units of the store's currency; `units_sold` less those returned. `source` is manual
 * where a person posted figures; of these ad spend counts only where the product's day has no rows of ad spend, which
 * `ad_spend_source` tells.
 */
export const ProductPerformance = v.object({
  id: Id,
  date: BusinessDay,
  store: v.string(),
  product_id: Id,
  revenue: Amount,
  units_sold: Count,
  cogs: Amount,
  cm1: Amount,
  ad_spend: Amount,
  /** Revenue over ad spend, 4 decimals; null without spend. */
  roas: Ratio,
  currency: Currency,
  source: Source,
  ad_spend_source: Source,
  created_at: v.string(),
})

type Asked = {
  store_ids: number[]
  start: string
  end: string
  product_id: number | null
  id: number | null
  limit: number
  offset: number
  after: number | null
}
const SAMPLE: Asked = {
  store_ids: [1],
  start: '2026-04-01',
  end: '2026-04-13',
  product_id: null,
  id: null,
  limit: 50,
  offset: 0,
  after: null,
}

const order = (sql: Sql): Statement => sql`-(p.day - date '2000-01-01'), p.store_id, p.product_id`

/** Products on days in `start`..`end`, both included, newest first; `after` is the id of the last one seen. */
export const listProductPerformance = query(
  ProductPerformance,
  SAMPLE,
  (sql, { store_ids, start, end, product_id, id, limit, offset, after }: Asked) => sql`
    with page as (
      select p.id, p.day, p.store_id, p.product_id, p.created_at, m.store_id is not null as is_manual,
             coalesce(m.revenue_minor, p.revenue_minor) as revenue_minor,
             coalesce(m.units_sold, p.units_sold - p.units_returned) as units_sold, coalesce(m.cogs_minor, p.cogs_minor) as cogs_minor,
             m.ad_spend_minor as posted_ad_spend_minor, p.ad_spend_minor
      from product_performance p
      left join manual_product_days m on m.store_id = p.store_id and m.day = p.day and m.product_id = p.product_id
      where p.store_id = any(${store_ids}::bigint[]) and p.day between ${start} and ${end}
        ${product_id === null ? sql`` : sql`and p.product_id = ${product_id}`} ${id === null ? sql`` : sql`and p.id = ${id}`}
        ${
          after === null
            ? sql``
            : sql`
        -- The day bounds what is read: the rows before the page are not passed over one by one.
        and p.day <= (select day from product_performance where id = ${after})
        and (${order(sql)}) > (select ${order(sql)} from product_performance p where p.id = ${after})`
        }
      order by p.day desc, p.store_id, p.product_id
      limit ${limit} offset ${offset}
    ),
    spent as (
      select page.*, posted.counts, case when posted.counts then posted_ad_spend_minor else ad_spend_minor end as spent_minor
      from page
      cross join lateral (
        select posted_ad_spend_minor is not null
               and not exists (select 1 from ad_spend a
                               where a.store_id = page.store_id and a.day = page.day and a.product_id = page.product_id) as counts) posted
    )
    select p.id, p.day as date, s.slug as store, p.product_id, major(p.revenue_minor, c.minor_digits) as revenue, p.units_sold,
           major(p.cogs_minor, c.minor_digits) as cogs, major(p.revenue_minor - p.cogs_minor, c.minor_digits) as cm1,
           major(p.spent_minor, c.minor_digits) as ad_spend, round(p.revenue_minor::numeric / nullif(p.spent_minor, 0), 4) as roas, s.currency,
           case when p.is_manual then 'manual' else 'ledger' end as source,
           case when p.counts then 'manual' else 'ledger' end as ad_spend_source, iso(p.created_at) as created_at
    from spent p
    join stores s on s.id = p.store_id
    join currencies c on c.code = s.currency
    order by p.day desc, p.store_id, p.product_id`,
)

/** A product's day as a person posts it: decimal text in major units of the store's currency; a null stays the ledger's. */
export type PostedProductDay = {
  row: number
  date: string
  store: string
  product_id: number
  revenue: string | null
  units_sold: number | null
  cogs: string | null
  ad_spend: string | null
}
const POSTED: { rows: PostedProductDay[] } = {
  rows: [
    {
      row: 1,
      date: '2026-04-13',
      store: 'nl',
      product_id: 1,
      revenue: '120.00',
      units_sold: 4,
      cogs: null,
      ad_spend: '25.00',
    },
  ],
}

/** Keeps the figures that people post, in place of what they posted before. The stores must be locked. */
export const upsertManualProductDays = query(
  Posted,
  POSTED,
  (sql, { rows }: typeof POSTED) => sql`
    with given as (
      select "row", date as day, store, product_id, revenue, units_sold, cogs, ad_spend
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as sent (
        "row" int, date date, store text, product_id bigint, revenue numeric, units_sold int, cogs numeric, ad_spend numeric)
    ),
    judged as (
      select g.row, s.id as store_id, g.day, g.product_id, ${inMinor(sql, 'revenue')} as revenue_minor, g.units_sold,
             ${inMinor(sql, 'cogs')} as cogs_minor, ${inMinor(sql, 'ad_spend')} as ad_spend_minor, f.id,
             case when s.id is null then format('store: there is no store "%s"', g.store)
                  when p.id is null then format('product_id: there is no product %s', g.product_id)
                  when first_value(g.row) over same <> g.row
                    then format('has the same date, store and product as row %s', first_value(g.row) over same)
                  else coalesce(${tooFine(sql, 'revenue')}, ${tooFine(sql, 'cogs')}, ${tooFine(sql, 'ad_spend')}) end as reason,
             case when m.store_id is not null then json_build_object(
               'date', g.day, 'store', g.store, 'product_id', g.product_id, 'revenue', major(m.revenue_minor, c.minor_digits),
               'units_sold', m.units_sold, 'cogs', major(m.cogs_minor, c.minor_digits), 'ad_spend', major(m.ad_spend_minor, c.minor_digits)
             ) end as old_value,
             json_build_object(
               'date', g.day, 'store', g.store, 'product_id', g.product_id, 'revenue', g.revenue, 'units_sold', g.units_sold, 'cogs', g.cogs,
               'ad_spend', g.ad_spend) as new_value
      from given g
      left join stores s on s.slug = g.store
      left join currencies c on c.code = s.currency
      left join products p on p.id = g.product_id
      left join product_performance f on f.store_id = s.id and f.day = g.day and f.product_id = g.product_id
      left join manual_product_days m on m.store_id = s.id and m.day = g.day and m.product_id = g.product_id
      window same as (partition by g.store, g.day, g.product_id order by g.row)
    ),
    placed as (
      insert into product_performance (store_id, day, product_id)
      select store_id, day, product_id from judged where reason is null and id is null order by store_id, day, product_id
      on conflict (store_id, day, product_id) do nothing
      returning id, store_id, day, product_id
    ),
    saved as (
      insert into manual_product_days as m (store_id, day, product_id, revenue_minor, units_sold, cogs_minor, ad_spend_minor)
      select store_id, day, product_id, revenue_minor, units_sold, cogs_minor, ad_spend_minor
      from judged
      where reason is null
      order by store_id, day, product_id
      on conflict (store_id, day, product_id) do update set
        revenue_minor = excluded.revenue_minor, units_sold = excluded.units_sold, cogs_minor = excluded.cogs_minor,
        ad_spend_minor = excluded.ad_spend_minor, updated_at = now()
      where (m.revenue_minor, m.units_sold, m.cogs_minor, m.ad_spend_minor)
            is distinct from (excluded.revenue_minor, excluded.units_sold, excluded.cogs_minor, excluded.ad_spend_minor)
      returning store_id, day, product_id
    )
    select j.row,
           case when j.reason is not null then 'rejected' when saved.store_id is null then 'unchanged' when j.old_value is null then 'created'
                else 'updated' end as result,
           case when j.reason is null then coalesce(placed.id, j.id) end as id, j.reason, j.old_value, j.new_value
    from judged j
    left join placed on placed.store_id = j.store_id and placed.day = j.day and placed.product_id = j.product_id
    left join saved on saved.store_id = j.store_id and saved.day = j.day and saved.product_id = j.product_id
    order by j.row`,
)

/** The hand-posted figures with this id. */
export const findManualProductDay = find(
  v.object({ store_id: Id, store: v.string(), date: BusinessDay, product_id: Id }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`
    select m.store_id, s.slug as store, m.day as date, m.product_id
    from product_performance p
    join manual_product_days m on m.store_id = p.store_id and m.day = p.day and m.product_id = p.product_id
    join stores s on s.id = m.store_id
    where p.id = ${id}`,
)

const PRODUCT_DAY = { store_id: 1, date: '2026-04-13', product_id: 1 }

/** Takes away what was posted and answers it in minor units; undefined when nothing was. The store must be locked. */
export const deleteManualProductDay = find(
  v.object({ old_value: v.unknown() }),
  PRODUCT_DAY,
  (sql, { store_id, date, product_id }: typeof PRODUCT_DAY) => sql`
    delete from manual_product_days
    where store_id = ${store_id} and day = ${date} and product_id = ${product_id}
    returning json_build_object(
      'date', day, 'product_id', product_id, 'revenue_minor', revenue_minor, 'units_sold', units_sold, 'cogs_minor', cogs_minor,
      'ad_spend_minor', ad_spend_minor) as old_value`,
)

/** Takes the product's day off the rollup when nothing is booked on it. The store must be locked, and nothing posted for it. */
export const deleteEmptyProductDay = command(
  PRODUCT_DAY,
  (sql, { store_id, date, product_id }: typeof PRODUCT_DAY) => sql`
    delete from product_performance
    where store_id = ${store_id} and day = ${date} and product_id = ${product_id}
      and not exists (
        select 1 from ledger_entries where store_id = ${store_id} and business_day = ${date} and product_id = ${product_id})`,
)
