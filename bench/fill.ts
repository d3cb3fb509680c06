import type { Sql } from '../sql/connect.ts'
import { addDays } from '../src/day.ts'

/** How much a database holds. `orders` are per store and spread over its days; each has five entries, or six when it came back. */
export type Size = { stores: number; days: number; products: number; productsADay: number; orders: number }

export const SIZES = {
  small: { stores: 5, days: 1_096, products: 2_000, productsADay: 23, orders: 2_000 },
  large: { stores: 200, days: 1_096, products: 2_000, productsADay: 23, orders: 5_000 },
} satisfies Record<string, Size>

/**
 * Fills a migrated database, as its owner: days of stores and products straight into the rollups, orders with their entries, all without
 * triggers, because it is the reading that is measured. Every tenth store sells in pounds and every tenth in dollars.
 */
export async function fill(sql: Sql, { stores, days, products, productsADay, orders }: Size, last: string) {
  const first = addDays(last, 1 - days)
  const tables = [
    'ledger_entries',
    'orders',
    'order_lines',
    'ad_spend',
    'product_performance',
    'daily_financials',
    'returned_units',
  ]
  for (const table of tables) await sql`alter table ${sql(table)} disable trigger user`
  await sql`
    insert into stores (slug, name, currency, time_zone)
    select 'store-' || n, 'Store ' || n, case n % 10 when 8 then 'GBP' when 9 then 'USD' else 'EUR' end, 'Europe/Amsterdam'
    from generate_series(1, ${stores}::int) n`
  await sql`
    insert into fx_rates (currency, day, units_per_euro, source)
    select currency, day::date, per_euro + extract(day from day) / 1000, 'ecb'
    from generate_series(${first}::date - 10, ${last}::date, interval '1 day') day
    cross join (values ('USD', 1.1), ('GBP', 0.85)) of_currency (currency, per_euro)`
  await sql`insert into products (name) select 'Product ' || n from generate_series(1, ${products}::int) n`
  await sql`
    insert into product_costs (product_id, valid, unit_cost, currency)
    select id, daterange(${first}::date, null), 2 + id % 9, 'EUR' from products`
  await sql`
    insert into variants (product_id, store_id, sku, title)
    select p.id, s.id, 'SKU-' || p.id, p.name from products p cross join stores s where p.id % ${stores}::int = s.id % ${stores}::int`
  await sql`
    insert into fixed_costs (name, store_id, amount_minor, currency, "interval", starts_on)
    select 'Shared ' || n, null, 100000 * n, 'EUR', 'month', ${first}::date from generate_series(1, 5) n
    union all
    select 'Rent', id, 150000, currency, 'month', ${first}::date from stores where id % 4 = 0`
  await sql`
    insert into product_performance (store_id, day, product_id, units_sold, units_returned, gross_sales_minor, discounts_minor, returns_minor,
                                     cogs_minor, ad_spend_minor)
    select s.id, day::date, 1 + (s.id * 7 + n * 83 + (day::date - ${first}::date) / 30) % ${products}::int, n % 5 + 1, 0, (n % 5 + 1) * 2500,
           n * 10, 0, (n % 5 + 1) * 700, case when n = 1 then 900 else 0 end
    from generate_series(${first}::date, ${last}::date, interval '1 day') day
    cross join stores s
    cross join generate_series(1, ${productsADay}::int) n
    order by s.id, day
    on conflict do nothing`
  await sql`
    insert into daily_financials (store_id, day, orders, units_sold, gross_sales_minor, discounts_minor, shipping_income_minor, cogs_minor,
                                  shipping_cost_minor, transaction_fees_minor, ad_spend_minor, taxes_minor, revenue_cogs_known_minor,
                                  revenue_shipping_known_minor, revenue_fees_known_minor)
    select store_id, day, count(*), sum(units_sold), sum(gross_sales_minor), sum(discounts_minor), 4900, sum(cogs_minor), 7000, 3100, 30000, 99000,
           sum(revenue_minor), sum(revenue_minor), sum(revenue_minor)
    from product_performance
    group by store_id, day
    order by store_id, day`
  await sql`
    insert into ad_spend (store_id, day, platform, campaign, amount_minor, currency)
    select d.store_id, d.day, 'meta', 'Prospecting', 30000, s.currency
    from daily_financials d join stores s on s.id = d.store_id`
  await sql`
    insert into orders (store_id, external_id, placed_at, business_day, currency, country, gateway, taxes_minor)
    select s.id, '#' || 1000 + n, day + time '12:00', day, s.currency, (array['NL', 'DE'])[n % 2 + 1], 'ideal', 630
    from stores s
    cross join generate_series(1, ${orders}::int) n
    cross join lateral (select ${first}::date + (n::bigint * ${days}::int / (${orders}::int + 1))::int as day) on_day
    order by day, s.id`
  await sql`
    insert into order_lines (order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor)
    select o.id, 1, 'gross_sales', p.id, 'SKU-' || p.id, 1, 30, 3000
    from orders o
    join products p on p.id = 1 + (o.store_id * 7 + (1 + o.id % ${productsADay}::int) * 83 + (o.business_day - ${first}::date) / 30) % ${products}::int
    order by o.id`
  await bookOrders(sql)
  await sql`
    insert into returned_units (store_id, order_day, product_id, units)
    select store_id, order_day, product_id, sum(quantity) from ledger_entries where account = 'returns' group by store_id, order_day, product_id
    order by order_day, store_id, product_id`
  for (const table of tables) await sql`alter table ${sql(table)} enable trigger user`
  await sql`vacuum analyze`
}

/** Entries of all orders, by hand: each sells its line, and every twelfth has it returned. */
export const bookOrders = (sql: Sql) =>
  sql`
    insert into ledger_entries (store_id, business_day, order_day, account, order_id, line_id, product_id, quantity, amount_minor, currency,
                                basis, cogs_known, shipping_known, fees_known, source)
    select o.store_id, o.business_day, o.business_day, entry.account, o.id, case when of_line then l.id end, case when of_line then l.product_id end,
           units, cents, o.currency, 'actual', sells, sells, sells, 'bench'
    from orders o
    join order_lines l on l.order_id = o.id
    cross join (values ('orders', false, 1, 0, null), ('gross_sales', true, 1, 3000, true), ('cogs', true, 0, 700, null),
                       ('shipping_cost', false, 0, 450, null), ('transaction_fees', false, 0, 90, null), ('returns', true, 1, 3000, true))
      entry (account, of_line, units, cents, sells)
    where entry.account <> 'returns' or o.id % 12 = 0
    order by o.id`
