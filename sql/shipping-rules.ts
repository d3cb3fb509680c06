import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { dayRange } from './day-range.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'

/**
 * What sending an order to `country` costs on the days `from`..`to` (both included, null is open) where the source does not give it:
 * `per_order` plus `per_unit` for each piece, in major units of the store's currency. Without a country it holds for all others. It is
 * for orders of at least `min_units` pieces and `min_grams`; of those that fit, the heaviest comes first, then the one of most pieces.
 */
export const ShippingRule = v.object({
  id: Id,
  store: v.string(),
  country: v.nullable(v.string()),
  min_units: Count,
  min_grams: Count,
  from: v.nullable(BusinessDay),
  to: v.nullable(BusinessDay),
  per_order: Amount,
  per_unit: Amount,
  currency: Currency,
})
export type ShippingRule = v.InferOutput<typeof ShippingRule>

const shippingRules = (sql: Sql): Statement => sql`
    select r.id, s.slug as store, nullif(r.country, '') as country, r.min_units, r.min_grams, lower(r.valid) as "from",
           upper(r.valid) - 1 as "to", major(r.order_minor, c.minor_digits) as per_order, major(r.per_unit_minor, c.minor_digits) as per_unit,
           s.currency
    from shipping_rules r
    join stores s on s.id = r.store_id
    join currencies c on c.code = s.currency`

const LISTING = {
  store_ids: [1],
  at: null as string | null,
  limit: 50,
  offset: 0,
  after: null as number | null,
}

/** Newest first; with `at` those that hold on that day. `after` is the id of the last one seen. */
export const listShippingRules = query(
  ShippingRule,
  LISTING,
  (sql, { store_ids, at, limit, offset, after }: typeof LISTING) => sql`
    ${shippingRules(sql)}
    where r.store_id = any(${store_ids}::bigint[]) and (${at}::date is null or r.valid @> ${at}::date)
      and (${after}::bigint is null or r.id < ${after})
    order by r.id desc
    limit ${limit} offset ${offset}`,
)

export const findShippingRule = find(
  ShippingRule,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`${shippingRules(sql)} where r.id = ${id}`,
)

export type NewShippingRule = Omit<ShippingRule, 'id' | 'currency'>
const RULE: NewShippingRule = {
  store: 'nl',
  country: 'DE',
  min_units: 0,
  min_grams: 2_000,
  from: '2026-01-01',
  to: null,
  per_order: '6.95',
  per_unit: '0.20',
}

/** The rules of the same country and size that share a day with this one. */
export const shippingRulesWithin = query(
  ShippingRule,
  RULE,
  (sql, rule: NewShippingRule) => sql`
    ${shippingRules(sql)}
    where s.slug = ${rule.store} and r.country = coalesce(${rule.country}, '') and r.min_units = ${rule.min_units}
      and r.min_grams = ${rule.min_grams} and r.valid && ${dayRange(sql, rule)}
    order by r.id`,
)

export const addShippingRule = get(
  v.object({ id: Id }),
  RULE,
  (sql, rule: NewShippingRule) => sql`
    insert into shipping_rules (store_id, country, min_units, min_grams, valid, order_minor, per_unit_minor)
    select s.id, coalesce(${rule.country}, ''), ${rule.min_units}, ${rule.min_grams}, ${dayRange(sql, rule)},
           (${rule.per_order}::numeric * 10::numeric ^ c.minor_digits)::bigint, (${rule.per_unit}::numeric * 10::numeric ^ c.minor_digits)::bigint
    from stores s
    join currencies c on c.code = s.currency
    where s.slug = ${rule.store}
    returning id`,
)

export const updateShippingRule = command(
  { ...RULE, id: 1 },
  (sql, rule: NewShippingRule & { id: number }) => sql`
    update shipping_rules r
    set valid = ${dayRange(sql, rule)}, order_minor = (${rule.per_order}::numeric * 10::numeric ^ c.minor_digits)::bigint,
        per_unit_minor = (${rule.per_unit}::numeric * 10::numeric ^ c.minor_digits)::bigint
    from stores s
    join currencies c on c.code = s.currency
    where s.id = r.store_id and r.id = ${rule.id}`,
)

export const deleteShippingRule = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from shipping_rules where id = ${id}`,
)

/** The orders whose shipping cost such a rule may decide: nobody else says it; by store. */
export const ordersOfShippingRule = query(
  v.object({ store_id: Id, order_ids: v.array(Id) }),
  RULE,
  (sql, rule: NewShippingRule) => sql`
    select o.store_id, array_agg(o.id order by o.id) as order_ids
    from orders o
    join stores s on s.id = o.store_id
    where s.slug = ${rule.store} and o.business_day <@ ${dayRange(sql, rule)}
      and o.shipping_cost_minor is null and o.shipping_cost_override_minor is null
      and coalesce(o.country, '') = coalesce(nullif(${rule.country}::text, ''), o.country, '')
    group by o.store_id`,
)
