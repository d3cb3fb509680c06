import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, query, type Statement } from './query.ts'
import { BusinessDay, Count, Id } from './units.ts'

/**
 * The demo workspace: a fictional home-goods brand with three stores. Every number is drawn from a hash of what it stands for, so the
 * same days are always the same, and a later start adds only the days that are missing.
 */
type Days = { from: string; to: string }
const DAYS: Days = { from: '2025-01-01', to: '2026-06-30' }
type Known = Days & { demo_from: string; now: Date }
const KNOWN: Known = { ...DAYS, demo_from: '2025-01-01', now: new Date('2026-06-30T12:00:00Z') }

/** A number from 0 to 1, drawn from the hash of its arguments. */
const drawn = (sql: Sql, ...of: Statement[]): Statement => {
  const key = of.reduce((all, part) => sql`${all} || '|' || ${part}`, sql`'dealdome'`)
  return sql`((hashtextextended(${key}, 7) & 4503599627370495)::float8 / 4503599627370496)`
}

/** What the brand sells: list price and landed cost in EUR without tax, how often it is bought, how often it comes back. */
const catalogue = (sql: Sql): Statement => sql`(values
    ('FH-101', 'Linen duvet cover, stonewashed', 89.00, 34.50, 9, 0.07), ('FH-102', 'Linen pillowcase, pair', 34.00, 11.20, 10, 0.05),
    ('FH-103', 'Wool throw, herringbone', 69.00, 27.80, 7, 0.06), ('FH-104', 'Cotton bath towel set', 45.00, 16.40, 8, 0.04),
    ('FH-105', 'Waffle bathrobe', 59.00, 23.10, 6, 0.16), ('FH-201', 'Stoneware dinner plate, set of 4', 52.00, 21.90, 7, 0.09),
    ('FH-202', 'Stoneware mug, speckled', 16.00, 4.90, 14, 0.04), ('FH-203', 'Carafe with glass lid', 29.00, 9.30, 6, 0.06),
    ('FH-204', 'Oak serving board', 39.00, 13.60, 7, 0.03), ('FH-205', 'Cast-iron casserole, 4 l', 129.00, 71.00, 3, 0.08),
    ('FH-206', 'Steel knife, chef 20 cm', 64.00, 24.70, 4, 0.05), ('FH-301', 'Soy candle, fig', 22.00, 5.40, 15, 0.02),
    ('FH-302', 'Soy candle, cedar', 22.00, 5.40, 12, 0.02), ('FH-303', 'Reed diffuser, sea salt', 28.00, 7.80, 9, 0.03),
    ('FH-304', 'Room spray, linen', 18.00, 4.60, 8, 0.02), ('FH-401', 'Paper pendant lamp, large', 79.00, 31.50, 5, 0.12),
    ('FH-402', 'Ceramic table lamp', 98.00, 45.20, 4, 0.14), ('FH-403', 'Brass candle holder', 26.00, 9.10, 8, 0.04),
    ('FH-404', 'Rattan basket, set of 3', 58.00, 33.90, 5, 0.10), ('FH-501', 'Desk organiser, walnut', 49.00, 19.80, 4, 0.05),
    ('FH-502', 'Wall mirror, round 60 cm', 119.00, 86.50, 4, 0.19), ('FH-503', 'Folding drying rack', 36.00, 29.40, 6, 0.11),
    ('FH-504', 'Garden lantern, solar', 32.00, 25.70, 6, 0.15), ('FH-505', 'Gift box, small comforts', 55.00, 19.90, 7, 0.02)
  ) as c (sku, name, price, unit_cost, weight, return_rate)`

/** Five weeks before the demo's first end: a campaign that burnt money while the shop was slow. */
const inBadWeek = (sql: Sql, day: Statement, demo_from: string): Statement =>
  sql`(${day} between ${demo_from}::date + 511 and ${demo_from}::date + 517)`

/** Units of GBP for one EUR in the demo: the price level of the UK store. */
const PRICE_IN_GBP = '0.86'

/** How far the demo is. Whoever asks has it to himself until the end of the transaction. */
export const findDemo = find(
  v.object({ stores: Count, demo_from: v.nullable(BusinessDay), demo_until: v.nullable(BusinessDay) }),
  {},
  (sql) => sql`
    select (select count(*) from stores) as stores, demo_from, demo_until
    from workspace
    for update`,
)

