import type { Sql } from '../../sql/connect.ts'

/**
 * What happened in the demo workspace, worked out anew from orders, lines, refunds, ad spend and cost rules, one row per figure: neither
 * the ledger nor its rollups nor a query or function of the product has a part in it. Amounts in cents of the store's currency.
 */
export async function gatherFacts(sql: Sql): Promise<void> {
  await sql`create schema golden`
  await sql`
    create table golden.facts as
    with rate as (
      select day::date as day, (select units_per_euro from fx_rates where currency = 'GBP' and fx_rates.day <= d.day::date order by fx_rates.day desc limit 1) as gbp
      from generate_series((select min(business_day) from orders), (select max(day) from ad_spend), interval '1 day') d (day)
    ),
    line as (
      select s.slug as store, s.id as store_id, o.business_day as day, o.external_id as number, o.country, o.gateway, o.customer, l.id as line_id, v.sku,
             l.quantity, l.amount_minor, l.discount_minor,
             round(l.quantity * c.unit_cost * 100 * case s.currency when 'GBP' then rate.gbp else 1 end) as cost
      from orders o
      join stores s on s.id = o.store_id
      join order_lines l on l.order_id = o.id
      join variants v on v.store_id = s.id and v.sku = l.sku
      join product_costs c on c.product_id = v.product_id and o.business_day >= coalesce(lower(c.valid), '-infinity') and o.business_day < coalesce(upper(c.valid), 'infinity')
      join rate on rate.day = o.business_day
    ),
    ordered as (
      select l.store, l.day, l.number, l.country, l.gateway, l.customer, sum(quantity) as units, sum(amount_minor - discount_minor) as goods,
             o.shipping_income_minor as shipping_income, o.taxes_minor as taxes, o.shipping_cost_minor as label, o.transaction_fee_minor as fee
      from line l
      join orders o on o.store_id = l.store_id and o.external_id = l.number
      group by 1, 2, 3, 4, 5, 6, 9, 10, 11, 12
    ),
    returned as (
      select l.store, r.business_day as day, l.number, l.country, l.gateway, l.customer, l.sku, rl.quantity, rl.amount_minor, rl.restocked, l.cost
      from refunds r
      join refund_lines rl on rl.refund_id = r.id
      join line l on l.line_id = rl.order_line_id
    ),
    fact as (
      select store, day, number, country, gateway, customer, sku, null as platform, figure, minor
      from line cross join lateral (values ('gross_sales', amount_minor::numeric), ('discounts', discount_minor), ('units_sold', quantity), ('cogs', cost)) f (figure, minor)
      union all
      select store, day, number, country, gateway, customer, sku, null, figure, minor
      from returned cross join lateral (values
        ('returns', amount_minor::numeric), ('units_sold', -quantity), ('units_returned', quantity),
        ('cogs', case when restocked then -cost else 0 end), ('written_off_goods', case when restocked then 0 else cost end)) f (figure, minor)
      union all
      select o.store, o.day, number, o.country, o.gateway, customer, null, null, figure, minor
      from ordered o
      join stores s on s.slug = o.store
      cross join lateral (select order_minor + per_unit_minor * o.units as cost from shipping_rules r
                          where r.store_id = s.id and r.country in (o.country, '') order by r.country = '' limit 1) ship
      cross join lateral (select round((goods + shipping_income + taxes) * percent / 100) + fixed_minor as cost from fee_rules r
                          where r.store_id = s.id and r.gateway in (o.gateway, '') order by r.gateway = '' limit 1) rule
      cross join lateral (values
        ('orders', 1::numeric), ('shipping_income', shipping_income), ('taxes', taxes), ('shipping_cost', coalesce(label, ship.cost)),
        ('transaction_fees', coalesce(fee, rule.cost))) f (figure, minor)
      union all
      select s.slug, r.business_day, o.external_id, o.country, o.gateway, o.customer, null, null, 'taxes', -r.taxes_minor
      from refunds r
      join orders o on o.id = r.order_id
      join stores s on s.id = o.store_id
      union all
      select s.slug, a.day, null, null, null, null, v.sku, a.platform, figure, minor
      from ad_spend a
      join stores s on s.id = a.store_id
      left join variants v on v.store_id = s.id and v.product_id = a.product_id
      cross join lateral (values ('ad_spend', a.amount_minor::numeric), ('claimed', a.claimed_minor)) f (figure, minor)
    )
    select fact.store, fact.day, number, country, gateway, customer, sku, platform, figure, minor, case store when 'uk' then rate.gbp else 1 end as per_euro
    from fact
    join rate on rate.day = fact.day
    where minor <> 0`
  await sql`create index on golden.facts (figure, day)`
  await sql`create index on golden.facts (number) where number is not null`
  await sql`analyze golden.facts`
}

