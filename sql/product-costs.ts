import * as v from 'valibot'
import { command, query } from './query.ts'
import { BusinessDay, Currency, Id } from './units.ts'

export const ProductCost = v.object({
  from: v.nullable(BusinessDay),
  to: v.nullable(BusinessDay),
  unit_cost: v.string(),
  currency: Currency,
})
type Days = { product_id: number; from: string | null; to: string | null }
const DAYS: Days = { product_id: 1, from: '2026-01-01', to: null }

/** Takes away the costs that share a day with `from`..`to` (null: open) and answers what of them lies outside, to be put back. */
export const cutProductCosts = query(
  ProductCost,
  DAYS,
  (sql, { product_id, from, to }: Days) => sql`
    with cut as (
      delete from product_costs
      where product_id = ${product_id} and valid && daterange(${from}::date, ${to}::date, '[]')
      returning valid, unit_cost, currency
    )
    select lower(part) as "from", upper(part) - 1 as "to", cut.unit_cost, cut.currency
    from cut
    cross join unnest(datemultirange(cut.valid) - datemultirange(daterange(${from}::date, ${to}::date, '[]'))) part
    order by part`,
)

type NewCost = Days & { unit_cost: string; currency: string }

/** A unit cost in major units of its currency, valid on the days `from`..`to`, both included; null is open. */
export const addProductCost = command(
  { ...DAYS, unit_cost: '3.95', currency: 'EUR' },
  (sql, { product_id, from, to, unit_cost, currency }: NewCost) => sql`
    insert into product_costs (product_id, valid, unit_cost, currency)
    values (${product_id}, daterange(${from}::date, ${to}::date, '[]'), ${unit_cost}::numeric, ${currency})`,
)

/** Orders with a line of the product on the days `from`..`to`, by store. */
export const ordersOfProduct = query(
  v.object({ store_id: Id, order_ids: v.array(Id) }),
  DAYS,
  (sql, { product_id, from, to }: Days) => sql`
    select o.store_id, array_agg(distinct o.id order by o.id) as order_ids
    from order_lines l
    join orders o on o.id = l.order_id
    where l.product_id = ${product_id} and o.business_day <@ daterange(${from}::date, ${to}::date, '[]')
    group by o.store_id
    order by o.store_id`,
)
