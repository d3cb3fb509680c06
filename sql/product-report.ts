import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { Coverage, pnl } from './pnl.ts'
import { productSums } from './product-spans.ts'
import { query, type Statement } from './query.ts'
import { storeDays } from './store-days.ts'
import { Amount, BusinessDay, Count, Currency, Id, Ratio } from './units.ts'

/**
 * What a product earned, in major units; percents are of its revenue, that of discounts of its gross sales. `revenue` is net sales: shipping
 * income, tips and discounts on whole orders stand in the row without a product. Figures named shared are costs of the store, shared by
 * net sales. `return_rate` is units of the range's orders that came back until now / units sold.
 */
const FIGURES = {
  units_sold: Count,
  units_returned: Count,
  return_rate: Ratio,
  gross_sales: Amount,
  discounts: Amount,
  discounts_percent: Ratio,
  returns: Amount,
  returns_percent: Ratio,
  revenue: Amount,
  cogs: Amount,
  cogs_percent: Ratio,
  cm1: Amount,
  cm1_percent: Ratio,
  shared_shipping_cost: Amount,
  shared_shipping_cost_percent: Ratio,
  shared_transaction_fees: Amount,
  shared_transaction_fees_percent: Ratio,
  cm2: Amount,
  cm2_percent: Ratio,
  direct_ad_spend: Amount,
  direct_ad_spend_percent: Ratio,
  shared_ad_spend: Amount,
  shared_ad_spend_percent: Ratio,
  cm3: Amount,
  cm3_percent: Ratio,
  cm3_per_unit: Ratio,
}
/**
 * What to do about a product, by what it earns and how much of it is sold: keep (earns well, sells much), scale (earns well, sells little), fix
 * (earns badly, sells much), stop (neither). Null for what no product accounts for.
 */
export const Box = v.picklist(['scale', 'fix', 'keep', 'stop'])
export const ProductFigures = v.object({
  product_id: v.nullable(Id),
  product: v.string(),
  ...FIGURES,
  box: v.nullable(Box),
})

const InBox = v.object({ products: Count, units_sold: Count, revenue: Amount, cm3: Amount })
/**
 * The four boxes of all products of the range. A product earns well from `cm3_percent` on, what all products make together (at least 0), and
 * sells much from `units_sold` on, what the middle product sells; null without a product.
 */
export const Boxes = v.object({
  cm3_percent: Ratio,
  units_sold: v.nullable(Count),
  scale: InBox,
  fix: InBox,
  keep: InBox,
  stop: InBox,
})

/** The columns that the report can be sorted by. */
export const COLUMNS = ['product', ...(Object.keys(FIGURES) as (keyof typeof FIGURES)[])] as const

export const ProductReport = v.object({
  store: v.nullable(v.string()),
  currency: Currency,
  start: BusinessDay,
  end: BusinessDay,
  data: v.array(ProductFigures),
  totals: v.object(FIGURES),
  boxes: Boxes,
  coverage: Coverage,
  next: v.nullable(v.string()),
})

type Asked = {
  store: string | null
  store_ids: number[]
  currency: string
  start: string
  end: string
  sort: (typeof COLUMNS)[number]
  descending: boolean
  /** Only this product, or only those of a box; the totals and boxes stay those of all. */
  product_id?: number | null
  box?: v.InferOutput<typeof Box> | null
  limit: number
  offset: number
  now: Date
}
const SAMPLE: Asked = {
  store: 'nl',
  store_ids: [1],
  currency: 'EUR',
  start: '2026-04-01',
  end: '2026-04-30',
  sort: 'revenue',
  descending: true,
  limit: 50,
  offset: 0,
  now: new Date('2026-05-13T10:00:00Z'),
}

/**
 * A page of the products with facts in `start`..`end`, both included, sorted by one column (empty values last), with the cursor of the next page, and
 * totals that are the P&L of the same days, exactly: what no product accounts for is a row of its own, without an id.
 */
