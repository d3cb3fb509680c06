import * as v from 'valibot'
import { query, type Statement } from './query.ts'
import { conversion } from './store-days.ts'
import { Amount, Count, Currency, Id, Ratio } from './units.ts'

/**
 * A cost that nobody said, with the revenue of the range that stands on it: the unit cost of a product, the shipping rule of a country, the
 * fee rule of a gateway (null: orders without one). `booked` is what stands for it now, an estimate or nothing; `likely` what it would be at
 * the share of revenue (of shipping: per order) that the known costs of the same store have in the range, null where none is known; and
 * `profit_effect` what the profit would change by. `id` is the place in the list, the most revenue first. Amounts in `currency`.
 */
export const MissingCost = v.object({
  id: Id,
  missing: v.picklist(['unit_cost', 'shipping_rule', 'fee_rule']),
  store: v.string(),
  product_id: v.nullable(Id),
  product: v.nullable(v.string()),
  sku: v.nullable(v.string()),
  country: v.nullable(v.string()),
  gateway: v.nullable(v.string()),
  orders: Count,
  units: v.nullable(Count),
  currency: Currency,
  revenue: Amount,
  booked: Amount,
  likely: Ratio,
  profit_effect: Ratio,
})
export type MissingCost = v.InferOutput<typeof MissingCost>

type Asked = {
  store_ids: number[]
  currency: string
  start: string
  end: string
  limit: number
  offset: number
  after: number | null
}
const SAMPLE: Asked = {
  store_ids: [1],
  currency: 'EUR',
  start: '2026-04-01',
  end: '2026-04-30',
  limit: 50,
  offset: 0,
  after: null,
}

/** What is missing in `start`..`end`, both included, by revenue at stake; `after` is the place of the last one seen. */
export const missingCosts = query(
  MissingCost,
  SAMPLE,
  (sql, { store_ids, currency, start, end, limit, offset, after }: Asked) => {
    const rate = conversion(sql, sql`s.currency`, sql`${currency}`, sql`e.business_day`)
    const converted = (amount: Statement) => sql`round(sum(${amount}) * ${rate.multiplier} / ${rate.divisor})`
    const revenue = sql`signed_revenue(e.account, e.amount_minor)`
    const isKnown = sql`e.basis <> 'estimate'`
    const cost = (account: string, which = sql`true`) =>
      sql`case when e.account = ${account} and ${which} then e.amount_minor else 0 end`
    return sql`
    with fact as (
      select e.store_id, e.business_day, e.order_id, e.product_id, e.account, e.quantity, e.amount_minor, e.basis, e.cogs_known,
             e.shipping_known, e.fees_known, o.country, o.gateway
      from ledger_entries e
      join orders o on o.id = e.order_id
      where e.store_id = any(${store_ids}::bigint[]) and e.business_day between ${start} and ${end}
    ),
    goods as (
      select e.store_id, e.product_id, e.order_id, coalesce(e.cogs_known, ${isKnown}) as known,
             sum(case e.account when 'gross_sales' then e.quantity when 'returns' then -e.quantity else 0 end) as units,
             ${converted(revenue)} as revenue, ${converted(cost('cogs'))} as cost
      from fact e
      join stores s on s.id = e.store_id
      where e.account in ('gross_sales', 'returns', 'discounts', 'cogs')
      group by e.store_id, e.business_day, e.product_id, e.order_id, coalesce(e.cogs_known, ${isKnown}), s.currency
    ),
    paid as (
      select e.store_id, e.order_id, e.country, e.gateway, ${converted(revenue)} as revenue,
             ${converted(sql`case when e.shipping_known is false then ${revenue} else 0 end`)} as shipping_revenue,
             ${converted(cost('shipping_cost'))} as shipping_cost,
             ${converted(sql`case when e.fees_known is false then ${revenue} else 0 end`)} as fee_revenue,
             ${converted(cost('transaction_fees', isKnown))} as known_fee, ${converted(cost('transaction_fees', sql`not ${isKnown}`))} as guessed_fee
      from fact e
      join stores s on s.id = e.store_id
      group by e.store_id, e.business_day, e.order_id, e.country, e.gateway, s.currency
    ),
    known as (
      select store_id, (select sum(g.cost) / nullif(sum(g.revenue), 0) from goods g where g.store_id = p.store_id and g.known) as goods_share,
             sum(shipping_cost) filter (where shipping_revenue = 0) / nullif(count(distinct order_id) filter (where shipping_cost <> 0), 0)
               as per_order,
             sum(known_fee) / nullif(sum(revenue - fee_revenue), 0) as fee_share
      from paid p
      group by store_id
    ),
    gap as (
      select 'unit_cost' as missing, store_id, product_id, null as country, null as gateway, count(distinct order_id) as orders,
             sum(units) as units, sum(revenue) as revenue, sum(cost) as booked
      from goods
      where not known and (revenue <> 0 or units <> 0 or cost <> 0)
      group by store_id, product_id
      union all
      select 'shipping_rule', store_id, null, country, null, count(distinct order_id), null, sum(shipping_revenue), 0
      from paid
      where shipping_revenue <> 0
      group by store_id, country
      union all
      select 'fee_rule', store_id, null, null, gateway, count(distinct order_id), null, sum(fee_revenue), sum(guessed_fee)
      from paid
      where fee_revenue <> 0
      group by store_id, gateway
    ),
    judged as (
      select g.missing, g.store_id, g.product_id, g.country, g.gateway, g.orders, g.units, g.revenue, g.booked,
             round(case g.missing when 'unit_cost' then g.revenue * k.goods_share when 'shipping_rule' then g.orders * k.per_order
                                  else g.revenue * k.fee_share end) as likely
      from gap g
      join known k on k.store_id = g.store_id
      where g.revenue <> 0 or g.booked <> 0
    ),
    placed as (
      select row_number() over (order by revenue desc, missing, store_id, product_id, country, gateway) as id, judged.* from judged
    )
    select p.id, p.missing, s.slug as store, p.product_id, d.name as product,
           (select min(a.sku) from variants a where a.product_id = p.product_id and a.store_id = p.store_id) as sku, p.country, p.gateway,
           p.orders, p.units::bigint as units, ${currency}::text as currency, major(p.revenue::bigint, c.minor_digits) as revenue,
           major(p.booked::bigint, c.minor_digits) as booked, major(p.likely::bigint, c.minor_digits) as likely,
           major((p.booked - p.likely)::bigint, c.minor_digits) as profit_effect
    from placed p
    join stores s on s.id = p.store_id
    join currencies c on c.code = ${currency}
    left join products d on d.id = p.product_id
    where ${after}::bigint is null or p.id > ${after}
    order by p.id
    limit ${limit} offset ${offset}`
  },
)
