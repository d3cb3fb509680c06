import * as v from 'valibot'
import { query } from './query.ts'
import { BusinessDay, Currency, Id } from './units.ts'

/** A unit cost as a row says it, of a product or of a SKU of a store; `from` and `to` are included, without `to` it holds on. */
export type UnitCostRow = {
  row: number
  product_id: number | null
  store: string | null
  sku: string | null
  unit_cost: string
  currency: string | null
  from: string
  to: string | null
}
type Given = { rows: UnitCostRow[]; reporting_currency: string }
const GIVEN: Given = {
  rows: [
    {
      row: 1,
      product_id: null,
      store: 'nl',
      sku: 'MUG-1',
      unit_cost: '3.95',
      currency: 'EUR',
      from: '2026-01-01',
      to: null,
    },
  ],
  reporting_currency: 'EUR',
}

/**
 * What rows of unit costs mean: the product, the currency (the row's, else that of the cost on the first day, else the store's), and how
 * long the cost holds: until the day before the next one that the rows say of the product. `holds`: it is so already.
 */
export const judgeUnitCostRows = query(
  v.object({
    row: v.number(),
    product_id: v.nullable(Id),
    currency: v.nullable(Currency),
    until: v.nullable(BusinessDay),
    is_new: v.boolean(),
    holds: v.boolean(),
    is_unknown: v.boolean(),
    reason: v.nullable(v.string()),
  }),
  GIVEN,
  (sql, { rows, reporting_currency }: Given) => sql`
    with named as (
      select g.row, g.product_id as asked_id, g.store, g.sku, g.unit_cost, g.currency, g."from" as first_day, g."to" as last_day,
             s.id as store_id, s.currency as store_currency, p.id as product_id
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as g (
        "row" int, product_id bigint, store text, sku text, unit_cost numeric, currency text, "from" date, "to" date)
      left join stores s on s.slug = g.store
      left join variants k on k.store_id = s.id and k.sku = g.sku
      left join products p on p.id = coalesce(g.product_id, k.product_id)
    ),
    dated as (
      select n.*, lead(n.first_day) over costs as next_day, lag(n.last_day) over costs as previous_last,
             first_value(n.row) over (partition by n.product_id, n.first_day order by n.row) as first_row
      from named n
      window costs as (partition by n.product_id order by n.first_day, n.row)
    ),
    spanned as (
      select d.*, coalesce(d.last_day, case when d.product_id is not null and d.next_day > d.first_day then d.next_day - 1 end) as until,
             c.code
      from dated d
      left join product_costs pc on pc.product_id = d.product_id and pc.valid @> d.first_day
      left join currencies c on c.code = coalesce(d.currency, pc.currency, d.store_currency, ${reporting_currency})
    )
    select s.row, s.product_id, s.code as currency, s.until,
           not exists (select 1 from product_costs pc
                       where pc.product_id = s.product_id and pc.valid && daterange(s.first_day, s.until, '[]')) as is_new,
           exists (select 1 from product_costs pc
                   where pc.product_id = s.product_id and pc.valid @> daterange(s.first_day, s.until, '[]')
                     and pc.unit_cost = s.unit_cost::numeric(18, 6) and pc.currency = s.code) as holds,
           s.product_id is null and (s.store is null or s.store_id is not null) as is_unknown,
           case when s.store is not null and s.store_id is null then format('store: there is no store "%s"', s.store)
                when s.product_id is null and s.asked_id is not null then format('there is no product %s', s.asked_id)
                when s.product_id is null then format('the SKU "%s" of %s is not known', s.sku, s.store)
                when s.code is null then format('currency: %s is not a currency', s.currency)
                when s.first_row <> s.row then format('says the same product and day as row %s', s.first_row)
                when s.previous_last >= s.first_day then 'from: an earlier row says a cost of this day already'
                when product_is_sold_elsewhere(s.product_id) then 'is also sold in stores that you do not see' end as reason
    from spanned s
    order by s.row`,
)