export const productReport = query(ProductReport, SAMPLE, (sql, asked: Asked) => {
  const { store, store_ids, currency, start, end, sort, descending, limit, offset, now } = asked
  const { product_id = null, box = null } = asked
  const days = sql`select day::date as day from generate_series(${start}::date, ${end}::date, interval '1 day') day`
  const share = (cost: string) => sql`
    case when total > 0 then case when weight = 0 then 0
                                  else round(${sql(cost)} * up_to / total) - round(${sql(cost)} * (up_to - weight) / total) end
         when product_id is null then ${sql(cost)} else 0 end as ${sql(`shared_${cost}`)}`
  const told = figures(sql)
  const toldFigures = told.slice(1).reduce((all, one) => sql`${all}, ${one.value} as ${sql(one.name)}`, sql`${told[0]!.value} as ${sql(told[0]!.name)}`) // prettier-ignore
  const sortedBy = told.reduce((all, { value }, at) => sql`${all} when ${at + 1} then ${value}::numeric`, sql``)
  const byName = sort === 'product'
  const named = sql`coalesce(p.name, 'Product ' || m.product_id, 'Without a product')`
  const order = sql`key, ${byName && descending ? sql`name desc` : sql`name`}, product_id`
  const inBox = (name: v.InferOutput<typeof Box>) => sql`
    select json_build_object('products', count(*), 'units_sold', coalesce(sum(sold - units_returned), 0),
                             'revenue', coalesce(major(sum(revenue)::bigint, max(minor_digits)), 0),
                             'cm3', coalesce(major(sum(cm3)::bigint, max(minor_digits)), 0))
    from boxed
    where box = ${name}`
  return sql`
    with ladder as (${pnl.text(sql, { store_ids, currency, periods: [{ key: 'range', from: start, to: end }], now })}),
    of_store as materialized (
      select store_id, sum(units_sold)::bigint as sold, sum(units_returned)::bigint as units_returned, sum(gross_sales_minor)::bigint as gross_sales,
             sum(discounts_minor)::bigint as discounts, sum(returns_minor)::bigint as returns,
             sum(shipping_income_minor + tips_minor)::bigint as beside_goods, sum(cogs_minor)::bigint as cogs,
             sum(shipping_cost_minor)::bigint as shipping_cost, sum(transaction_fees_minor)::bigint as transaction_fees,
             sum(ad_spend_minor)::bigint as ad_spend
      from (${storeDays(sql, { store_ids, days, target: sql`${currency}` })}) store_day
      group by store_id
    ),
    of_product as materialized (
      select store_id, product_id, units_sold as sold, units_returned, units_came_back as came_back, gross_sales_minor as gross_sales,
             discounts_minor as discounts, returns_minor as returns, cogs_minor as cogs, ad_spend_minor as ad_spend
      from (${productSums(sql, { store_ids, currency, start, end })}) summed
    ),
    of_goods as materialized (
      select store_id, sum(sold)::bigint as sold, sum(units_returned)::bigint as units_returned,
             (sum(came_back) filter (where product_id is null))::bigint as came_back, sum(gross_sales)::bigint as gross_sales,
             sum(discounts)::bigint as discounts, sum(returns)::bigint as returns, sum(cogs)::bigint as cogs, sum(ad_spend)::bigint as ad_spend
      from of_product
      group by store_id
    ),
    direct as (
      select store_id, product_id, sold, units_returned, came_back, gross_sales, discounts, returns, 0 as beside_goods, cogs, ad_spend
      from of_product
      where product_id is not null
      union all
      select t.store_id, null, t.sold - coalesce(g.sold, 0), t.units_returned - coalesce(g.units_returned, 0), coalesce(g.came_back, 0),
             t.gross_sales - coalesce(g.gross_sales, 0), t.discounts - coalesce(g.discounts, 0), t.returns - coalesce(g.returns, 0),
             t.beside_goods, t.cogs - coalesce(g.cogs, 0), 0
      from of_store t
      left join of_goods g on g.store_id = t.store_id
    ),
    weighed as (
      select *, sum(weight) over (partition by store_id) as total, sum(weight) over (partition by store_id order by product_id) as up_to
      from (select *, greatest(gross_sales - discounts - returns, 0) as weight from direct) net
    ),
    shared as (
      select product_id, sold, units_returned, came_back, gross_sales, discounts, returns, beside_goods, cogs, direct_ad_spend,
             ${share('shipping_cost')}, ${share('transaction_fees')}, ${share('ad_spend')}
      from (
        select w.product_id, w.sold, w.units_returned, w.came_back, w.gross_sales, w.discounts, w.returns, w.beside_goods, w.cogs,
               w.ad_spend as direct_ad_spend, w.weight, w.total, w.up_to, t.shipping_cost, t.transaction_fees,
               t.ad_spend - coalesce(g.ad_spend, 0) as ad_spend
        from weighed w
        join of_store t on t.store_id = w.store_id
        left join of_goods g on g.store_id = w.store_id) of_its_store
    ),
    line as materialized (
      select product_id, sum(sold)::bigint as sold, sum(units_returned)::bigint as units_returned, sum(came_back)::bigint as came_back,
             sum(gross_sales)::bigint as gross_sales, sum(discounts)::bigint as discounts, sum(returns)::bigint as returns,
             sum(beside_goods)::bigint as beside_goods, sum(cogs)::bigint as cogs, sum(shared_shipping_cost)::bigint as shared_shipping_cost,
             sum(shared_transaction_fees)::bigint as shared_transaction_fees, sum(direct_ad_spend)::bigint as direct_ad_spend,
             sum(shared_ad_spend)::bigint as shared_ad_spend
      from shared
      group by product_id
    ),
    with_total as (
      select false as is_total, * from line
      where (sold, units_returned, came_back, gross_sales, discounts, returns, beside_goods, cogs, shared_shipping_cost,
             shared_transaction_fees, direct_ad_spend, shared_ad_spend) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
      union all
      select true, null, coalesce(sum(sold)::bigint, 0), coalesce(sum(units_returned)::bigint, 0), coalesce(sum(came_back)::bigint, 0),
             coalesce(sum(gross_sales)::bigint, 0), coalesce(sum(discounts)::bigint, 0), coalesce(sum(returns)::bigint, 0),
             coalesce(sum(beside_goods)::bigint, 0), coalesce(sum(cogs)::bigint, 0), coalesce(sum(shared_shipping_cost)::bigint, 0),
             coalesce(sum(shared_transaction_fees)::bigint, 0), coalesce(sum(direct_ad_spend)::bigint, 0),
             coalesce(sum(shared_ad_spend)::bigint, 0)
      from line
    ),
    first_margin as (
      select *, gross_sales - discounts - returns + beside_goods as revenue, gross_sales - discounts - returns + beside_goods - cogs as cm1
      from with_total
    ),
    second_margin as (select *, cm1 - shared_shipping_cost - shared_transaction_fees as cm2 from first_margin),
    third_margin as materialized (
      select m.*, m.cm2 - m.direct_ad_spend - m.shared_ad_spend as cm3, c.minor_digits
      from second_margin m
      join currencies c on c.code = ${currency}
    ),
    bound as materialized (
      select (select greatest(round(cm3 * 100.0 / nullif(revenue, 0), 1), 0) from third_margin where is_total) as cm3_percent,
             percentile_disc(0.5) within group (order by sold - units_returned) as units_sold
      from third_margin
      where not is_total and product_id is not null
    ),
    boxed as materialized (
      select m.*, case when m.product_id is null then null
                       when m.cm3 >= 0 and coalesce(round(m.cm3 * 100.0 / nullif(m.revenue, 0), 1) >= b.cm3_percent, false)
                         then case when m.sold - m.units_returned >= b.units_sold then 'keep' else 'scale' end
                       else case when m.sold - m.units_returned >= b.units_sold then 'fix' else 'stop' end end as box
      from third_margin m
      cross join bound b
      where not m.is_total
    ),
    placed as materialized (
      select m.*, case ${told.findIndex(({ name }) => name === sort) + 1}::int ${sortedBy} end * ${descending ? -1 : 1}::int as key,
             ${byName ? sql`lower(${named})` : sql`null`} as name
      from boxed m
      ${byName ? sql`left join products p on p.id = m.product_id` : sql``}
      where (${product_id}::bigint is null or m.product_id = ${product_id}) and (${box}::text is null or m.box = ${box})
    ),
    page as (select * from placed order by ${order} limit ${limit} offset ${offset})
    select ${store}::text as store, ${currency}::text as currency, ${start}::date as start, ${end}::date as "end",
           (select coalesce(json_agg(told.figures order by ${order}), '[]')
            from (
              select m.key, m.name, m.product_id,
                     (select row_to_json(shown) from (select m.product_id, ${named} as product, ${toldFigures}, m.box) shown) as figures
              from page m
              left join products p on p.id = m.product_id) told) as data,
           (select row_to_json(shown) from (select ${toldFigures} from third_margin where is_total) shown) as totals,
           (select json_build_object('cm3_percent', (select cm3_percent from bound), 'units_sold', (select units_sold from bound),
                                     'scale', (${inBox('scale')}), 'fix', (${inBox('fix')}), 'keep', (${inBox('keep')}), 'stop', (${inBox('stop')})))
             as boxes,
           (select coverage from ladder) as coverage,
           case when (select count(*) from placed) > ${offset}::bigint + ${limit}::bigint
                then rtrim(encode(convert_to((${offset}::bigint + ${limit}::bigint)::text, 'UTF8'), 'base64'), '=') end as next`
})

/** What is told of a product, each figure with its expression over the minor units of a row, in the order of `FIGURES`. */
function figures(sql: Sql): { name: keyof typeof FIGURES; value: Statement }[] {
  const amount = (column: string) => sql`major(${sql(column)}, minor_digits)`
  const percent = (column: string) => sql`round(${sql(column)} * 100.0 / nullif(revenue, 0), 1)`
  const value = (name: keyof typeof FIGURES): Statement => {
    switch (name) {
      case 'units_sold':
        return sql`sold - units_returned`
      case 'units_returned':
        return sql`units_returned`
      case 'return_rate':
        return sql`round(came_back::numeric / nullif(sold, 0), 4)`
      case 'discounts_percent':
        return sql`round(discounts * 100.0 / nullif(gross_sales, 0), 1)`
      case 'cm3_per_unit':
        return sql`round(cm3 / 10::numeric ^ minor_digits / nullif(sold - units_returned, 0), 2)`
      default:
        return name.endsWith('_percent') ? percent(name.slice(0, -'_percent'.length)) : amount(name)
    }
  }
  return (Object.keys(FIGURES) as (keyof typeof FIGURES)[]).map((name) => ({ name, value: value(name) }))
}