export const startDemo = command(
  { name: 'Fernhill', from: '2025-01-01' },
  (sql, { name, from }: { name: string; from: string }) =>
    sql`update workspace set name = ${name}, demo_from = ${from}, reporting_currency = 'EUR', time_zone = 'Europe/Amsterdam'`,
)

export const noteDemoUntil = command(
  { until: '2026-06-30' },
  (sql, { until }: { until: string }) => sql`update workspace set demo_until = ${until}`,
)

export const createDemoStores = query(
  v.object({ id: Id }),
  {},
  (sql) => sql`
    insert into stores (slug, name, currency, time_zone)
    values ('nl', 'Fernhill Netherlands', 'EUR', 'Europe/Amsterdam'), ('de', 'Fernhill Germany', 'EUR', 'Europe/Berlin'),
           ('uk', 'Fernhill UK', 'GBP', 'Europe/London')
    returning id`,
)

/** Products, their variants in every store, and two dated costs each: suppliers raised prices half a year before the first end. */
export const createDemoProducts = command(
  { demo_from: '2025-01-01' },
  (sql, { demo_from }: { demo_from: string }) => sql`
    with item as (
      select nextval(pg_get_serial_sequence('products', 'id')) as id, sku, name, price, unit_cost
      from ${catalogue(sql)}
    ),
    product as (insert into products (id, name) overriding system value select id, name from item order by sku),
    variant as (
      insert into variants (product_id, store_id, sku, title, list_price)
      select item.id, s.id, item.sku, item.name,
             case s.currency when 'GBP' then round(item.price * ${PRICE_IN_GBP}::numeric) else item.price end
      from item
      cross join stores s
      where s.slug in ('nl', 'de', 'uk')
    )
    insert into product_costs (product_id, valid, unit_cost, currency, source)
    select id, daterange(null, ${demo_from}::date + 365), unit_cost, 'EUR', 'price list of the supplier' from item
    union all
    select id, daterange(${demo_from}::date + 365, null), round(unit_cost * (1.03 + 0.07 * ${drawn(sql, sql`'cost'`, sql`sku`)})::numeric, 2), 'EUR',
           'price list of the next year'
    from item`,
)

export const createDemoRules = command(
  { demo_from: '2025-01-01' },
  (sql, { demo_from }: { demo_from: string }) => sql`
    with chosen as (select id, slug, currency from stores where slug in ('nl', 'de', 'uk')),
    fee as (
      insert into fee_rules (store_id, gateway, percent, fixed_minor)
      select id, gateway, percent, fixed_minor
      from chosen
      cross join (values ('shopify_payments', 1.9, 25), ('paypal', 2.99, 35), ('klarna', 3.29, 35), ('', 2.5, 30)) rule (gateway, percent, fixed_minor)
    ),
    shipping as (
      insert into shipping_rules (store_id, country, order_minor, per_unit_minor)
      select id, country, order_minor, per_unit_minor
      from chosen
      join (values ('nl', 'NL', 465, 35), ('nl', '', 845, 60), ('de', 'DE', 495, 35), ('de', '', 920, 60), ('uk', 'GB', 395, 30), ('uk', '', 990, 70))
        rule (slug, country, order_minor, per_unit_minor) on rule.slug = chosen.slug
    )
    insert into fixed_costs (name, category, store_id, amount_minor, currency, "interval", starts_on)
    select cost.name, category, chosen.id, amount_minor, coalesce(chosen.currency, 'EUR'), every, ${demo_from}::date + starts
    from (values
      ('Salaries', 'people', null, 1060000, 'month', 0), ('Warehouse', 'rent', 'nl', 265000, 'month', 0),
      ('Shop and mail software', 'software', null, 78500, 'month', 0), ('Bookkeeper', 'services', null, 42000, 'month', 0),
      ('Photo studio', 'marketing', null, 240000, 'quarter', 0), ('Insurance', 'insurance', null, 196000, 'year', 0),
      ('VAT agent', 'services', 'uk', 18000, 'month', 0), ('Customer care Germany', 'people', 'de', 145000, 'month', 210))
      as cost (name, category, slug, amount_minor, every, starts)
    left join chosen on chosen.slug = cost.slug`,
)

