import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'

/** How an amount got its cost, best first: see `orderCosts`. */
export const COST_STEPS = [
  'order_override',
  'actual',
  'product_tier',
  'product_cost',
  'rule',
  'store_default',
  'unknown',
] as const

/** Percents of what was: 110 is a tenth more. */
export type Changed = { price: string; cogs: string; shipping_cost: string }

const UNCHANGED = (_: Statement, column: Statement): Statement => column

/**
 * The common table expressions `chosen` (orders), `line`, `goods` and `priced`: what the orders `o` that fit the condition `which` cost, by
 * what a person said of the order, else its source, else the dated unit costs and rules of its business day, else the store's defaults.
 * The step that was taken and the row it took stand beside each cost. Divisions come last, so that halves stay exact.
 * With `changed` as if prices and costs had been other ones: goods and their discounts, returns and taxes scale with the price, unit costs
 * and shipping costs with theirs, and fees follow what is then paid: by their rule, or in proportion where the source gave the fee.
 */
export const orderCosts = (sql: Sql, which: Statement, changed?: Changed): Statement => {
  const scaled = changed
    ? (percent: Statement, column: Statement) => sql`round(${column} * ${percent} / 100)::bigint`
    : UNCHANGED
  const price = sql`${changed?.price ?? '100'}::numeric`
  const dearer = changed ? sql`* ${changed.cogs}::numeric` : sql``
  const hundred = changed ? sql`* 100` : sql``
  const ofGoods = sql`l.account in ('gross_sales', 'returns')`
  const scaledGoods = (column: Statement) =>
    changed
      ? sql`case when ${ofGoods} or l.account = 'discounts' then ${scaled(price, column)} else ${column} end`
      : column
  const paid = (goods: Statement) => sql`(${goods} + o.shipping_income_minor + o.tips_minor + o.taxes_minor)`
  const taxes = changed
    ? sql`case when coalesce(goods.was_charged_minor, 0) + o.shipping_income_minor = 0 then o.taxes_minor
               else round(o.taxes_minor * (coalesce(goods.charged_minor, 0) + o.shipping_income_minor)::numeric
                          / (coalesce(goods.was_charged_minor, 0) + o.shipping_income_minor))::bigint end`
    : sql`o.taxes_minor`
  const actualFee = changed
    ? sql`case when coalesce(${paid(sql`goods.was_charged_minor`)}, 0) = 0 then o.transaction_fee_minor
               else round(o.transaction_fee_minor * (goods.charged_minor + o.shipping_income_minor + o.tips_minor + ${taxes})::numeric
                          / ${paid(sql`goods.was_charged_minor`)})::bigint end`
    : sql`o.transaction_fee_minor`
  const day = sql`coalesce(l.sold_on, o.business_day)`
  const toOrderCurrency = sql`
    case when c.currency = o.currency then 1
         else coalesce(units_per_euro(o.currency, ${day}), missing_fx_rate(${day}, c.currency, o.currency)) end`
  return sql`
    chosen as (
      select o.id as order_id, o.store_id, o.business_day, o.currency, o.kind, o.gateway, o.country, o.shipping_income_minor, o.tips_minor,
             o.taxes_minor, coalesce(o.shipping_cost_override_minor, o.shipping_cost_minor) as shipping_cost_minor,
             coalesce(o.transaction_fee_override_minor, o.transaction_fee_minor) as transaction_fee_minor,
             case when o.shipping_cost_override_minor is not null then 'order_override' else 'actual' end as shipping_said,
             case when o.transaction_fee_override_minor is not null then 'order_override' else 'actual' end as fee_said,
             'order/' || o.external_id as source, s.default_cost_percent, m.minor_digits
      from orders o
      join stores s on s.id = o.store_id
      join currencies m on m.code = o.currency
      where ${which} and o.status = 'placed'
    ),
    line as (
      select o.order_id, o.store_id, ${day} as business_day, o.currency, o.source, l.id as line_id, l.line_no, l.sku, l.account, l.product_id,
             l.quantity, ${scaledGoods(sql`l.amount_minor`)} as amount_minor, ${scaled(price, sql`l.discount_minor`)} as discount_minor,
             l.amount_minor - l.discount_minor as was_charged_minor, l.restocked, l.unit_price, ${ofGoods} as is_product,
             c.unit_cost is not null as cost_known, c.unit_cost, c.currency as cost_currency,
             case when tier.id is null then pc.id else tier.id end as product_cost_id,
             case when tier.id is null then pc.valid else tier.valid end as cost_valid, tier.country as tier_country, tier.min_quantity,
             case when not ${ofGoods} then null
                  when l.unit_cost_override is not null then 'order_override'
                  when tier.id is not null then 'product_tier'
                  when pc.id is not null then 'product_cost'
                  when o.default_cost_percent is not null then 'store_default' else 'unknown' end as cost_step,
             case when l.unit_cost_override is not null then 'actual' when c.unit_cost is not null then 'rule' else 'estimate' end as cost_basis,
             case when c.unit_cost is not null
                  then l.quantity * c.unit_cost * 10::numeric ^ o.minor_digits * ${toOrderCurrency} ${dearer}
                  when ${ofGoods} then l.amount_minor * o.default_cost_percent ${dearer}
             end as cost_dividend,
             case when c.unit_cost is null then 100
                  when c.currency = o.currency then 1
                  else coalesce(units_per_euro(c.currency, ${day}), missing_fx_rate(${day}, c.currency, o.currency))
             end ${hundred} as cost_divisor
      from chosen o
      join order_lines l on l.order_id = o.order_id
      left join product_costs pc on pc.product_id = l.product_id and pc.valid @> ${day} and ${ofGoods}
      left join lateral (
        select id, country, min_quantity, valid, unit_cost, currency from product_cost_tiers
        where (select exists (select 1 from product_cost_tiers)) and product_id = l.product_id and valid @> ${day}
          and country in (coalesce(o.country, ''), '') and min_quantity <= abs(l.quantity)
        order by country desc, min_quantity desc limit 1) tier on ${ofGoods}
      cross join lateral (
        select case when ${ofGoods} then coalesce(l.unit_cost_override, tier.unit_cost, pc.unit_cost) end as unit_cost,
               case when l.unit_cost_override is not null then o.currency when tier.id is not null then tier.currency
                    else pc.currency end as currency) c
    ),
    goods as (
      select order_id, sum(amount_minor - discount_minor) as charged_minor, sum(was_charged_minor) as was_charged_minor,
             coalesce(sum(quantity) filter (where account = 'gross_sales'), 0) as units,
             coalesce(bool_or(unit_price > 0 and quantity > 0) filter (where account = 'gross_sales'), false) as sells
      from line
      group by order_id
    ),
    priced as (
      select o.order_id, o.store_id, o.business_day, o.currency, o.minor_digits, o.kind, o.source, o.country, o.gateway,
             o.shipping_income_minor, o.tips_minor, ${taxes} as taxes_minor, coalesce(goods.sells, false) as sells,
             ${scaled(
               sql`${changed?.shipping_cost ?? '100'}::numeric`,
               sql`
             case when o.shipping_cost_minor is not null then o.shipping_cost_minor
                  when goods.sells then sr.order_minor + sr.per_unit_minor * goods.units end`,
             )} as shipping_cost_minor,
             case when o.shipping_cost_minor is not null then o.shipping_said when sr.id is not null then 'rule' else 'unknown' end
               as shipping_step,
             case when o.shipping_cost_minor is not null then 'actual' else 'rule' end as shipping_basis,
             o.shipping_cost_minor is not null or sr.id is not null as shipping_known, sr.id as shipping_rule_id,
             case when o.transaction_fee_minor is not null then ${actualFee}
                  when goods.sells then
                    round((goods.charged_minor + o.shipping_income_minor + o.tips_minor + ${taxes}) * fr.percent / 100) + fr.fixed_minor
             end::bigint as transaction_fee_minor,
             case when o.transaction_fee_minor is not null then o.fee_said when fr.gateway <> '' then 'rule'
                  when fr.id is not null then 'store_default' else 'unknown' end as fees_step,
             case when o.transaction_fee_minor is not null then 'actual' when fr.gateway <> '' then 'rule' else 'estimate' end as fees_basis,
             o.transaction_fee_minor is not null or coalesce(fr.gateway <> '', false) as fees_known, fr.id as fee_rule_id
      from chosen o
      left join goods on goods.order_id = o.order_id
      left join lateral (
        select id, order_minor, per_unit_minor from shipping_rules
        where store_id = o.store_id and country in (coalesce(o.country, ''), '') and valid @> o.business_day
          and min_units <= coalesce(goods.units, 0)
          and (min_grams = 0 or min_grams <= (
            select case when bool_and(v.grams is not null) then sum(l.quantity::bigint * v.grams) end
            from order_lines l
            left join variants v on v.store_id = o.store_id and v.sku = l.sku
            where l.order_id = o.order_id and l.account = 'gross_sales'))
        order by country desc, min_grams desc, min_units desc limit 1) sr on true
      left join lateral (
        select id, gateway, percent, fixed_minor from fee_rules
        where store_id = o.store_id and gateway in (coalesce(o.gateway, ''), '') and valid @> o.business_day
        order by gateway desc limit 1) fr on true
    )`
}
