import { expect, test } from 'bun:test'
import type { Sql } from '../../sql/connect.ts'
import { startDemo } from '../../sql/demo.ts'
import { ensureDemo } from '../../src/demo.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const whole = await testDatabase()
const [one, other, spare] = [await testDatabase(), await testDatabase(), await testDatabase()]

let made: Promise<number | undefined> | undefined
/** The demo as a person gets it, made once for the tests that only look at it. */
async function wholeDemo() {
  made ??= ensureDemo(whole.sql, { now: new Date('2026-06-30T12:00:00Z') })
  return { sql: whole.sql, orders: await made }
}

/** A demo of eight weeks instead of eighteen months, made by a start at each of these times. */
async function shortDemo({ sql }: { sql: Sql }, ...starts: string[]): Promise<Sql> {
  await startDemo(sql, { name: 'Fernhill', from: '2026-03-01' })
  for (const now of starts) await ensureDemo(sql, { now: new Date(now) })
  return sql
}

test('the demo has about 40,000 orders of eighteen months, up to this minute', async () => {
  const { sql, orders } = await wholeDemo()
  const [found] = await sql`
    select count(*) as orders, min(business_day)::text as first, max(business_day)::text as last, max(placed_at) <= '2026-06-30T12:00:00Z' as over
    from orders`
  expect(found).toEqual({ orders, first: '2024-12-31', last: '2026-06-30', over: true })
  expect(orders).toBeWithin(38_000, 44_000)
})

test('the demo has every kind of order: discounts, gateways, returns that are sold again and returns that are not', async () => {
  const { sql } = await wholeDemo()
  const [found] = await sql`
    select (select array_agg(distinct gateway order by gateway) from orders) as gateways,
           (select array_agg(distinct round(100.0 * discount_minor / amount_minor)::int order by round(100.0 * discount_minor / amount_minor)::int)
            from order_lines) as discounts,
           (select array_agg(distinct restocked order by restocked) from refund_lines) as restocked,
           (select array_agg(distinct currency order by currency) from orders) as currencies`
  expect(found).toEqual({
    gateways: ['bank transfer', 'klarna', 'paypal', 'shopify_payments'],
    discounts: [0, 10, 15, 20],
    restocked: [false, true],
    currencies: ['EUR', 'GBP'],
  })
})

test('a product of the demo loses money, and so does one week five weeks before its end', async () => {
  const { sql } = await wholeDemo()
  const losers = await sql<{ name: string }[]>`
    select p.name
    from product_performance pp
    join products p on p.id = pp.product_id
    group by p.id
    having sum(pp.revenue_minor - pp.cogs_minor - pp.ad_spend_minor) < 0`
  expect(losers.map(({ name }) => name)).toContain('Wall mirror, round 60 cm')
  const weeks = await sql<{ week: string }[]>`
    select date_trunc('week', day::timestamp)::date::text as week
    from daily_financials
    where day between '2026-05-04' and '2026-06-28'
    group by 1
    having sum(revenue_minor - cogs_minor - shipping_cost_minor - transaction_fees_minor - ad_spend_minor) < 0`
  expect(weeks.map(({ week }) => week)).toEqual(['2026-05-25'])
})

test('a demo that was carried on equals one that was made at once', async () => {
  const atOnce = await shortDemo(one, '2026-04-25T12:00:00Z')
  // The night of a change of clocks, evenings when the day is over in one store and not in another, and days without a start.
  const carriedOn = await shortDemo(
    other,
    '2026-03-28T22:30:00Z',
    '2026-03-28T23:30:00Z',
    '2026-03-29T23:10:00Z',
    '2026-04-14T15:20:00Z',
    '2026-04-25T12:00:00Z',
  )
  expect(await facts(carriedOn)).toEqual(await facts(atOnce))
  const reasons = await carriedOn`select distinct reason from ledger_entries order by reason`
  expect(reasons.map(({ reason }) => String(reason))).toEqual(['booked', 'refunded', 'restated by the platform'])
})

test('a second start in the same minute adds nothing', async () => {
  const { sql } = whole
  await wholeDemo()
  const [before] = await sql`select max(id) as last from ledger_entries`
  expect(await ensureDemo(sql, { now: new Date('2026-06-30T12:00:00Z') })).toBe(0)
  expect(await sql`select max(id) as last from ledger_entries`).toMatchObject([{ ...before }])
})

test('a workspace with a store of its own gets no demo', async () => {
  const { sql } = spare
  await aStore(sql, { slug: 'nl' })
  expect(await ensureDemo(sql, { now: new Date('2026-06-30T12:00:00Z') })).toBeUndefined()
  expect(await sql`select count(*) as orders from orders`).toMatchObject([{ orders: 0 }])
})

/** Everything a person could see of a demo, as one hash for each kind of fact; ids and the time of writing left out. */
async function facts(sql: Sql): Promise<Record<string, string>> {
  const rows = await sql<{ kind: string; hash: string }[]>`
    with fact (kind, said) as (
      select 'orders', to_jsonb(o) - array['id', 'created_at'] from orders o
      union all
      select 'lines', to_jsonb(l) - array['id', 'order_id'] || jsonb_build_object('order', o.external_id)
      from order_lines l
      join orders o on o.id = l.order_id
      union all
      select 'refunds', to_jsonb(r) - array['id', 'order_id'] || to_jsonb(l) - array['refund_id', 'order_line_id']
      from refunds r
      join refund_lines l on l.refund_id = r.id
      union all
      select 'ad spend', to_jsonb(a) - array['id', 'created_at', 'updated_at'] from ad_spend a
      union all
      select 'rates', to_jsonb(f) - array['id'] from fx_rates f
      union all
      select 'costs', to_jsonb(c) - array['id', 'created_at'] from product_costs c
      union all
      select 'entries', to_jsonb(e)
      from (
        select source, account, business_day, order_day, product_id, currency, basis, cogs_known, shipping_known, fees_known,
               sum(quantity) as quantity, sum(amount_minor) as amount_minor
        from ledger_entries
        group by source, account, business_day, order_day, product_id, currency, basis, cogs_known, shipping_known, fees_known
        having sum(quantity) <> 0 or sum(amount_minor) <> 0) e
      union all
      select 'days', to_jsonb(d) - array['id', 'created_at', 'updated_at'] from daily_financials d
      union all
      select 'products', to_jsonb(p) - array['id', 'created_at', 'updated_at'] from product_performance p
    )
    select kind, count(*) || ' ' || md5(string_agg(said::text, ' ' order by said::text)) as hash
    from fact
    group by kind`
  return Object.fromEntries(rows.map(({ kind, hash }) => [kind, hash]))
}