/** Rates for working days of the demo, from ten days before it; they are the demo's own, not the ECB's, and say so. */
export const createDemoRates = command(
  DAYS,
  (sql, { from, to }: Days) => sql`
    insert into fx_rates (currency, day, units_per_euro, source)
    select 'GBP', day::date, round((0.862 + 0.012 * sin((day::date - date '2025-01-01') / 41.0) + 0.004 * ${drawn(sql, sql`'rate'`, sql`day::date::text`)})::numeric, 5), 'demo'
    from generate_series(${from}::date - 10, ${to}::date, interval '1 day') day
    where extract(isodow from day) < 6
    on conflict do nothing`,
)

/** Orders placed on the days `from`..`to` until `now`, with lines, discounts, shipping, fees and tax; answers those that are new. */
export const createDemoOrders = query(
  v.object({ store_id: Id, order_ids: v.array(Id) }),
  KNOWN,
  (sql, { from, to, demo_from, now }: Known) => sql`
    with item as (
      select sku, sum(weight) over (order by sku) - weight as low, sum(weight) over (order by sku) as high, sum(weight) over () as total
      from ${catalogue(sql)}
    ),
    volume as (
      select s.id as store_id, s.slug, s.currency, s.time_zone, d.day::date as day, extract(month from d.day) = 11 and extract(day from d.day) > 20 as sale,
             floor(size.base * (0.85 + 0.3 * (d.day::date - ${demo_from}::date) / 548.0)
               * (array[1.07, 1.0, 0.96, 0.98, 0.9, 0.93, 1.16])[extract(isodow from d.day)::int]
               * case when extract(month from d.day) = 11 and extract(day from d.day) > 20 then 1.7
                      else (array[0.86, 0.9, 0.96, 0.98, 1.0, 0.96, 0.87, 0.88, 0.98, 1.05, 1.18, 1.3])[extract(month from d.day)::int] end
               * case when ${inBadWeek(sql, sql`d.day::date`, demo_from)} then 0.6 else 1 end
               * (0.8 + 0.4 * ${drawn(sql, sql`'volume'`, sql`s.slug`, sql`d.day::date::text`)}))::int as orders
      from generate_series(${from}::date, ${to}::date, interval '1 day') d (day)
      cross join (values ('nl', 32), ('de', 27), ('uk', 17)) size (slug, base)
      join stores s on s.slug = size.slug
    ),
    placed as (
      select store_id, slug, currency, time_zone, sale, upper(slug) || '-' || to_char(day, 'YYMMDD') || '-' || lpad(n::text, 4, '0') as ref,
             (day + make_interval(secs => 86399 * (0.27 + 0.36 * (
                ${drawn(sql, sql`'hour'`, sql`slug`, sql`day::text`, sql`n::text`)} + ${drawn(sql, sql`'hour too'`, sql`slug`, sql`day::text`, sql`n::text`)}))))
               at time zone time_zone as placed_at
      from volume
      cross join generate_series(1, orders) n
    ),
    ordered as materialized (
      select store_id, slug, currency, time_zone, ref, placed_at,
             case when sale and ${drawn(sql, sql`'code'`, sql`ref`)} < 0.72 then 20
                  when ${drawn(sql, sql`'code'`, sql`ref`)} < 0.17 then 10
                  when ${drawn(sql, sql`'code'`, sql`ref`)} < 0.21 then 15 else 0 end as off_percent,
             case when ${drawn(sql, sql`'gateway'`, sql`ref`)} < 0.58 then 'shopify_payments'
                  when ${drawn(sql, sql`'gateway'`, sql`ref`)} < 0.79 then 'paypal'
                  when ${drawn(sql, sql`'gateway'`, sql`ref`)} < 0.97 then 'klarna' else 'bank transfer' end as gateway,
             case slug when 'nl' then case when ${drawn(sql, sql`'country'`, sql`ref`)} < 0.88 then 'NL' else 'BE' end
                       when 'de' then case when ${drawn(sql, sql`'country'`, sql`ref`)} < 0.9 then 'DE' else 'AT' end
                       else case when ${drawn(sql, sql`'country'`, sql`ref`)} < 0.96 then 'GB' else 'IE' end end as country,
             'customer-' || slug || '-' || floor(9000 * power(${drawn(sql, sql`'customer'`, sql`ref`)}, 1.4))::int as customer
      from placed
      where placed_at <= ${now}
    ),
    line as materialized (
      select o.ref, o.store_id, o.off_percent, line_no, v.product_id, v.sku, v.list_price,
             case when ${drawn(sql, sql`'quantity'`, sql`o.ref`, sql`line_no::text`)} < 0.84 then 1
                  when ${drawn(sql, sql`'quantity'`, sql`o.ref`, sql`line_no::text`)} < 0.96 then 2 else 4 end as quantity
      from ordered o
      cross join lateral generate_series(1, 1 + floor(2.4 * power(${drawn(sql, sql`'lines'`, sql`o.ref`)}, 1.6))::int) line_no
      cross join lateral (select ${drawn(sql, sql`'product'`, sql`o.ref`, sql`line_no::text`)} as at) pick
      join item on pick.at * item.total >= item.low and pick.at * item.total < item.high
      join variants v on v.store_id = o.store_id and v.sku = item.sku
    ),
    valued as (
      select ref, store_id, line_no, product_id, sku, quantity, list_price, (quantity * list_price * 100)::bigint as amount_minor,
             round(quantity * list_price * off_percent)::bigint as discount_minor
      from line
    ),
    basket as (
      select ref, sum(amount_minor - discount_minor) as goods_minor, sum(quantity) as units
      from valued
      group by ref
    ),
    charged as (
      select o.store_id, o.ref, o.placed_at, o.time_zone, o.currency, o.customer, o.country, o.gateway, b.goods_minor, b.units,
             case when b.goods_minor >= 7500 then 0 else 495 end as shipping_minor,
             case o.slug when 'nl' then 0.21 when 'de' then 0.19 else 0.20 end as tax_rate
      from ordered o
      join basket b on b.ref = o.ref
    ),
    created as (
      insert into orders (store_id, external_id, placed_at, business_day, currency, customer, country, gateway, shipping_income_minor,
                          taxes_minor, shipping_cost_minor, transaction_fee_minor)
      select store_id, ref, placed_at, (placed_at at time zone time_zone)::date, currency, customer, country, gateway, shipping_minor,
             round((goods_minor + shipping_minor) * tax_rate)::bigint,
             case when ${drawn(sql, sql`'label'`, sql`ref`)} < 0.7
                  then 380 + 42 * units + floor(260 * ${drawn(sql, sql`'weight'`, sql`ref`)})::bigint end,
             case when gateway = 'shopify_payments' then round((goods_minor + shipping_minor) * (1 + tax_rate) * 0.0172)::bigint + 25 end
      from charged
      on conflict (store_id, external_id) do nothing
      returning id, store_id, external_id
    ),
    lined as (
      insert into order_lines (order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor, discount_minor)
      select c.id, l.line_no, 'gross_sales', l.product_id, l.sku, l.quantity, l.list_price, l.amount_minor, l.discount_minor
      from created c
      join valued l on l.store_id = c.store_id and l.ref = c.external_id
    )
    select store_id, array_agg(id order by id) as order_ids from created group by store_id order by store_id`,
)

