import * as v from 'valibot'
import { Coverage, pnl } from './pnl.ts'
import { query } from './query.ts'
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
  /** Rounded so that the products of a day add up to what their sum comes to. */
  const converted = (column: string) => sql`
    round(sum(${sql(column)}) over up_to * multiplier / divisor)
    - round((sum(${sql(column)}) over up_to - ${sql(column)}) * multiplier / divisor) as ${sql(column)}`
  const share = (cost: string) => sql`
    case when total > 0 then round(${sql(cost)} * up_to / total) - round(${sql(cost)} * (up_to - weight) / total)
         when product_id is null then ${sql(cost)} else 0 end`
  const amount = (column: string) => sql`major(${sql(column)}::bigint, minor_digits)`
  const percent = (column: string) => sql`round(${sql(column)} * 100 / nullif(revenue, 0), 1)`
  const inBox = (name: v.InferOutput<typeof Box>) => sql`
    select json_build_object('products', count(*), 'units_sold', coalesce(sum((figures ->> 'units_sold')::bigint), 0),
                             'revenue', coalesce(sum((figures ->> 'revenue')::numeric), 0), 'cm3', coalesce(sum((figures ->> 'cm3')::numeric), 0))
    from boxed
    where box = ${name}`
  return sql`
    with ladder as (${pnl.text(sql, { store_ids, currency, periods: [{ key: 'range', from: start, to: end }], now })}),
    store_day as (${storeDays(sql, { store_ids, days, target: sql`${currency}` })}),
    of_store as (
      select store_id, sum(units_sold) as sold, sum(units_returned) as units_returned, sum(gross_sales_minor) as gross_sales,
             sum(discounts_minor) as discounts, sum(returns_minor) as returns, sum(shipping_income_minor + tips_minor) as beside_goods,
             sum(cogs_minor) as cogs, sum(shipping_cost_minor) as shipping_cost, sum(transaction_fees_minor) as transaction_fees,
             sum(ad_spend_minor) as ad_spend
      from store_day
      group by store_id
    ),
    rate as materialized (
      select d.store_id, d.day,
             case when s.currency = ${currency} then 1
                  else units_per_euro(${currency}, d.day) * 10::numeric ^ (wanted.minor_digits - own.minor_digits) end as multiplier,
             case when s.currency = ${currency} then 1 else units_per_euro(s.currency, d.day) end as divisor
      from store_day d
      join stores s on s.id = d.store_id
      join currencies own on own.code = s.currency
      join currencies wanted on wanted.code = ${currency}
    ),
    product_day as (
      select store_id, product_id, units_sold as sold, units_returned, ${converted('gross_sales_minor')}, ${converted('discounts_minor')},
             ${converted('returns_minor')}, ${converted('cogs_minor')}, ${converted('ad_spend_minor')}
      from product_performance f
      join rate using (store_id, day)
      where store_id = any(${store_ids}::bigint[]) and day between ${start} and ${end}
      window up_to as (partition by store_id, day order by product_id)
    ),
    of_product as (
      select store_id, product_id, sum(sold) as sold, sum(units_returned) as units_returned, sum(gross_sales_minor) as gross_sales,
             sum(discounts_minor) as discounts, sum(returns_minor) as returns, sum(cogs_minor) as cogs, sum(ad_spend_minor) as ad_spend
      from product_day
      group by store_id, product_id
    ),
    direct as (
      select store_id, product_id, sold, units_returned, gross_sales, discounts, returns, cogs, ad_spend from of_product
      union all
      select t.store_id, null, t.sold - coalesce(sum(p.sold), 0), t.units_returned - coalesce(sum(p.units_returned), 0),
             t.gross_sales - coalesce(sum(p.gross_sales), 0), t.discounts - coalesce(sum(p.discounts), 0),
             t.returns - coalesce(sum(p.returns), 0), t.cogs - coalesce(sum(p.cogs), 0), 0
      from of_store t
      left join of_product p on p.store_id = t.store_id
      group by t.store_id, t.sold, t.units_returned, t.gross_sales, t.discounts, t.returns, t.cogs
    ),
    weighed as (
      select *, sum(weight) over (partition by store_id) as total, sum(weight) over (partition by store_id order by product_id) as up_to,
             sum(ad_spend) over (partition by store_id) as direct_ads
      from (select *, greatest(gross_sales - discounts - returns, 0) as weight from direct) net
    ),
    shared as (
      select d.product_id, d.sold, d.units_returned, d.gross_sales, d.discounts, d.returns, d.cogs, d.ad_spend as direct_ad_spend,
             case when product_id is null then t.beside_goods else 0 end as beside_goods,
             ${share('shipping_cost')} as shared_shipping_cost, ${share('transaction_fees')} as shared_transaction_fees,
             ${share('other_ads')} as shared_ad_spend
      from weighed d
      join lateral (
        select beside_goods, shipping_cost, transaction_fees, ad_spend - d.direct_ads as other_ads
        from of_store where store_id = d.store_id) t on true
    ),
    came_back as (
      select product_id, sum(quantity) as units
      from ledger_entries
      where account = 'returns' and store_id = any(${store_ids}::bigint[]) and order_day between ${start} and ${end}
      group by product_id
    ),
    line as (
      select s.product_id, false as is_total, s.sold, s.units_returned, coalesce(b.units, 0) as came_back, s.gross_sales, s.discounts, s.returns,
             s.beside_goods, s.cogs, s.shared_shipping_cost, s.shared_transaction_fees, s.direct_ad_spend, s.shared_ad_spend
      from (
        select product_id, sum(sold) as sold, sum(units_returned) as units_returned, sum(gross_sales) as gross_sales,
               sum(discounts) as discounts, sum(returns) as returns, sum(beside_goods) as beside_goods, sum(cogs) as cogs,
               sum(shared_shipping_cost) as shared_shipping_cost, sum(shared_transaction_fees) as shared_transaction_fees,
               sum(direct_ad_spend) as direct_ad_spend, sum(shared_ad_spend) as shared_ad_spend
        from shared
        group by product_id) s
      left join came_back b on b.product_id is not distinct from s.product_id
    ),
    with_total as (
      select * from line
      where (sold, units_returned, came_back, gross_sales, discounts, returns, beside_goods, cogs, shared_shipping_cost,
             shared_transaction_fees, direct_ad_spend, shared_ad_spend) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
      union all
      select null, true, coalesce(sum(sold), 0), coalesce(sum(units_returned), 0), coalesce(sum(came_back), 0),
             coalesce(sum(gross_sales), 0), coalesce(sum(discounts), 0), coalesce(sum(returns), 0), coalesce(sum(beside_goods), 0),
             coalesce(sum(cogs), 0), coalesce(sum(shared_shipping_cost), 0), coalesce(sum(shared_transaction_fees), 0),
             coalesce(sum(direct_ad_spend), 0), coalesce(sum(shared_ad_spend), 0)
      from line
    ),
    first_margin as (
      select *, gross_sales - discounts - returns + beside_goods as revenue, gross_sales - discounts - returns + beside_goods - cogs as cm1
      from with_total
    ),
    second_margin as (select *, cm1 - shared_shipping_cost - shared_transaction_fees as cm2 from first_margin),
    third_margin as (select *, cm2 - direct_ad_spend - shared_ad_spend as cm3 from second_margin),
    figure as (
      select m.product_id, m.is_total, row_to_json(told) as figures
      from (
        select m.product_id, coalesce(p.name, 'Product ' || m.product_id, 'Without a product') as name, m.is_total, m.sold, m.units_returned,
               m.came_back, m.gross_sales, m.discounts, m.returns, m.revenue, m.cogs, m.cm1, m.shared_shipping_cost,
               m.shared_transaction_fees, m.cm2, m.direct_ad_spend, m.shared_ad_spend, m.cm3, c.minor_digits
        from third_margin m
        left join products p on p.id = m.product_id
        join currencies c on c.code = ${currency}) m
      cross join lateral (
        select product_id, name as product, sold - units_returned as units_sold, units_returned,
               round(came_back::numeric / nullif(sold, 0), 4) as return_rate, ${amount('gross_sales')} as gross_sales,
               ${amount('discounts')} as discounts, round(discounts * 100 / nullif(gross_sales, 0), 1) as discounts_percent,
               ${amount('returns')} as returns, ${percent('returns')} as returns_percent, ${amount('revenue')} as revenue,
               ${amount('cogs')} as cogs, ${percent('cogs')} as cogs_percent, ${amount('cm1')} as cm1, ${percent('cm1')} as cm1_percent,
               ${amount('shared_shipping_cost')} as shared_shipping_cost, ${percent('shared_shipping_cost')} as shared_shipping_cost_percent,
               ${amount('shared_transaction_fees')} as shared_transaction_fees,
               ${percent('shared_transaction_fees')} as shared_transaction_fees_percent, ${amount('cm2')} as cm2,
               ${percent('cm2')} as cm2_percent, ${amount('direct_ad_spend')} as direct_ad_spend,
               ${percent('direct_ad_spend')} as direct_ad_spend_percent, ${amount('shared_ad_spend')} as shared_ad_spend,
               ${percent('shared_ad_spend')} as shared_ad_spend_percent, ${amount('cm3')} as cm3, ${percent('cm3')} as cm3_percent,
               round(cm3 / 10::numeric ^ minor_digits / nullif(sold - units_returned, 0), 2) as cm3_per_unit) told
    ),
    bound as (
      select (select greatest((figures ->> 'cm3_percent')::numeric, 0) from figure where is_total) as cm3_percent,
             percentile_disc(0.5) within group (order by (figures ->> 'units_sold')::bigint) as units_sold
      from figure
      where not is_total and product_id is not null
    ),
    boxed as (
      select f.product_id, f.figures,
             case when f.product_id is null then null
                  when (f.figures ->> 'cm3')::numeric >= 0 and coalesce((f.figures ->> 'cm3_percent')::numeric >= b.cm3_percent, false)
                    then case when (f.figures ->> 'units_sold')::bigint >= b.units_sold then 'keep' else 'scale' end
                  else case when (f.figures ->> 'units_sold')::bigint >= b.units_sold then 'fix' else 'stop' end end as box
      from figure f
      cross join bound b
      where not f.is_total
    ),
    placed as (
      select box, figures, row_number() over (
               order by case when ${sort} = 'product' then null else (figures ->> ${sort}::text)::numeric end
                        * case when ${descending}::boolean then -1 else 1 end,
                        case when ${sort} = 'product' and not ${descending}::boolean then lower(figures ->> 'product') end,
                        case when ${sort} = 'product' and ${descending}::boolean then lower(figures ->> 'product') end desc,
                        product_id) as place
      from boxed
      where (${product_id}::bigint is null or product_id = ${product_id}) and (${box}::text is null or box = ${box})
    )
    select ${store}::text as store, ${currency}::text as currency, ${start}::date as start, ${end}::date as "end",
           (select coalesce(json_agg((left(figures::text, -1) || ',"box":' || coalesce(to_json(box)::text, 'null') || '}')::json order by place), '[]')
            from placed where place > ${offset}::bigint and place <= ${offset}::bigint + ${limit}::bigint) as data,
           (select (figures::jsonb - 'product_id' - 'product')::json from figure where is_total) as totals,
           (select json_build_object('cm3_percent', (select cm3_percent from bound), 'units_sold', (select units_sold from bound),
                                     'scale', (${inBox('scale')}), 'fix', (${inBox('fix')}), 'keep', (${inBox('keep')}), 'stop', (${inBox('stop')})))
             as boxes,
           (select coverage from ladder) as coverage,
           case when (select count(*) from placed) > ${offset}::bigint + ${limit}::bigint
                then rtrim(encode(convert_to((${offset}::bigint + ${limit}::bigint)::text, 'UTF8'), 'base64'), '=') end as next`
})
