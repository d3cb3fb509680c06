import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { COST_STEPS, orderCosts } from './order-costs.ts'
import type { Statement } from './query.ts'
import { BusinessDay, Count, Id, Ratio } from './units.ts'

/**
 * What one cost of an order comes to, before returns, and why: the step of the precedence that was taken, and of a product cost or rule its
 * id, the days on which it holds and its terms. `of` is the gateway or country of the rule (null: all others), `min_quantity` the
 * pieces from which a tier of the product cost holds. `amount` is null where
 * nothing is known, `source` says why a product cost is what it is. Terms: `unit_cost` in `unit_currency`, `percent` of what was paid, or of the price for the store's default;
 * `per_order` and `per_unit` in the currency of the order.
 */
export const CostStep = v.object({
  cost: v.picklist(['cogs', 'shipping_cost', 'transaction_fees']),
  line_no: v.nullable(Count),
  sku: v.nullable(v.string()),
  step: v.picklist(COST_STEPS),
  amount: Ratio,
  id: v.nullable(Id),
  from: v.nullable(BusinessDay),
  to: v.nullable(BusinessDay),
  of: v.nullable(v.string()),
  min_quantity: v.nullable(Count),
  unit_cost: Ratio,
  unit_currency: v.nullable(v.string()),
  source: v.nullable(v.string()),
  percent: Ratio,
  per_order: Ratio,
  per_unit: Ratio,
})

/** The steps of the order `order_id` as a JSON array: each line of goods, then shipping, then fees. The same statement books them. */
export const costSteps = (sql: Sql, order_id: Statement): Statement => sql`
    with ${orderCosts(sql, sql`o.id = ${order_id}`)},
    step as (
      select 1 as place, 'cogs' as cost, l.line_no, l.sku, l.cost_step as step, round(l.cost_dividend / l.cost_divisor)::bigint as amount_minor,
             l.product_cost_id as id, case when l.cost_step in ('product_tier', 'product_cost') then l.cost_valid end as valid,
             case when l.cost_step = 'product_tier' then nullif(l.tier_country, '') end as "of",
             case when l.cost_step = 'product_tier' then l.min_quantity end as min_quantity,
             trim_scale(l.unit_cost) as unit_cost, case when l.unit_cost is not null then l.cost_currency end as unit_currency,
             case when l.cost_step = 'store_default' then trim_scale(o.default_cost_percent) end as percent,
             null::bigint as order_minor, null::bigint as unit_minor
      from line l
      join chosen o on o.order_id = l.order_id
      where l.is_product
      union all
      select 2, 'shipping_cost', null, null, p.shipping_step, p.shipping_cost_minor, r.id, r.valid, nullif(r.country, ''), null, null, null, null,
             r.order_minor, r.per_unit_minor
      from priced p
      left join shipping_rules r on r.id = p.shipping_rule_id and p.shipping_step = 'rule'
      where p.sells or p.shipping_cost_minor is not null
      union all
      select 3, 'transaction_fees', null, null, p.fees_step, p.transaction_fee_minor, r.id, r.valid, nullif(r.gateway, ''), null, null, null,
             trim_scale(r.percent), r.fixed_minor, null
      from priced p
      left join fee_rules r on r.id = p.fee_rule_id and p.fees_step in ('rule', 'store_default')
      where p.sells or p.transaction_fee_minor is not null
    )
    select coalesce(json_agg(json_build_object(
             'cost', cost, 'line_no', line_no, 'sku', sku, 'step', step, 'amount', major(amount_minor, minor_digits),
             'id', case when step = 'order_override' then null else step.id end, 'from', lower(valid), 'to', upper(valid) - 1, 'of', "of", 'min_quantity', min_quantity,
             'unit_cost', unit_cost, 'unit_currency', unit_currency,
             'source', case when step = 'product_cost' then (select nullif(p.source, '') from product_costs p where p.id = step.id) end,
             'percent', percent, 'per_order', major(order_minor, minor_digits),
             'per_unit', major(unit_minor, minor_digits)) order by place, line_no), '[]')
    from step
    cross join (select minor_digits from chosen) m`