/** Returns that came in on the days `from`..`to`: the first line of an order, 3 to 20 days later; answers the orders they touch. */
export const createDemoRefunds = query(
  v.object({ store_id: Id, order_ids: v.array(Id) }),
  KNOWN,
  (sql, { from, to, now }: Known) => sql`
    with sent_back as (
      select o.id as order_id, o.store_id, o.external_id, l.id as line_id, l.quantity, l.amount_minor - l.discount_minor as value_minor,
             o.taxes_minor::numeric / nullif((select sum(amount_minor - discount_minor) from order_lines where order_id = o.id) + o.shipping_income_minor, 0) as tax_rate,
             o.placed_at + make_interval(hours => 72 + floor(408 * ${drawn(sql, sql`'returned'`, sql`o.external_id`)})::int) as refunded_at, s.time_zone
      from orders o
      join stores s on s.id = o.store_id
      join order_lines l on l.order_id = o.id and l.line_no = 1
      join ${catalogue(sql)} on c.sku = l.sku
      where s.slug in ('nl', 'de', 'uk') and o.business_day between ${from}::date - 22 and ${to}::date
        and ${drawn(sql, sql`'return'`, sql`o.external_id`)} < c.return_rate * 1.25
    ),
    refund as (
      insert into refunds (order_id, external_id, refunded_at, business_day, taxes_minor)
      select order_id, external_id || '-R', refunded_at, (refunded_at at time zone time_zone)::date, round(value_minor * tax_rate)::bigint
      from sent_back
      where refunded_at <= ${now}
      on conflict (order_id, external_id) do nothing
      returning id, order_id
    ),
    refunded as (
      insert into refund_lines (refund_id, order_line_id, quantity, amount_minor, restocked)
      select r.id, b.line_id, b.quantity, b.value_minor, ${drawn(sql, sql`'restock'`, sql`b.external_id`)} < 0.72
      from refund r
      join sent_back b on b.order_id = r.order_id
    )
    select b.store_id, array_agg(r.order_id order by r.order_id) as order_ids
    from refund r
    join sent_back b on b.order_id = r.order_id
    group by b.store_id
    order by b.store_id`,
)

