import * as v from 'valibot'
import { query } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Ratio } from './units.ts'

/**
 * A dated rule of a store for what sources do not tell: of a gateway's fees, or of sending to a country. Empty: all others. One of sending
 * is for orders of at least so many pieces and grams.
 */
export const CostRule = v.object({
  store: v.string(),
  rule: v.picklist(['transaction_fees', 'shipping_cost']),
  of: v.string(),
  min_units: v.nullable(Count),
  min_grams: v.nullable(Count),
  from: v.nullable(BusinessDay),
  to: v.nullable(BusinessDay),
  currency: Currency,
  percent: Ratio,
  per_order: Amount,
  per_unit: v.nullable(Amount),
})

type Asked = { store_ids: number[]; at: string }

/** The rules that hold on the day `at`, by store. `percent` is of what was paid; amounts are in major units of the store's currency. */
export const costRules = query(
  CostRule,
  { store_ids: [1], at: '2026-04-13' },
  (sql, { store_ids, at }: Asked) => sql`
    select s.slug as store, r.rule, r."of", r.min_units, r.min_grams, lower(r.valid) as "from", upper(r.valid) - 1 as "to", s.currency,
           trim_scale(r.percent) as percent, major(r.per_order, c.minor_digits) as per_order, major(r.per_unit, c.minor_digits) as per_unit
    from (
      select store_id, 'transaction_fees' as rule, gateway as "of", null::int as min_units, null::int as min_grams, valid, percent, fixed_minor as per_order, null::bigint as per_unit
      from fee_rules
      union all
      select store_id, 'shipping_cost', country, min_units, min_grams, valid, null, order_minor, per_unit_minor
      from shipping_rules) r
    join stores s on s.id = r.store_id
    join currencies c on c.code = s.currency
    where r.store_id = any(${store_ids}::bigint[]) and r.valid @> ${at}::date
    order by s.slug, r.rule, r."of", r.min_grams, r.min_units`,
)
