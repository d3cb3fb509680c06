import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { dayRange } from './day-range.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { BusinessDay, Count, Currency, Id } from './units.ts'

/**
 * A unit cost in major units of `currency` as decimal text, for lines of at least `min_quantity` pieces in orders to `country` (null: to
 * any), on the days `from`..`to`, both included; null is open.
 */
export const CostTier = v.object({
  id: Id,
  product_id: Id,
  country: v.nullable(v.string()),
  min_quantity: Count,
  from: v.nullable(BusinessDay),
  to: v.nullable(BusinessDay),
  unit_cost: v.pipe(v.string(), v.metadata({ json: 'number', unit: 'money' })),
  currency: Currency,
})
export type CostTier = v.InferOutput<typeof CostTier>

const costTiers = (sql: Sql): Statement => sql`
    select t.id, t.product_id, nullif(t.country, '') as country, t.min_quantity, lower(t.valid) as "from", upper(t.valid) - 1 as "to",
           round(t.unit_cost, greatest(scale(trim_scale(t.unit_cost)), c.minor_digits)) as unit_cost, t.currency
    from product_cost_tiers t
    join currencies c on c.code = t.currency`

const LISTING = { product_id: 1, limit: 50, offset: 0, after: null as number | null }

/** The tiers of a product, newest first; `after` is the id of the last one seen. */
export const listCostTiers = query(
  CostTier,
  LISTING,
  (sql, { product_id, limit, offset, after }: typeof LISTING) => sql`
    ${costTiers(sql)}
    where t.product_id = ${product_id} and (${after}::bigint is null or t.id < ${after})
    order by t.id desc
    limit ${limit} offset ${offset}`,
)

export const findCostTier = find(
  CostTier,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`${costTiers(sql)} where t.id = ${id}`,
)

export type NewCostTier = Omit<CostTier, 'id'>
const TIER: NewCostTier = {
  product_id: 1,
  country: 'DE',
  min_quantity: 2,
  from: '2026-01-01',
  to: null,
  unit_cost: '3.95',
  currency: 'EUR',
}

/** The tiers of the same country and quantity that share a day with this one. */
export const costTiersWithin = query(
  CostTier,
  TIER,
  (sql, tier: NewCostTier) => sql`
    ${costTiers(sql)}
    where t.product_id = ${tier.product_id} and t.country = coalesce(${tier.country}, '') and t.min_quantity = ${tier.min_quantity}
      and t.valid && ${dayRange(sql, tier)}
    order by t.id`,
)

export const addCostTier = get(
  v.object({ id: Id }),
  TIER,
  (sql, tier: NewCostTier) => sql`
    insert into product_cost_tiers (product_id, country, min_quantity, valid, unit_cost, currency)
    values (${tier.product_id}, coalesce(${tier.country}, ''), ${tier.min_quantity}, ${dayRange(sql, tier)}, ${tier.unit_cost}::numeric,
            ${tier.currency})
    returning id`,
)

export const updateCostTier = command(
  { ...TIER, id: 1 },
  (sql, tier: NewCostTier & { id: number }) => sql`
    update product_cost_tiers
    set valid = ${dayRange(sql, tier)}, unit_cost = ${tier.unit_cost}::numeric, currency = ${tier.currency}
    where id = ${tier.id}`,
)

export const deleteCostTier = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from product_cost_tiers where id = ${id}`,
)

/** The orders whose cost such a tier may decide, by store. */
export const ordersOfCostTier = query(
  v.object({ store_id: Id, order_ids: v.array(Id) }),
  TIER,
  (sql, tier: NewCostTier) => sql`
    select o.store_id, array_agg(distinct o.id order by o.id) as order_ids
    from order_lines l
    join orders o on o.id = l.order_id
    where l.product_id = ${tier.product_id} and abs(l.quantity) >= ${tier.min_quantity} and l.unit_cost_override is null
      and coalesce(l.sold_on, o.business_day) <@ ${dayRange(sql, tier)} and coalesce(o.country, '') = coalesce(nullif(${tier.country}::text, ''), o.country, '')
    group by o.store_id
    order by o.store_id`,
)