/** Which facts: those of a store (all without one), of days, and of one thing. */
export type Part = {
  store?: 'nl' | 'de' | 'uk'
  from?: string
  to?: string
  sku?: string
  number?: string
  platform?: string
  customer?: string
  country?: string
  gateway?: string
}
/** Which figures are added, and which taken off. */
export type Terms = Record<string, 1 | -1>

/** One row per day with its sum, as `day` and `minor`. In euros each store's day and figure is converted at its rate and rounded. */
function byDay(sql: Sql, terms: Terms, { store, from, to, ...things }: Part, inEuros: boolean) {
  const ofThing = Object.entries(things).reduce(
    (all, [column, value]) => sql`${all} and ${sql(column)} = ${value}`,
    sql``,
  )
  const value = inEuros
    ? sql`round(sum(minor) / max(case when figure in ('orders', 'units_sold', 'units_returned') then 1 else per_euro end))`
    : sql`sum(minor)`
  return sql`
    select day, sum(value * sign) as minor
    from (
      select store, day, figure, ${value} as value
      from golden.facts
      where figure = any(${Object.keys(terms)}::text[]) and day between ${from ?? '2000-01-01'}::date and ${to ?? '2099-12-31'}::date
        ${store ? sql`and store = ${store}` : sql``} ${ofThing}
      group by store, day, figure) f
    join unnest(${Object.keys(terms)}::text[], ${Object.values(terms)}::int[]) t (figure, sign) using (figure)
    group by day`
}

/** The sum of figures in cents, counts as they are. */
export async function sumOf(sql: Sql, terms: Terms, part: Part, inEuros: boolean): Promise<bigint> {
  const [row] = await sql<{ sum: string }[]>`
    select coalesce(sum(minor), 0)::bigint::text as sum from (${byDay(sql, terms, part, inEuros)}) d`
  return BigInt(row!.sum)
}

/** The SKU with the highest or lowest sum. */
export async function bestSku(sql: Sql, terms: Terms, part: Part, order: 'highest' | 'lowest'): Promise<string> {
  const sums = await Promise.all(
    (await sql<{ sku: string }[]>`select distinct sku from variants`).map(async ({ sku }) => ({
      sku,
      sum: await sumOf(sql, terms, { ...part, sku }, false),
    })),
  )
  const sorted = sums.toSorted((a, b) => Number(order === 'highest' ? b.sum - a.sum : a.sum - b.sum))
  return sorted[0]!.sku
}

/** What a month ends at when each day from `today` is like the same weekday of the eight weeks before it. */
export async function forecastOf(
  sql: Sql,
  terms: Terms,
  part: Part,
  { today, last }: { today: string; last: string },
  inEuros: boolean,
): Promise<bigint> {
  const [row] = await sql<{ sum: string }[]>`
    with closed as (
      select at::date as day, coalesce(minor, 0) as minor
      from generate_series(${today}::date - 56, ${today}::date - 1, interval '1 day') at
      left join (${byDay(sql, terms, part, inEuros)}) d on d.day = at::date
    )
    select ((select sum(minor) from closed where day >= date_trunc('month', ${today}::date))
            + (select round(sum((select avg(minor) from closed where extract(dow from closed.day) = extract(dow from ahead))))
               from generate_series(${today}::date, ${last}::date, interval '1 day') ahead))::bigint::text as sum`
  return BigInt(row!.sum)
}

/** The fixed costs of the workspace in cents of euros: each day of a month, quarter or year the same, the rest on its last day. */
export async function fixedCostsOf(sql: Sql, { from, to }: { from: string; to: string }): Promise<bigint> {
  const [row] = await sql<{ sum: string }[]>`
    select coalesce(sum(round(minor / per_euro)), 0)::text as sum
    from (
      select day, f.store_id, sum(trunc(amount_minor / days) + case when day = last_day then amount_minor - days * trunc(amount_minor / days) else 0 end) as minor,
             max(case f.currency when 'GBP' then gbp.units_per_euro else 1 end) as per_euro
      from generate_series(${from}::date, ${to}::date, interval '1 day') d (at)
      cross join lateral (select at::date as day) d2
      join fixed_costs f on f.starts_on <= day
      cross join lateral (select (date_trunc(f."interval", at) + case f."interval" when 'month' then interval '1 month' when 'quarter' then interval '3 months' else interval '1 year' end)::date - 1 as last_day) e
      cross join lateral (select (last_day + 1 - date_trunc(f."interval", at)::date)::numeric as days) n
      cross join lateral (select units_per_euro from fx_rates where currency = 'GBP' and fx_rates.day <= d2.day order by fx_rates.day desc limit 1) gbp
      group by day, f.store_id, f.currency) by_day`
  return BigInt(row!.sum)
}