/** What the platforms report for the days `from`..`to`; the running day grows until it is over. Answers the rows that are new or other. */
export const createDemoAdSpend = query(
  v.object({ store_id: Id, ad_spend_ids: v.array(Id) }),
  KNOWN,
  (sql, { from, to, demo_from, now }: Known) => sql`
    with planned as (
      select s.id as store_id, s.slug, s.currency, d.day::date as day, c.platform, c.campaign, c.sku,
             c.daily * size.scale * (0.85 + 0.3 * (d.day::date - ${demo_from}::date) / 548.0)
               * (array[0.94, 0.92, 0.96, 1.02, 1.1, 1.12, 1.08])[extract(isodow from d.day)::int]
               * case when extract(month from d.day) = 11 and extract(day from d.day) > 20 then 1.55 else 1 end
               * case when ${inBadWeek(sql, sql`d.day::date`, demo_from)} and c.platform = 'meta' then 2.3 else 1 end
               * (0.84 + 0.32 * ${drawn(sql, sql`'spend'`, sql`s.slug`, sql`d.day::date::text`, sql`c.campaign`)})
               * least(1, extract(epoch from ${now} - open.begins) / extract(epoch from open.ends - open.begins)) as spend_minor,
             c.claim * (0.75 + 0.5 * ${drawn(sql, sql`'claim'`, sql`s.slug`, sql`d.day::date::text`, sql`c.campaign`)})
               * case when ${inBadWeek(sql, sql`d.day::date`, demo_from)} then 0.4 else 1 end as claim
      from generate_series(${from}::date, ${to}::date, interval '1 day') d (day)
      cross join (values ('nl', 1.0), ('de', 0.9), ('uk', 0.5)) size (slug, scale)
      cross join (values
        ('meta', 'Prospecting', null, 15500, 2.6), ('meta', 'Retargeting', null, 6200, 5.4), ('meta', 'Mirrors', 'FH-502', 2900, 1.7),
        ('google', 'Brand search', null, 3600, 8.2), ('google', 'Shopping', null, 9200, 3.9), ('tiktok', 'Creators', null, 4700, 1.9))
        c (platform, campaign, sku, daily, claim)
      join stores s on s.slug = size.slug
      cross join lateral (select d.day::date::timestamp at time zone s.time_zone as begins,
                                 (d.day::date + 1)::timestamp at time zone s.time_zone as ends) open
      where open.begins <= ${now}
    ),
    saved as (
      insert into ad_spend as a (store_id, day, platform, account, campaign, product_id, amount_minor, claimed_minor, currency)
      select p.store_id, p.day, p.platform, 'fernhill-' || p.slug, p.campaign, v.product_id, round(p.spend_minor)::bigint,
             round(p.spend_minor * p.claim)::bigint, p.currency
      from planned p
      left join variants v on v.store_id = p.store_id and v.sku = p.sku
      on conflict (store_id, day, platform, account, campaign, product_id) do update set
        amount_minor = excluded.amount_minor, claimed_minor = excluded.claimed_minor
      where a.amount_minor <> excluded.amount_minor
      returning id, store_id
    )
    select store_id, array_agg(id order by id) as ad_spend_ids from saved group by store_id order by store_id`,
)
