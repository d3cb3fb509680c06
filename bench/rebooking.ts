import { appLogin } from '../dev/app-login.ts'
import { allowBulkMemory } from '../sql/booking.ts'
import { connect, seeing, type Sql } from '../sql/connect.ts'
import type { NewFeeRule } from '../sql/fee-rules.ts'
import { missingCosts } from '../sql/missing-costs.ts'
import type { NewShippingRule } from '../sql/shipping-rules.ts'
import { whatIf } from '../sql/what-if.ts'
import { bookOrders } from '../src/ledger/book.ts'
import { FEES, setRule, SHIPPING } from '../src/ledger/cost-rules.ts'
import { restateUnitCost } from '../src/ledger/set-unit-cost.ts'
import { onFreshDatabase } from './fresh-database.ts'

/**
 * What changing a cost of the past takes when it touches 100,000 order lines: on a fresh database of the local server of this checkout,
 * which writes durably, signed in as the service is, with row-level security. Ten lines in a hundred come back.
 */
const ORDERS = 100_000
const NOW = new Date('2026-04-13T10:00:00Z')
const RANGE = { start: '2025-04-14', end: '2026-04-13' }

const say = (line: string) => console.error(line)
await onFreshDatabase(say, async (ownerUrl) => {
  const owner = connect(ownerUrl, { max: 1, sees: 'all' })
  say(`Filling a store with ${ORDERS} orders over a year …`)
  const { store_id, product_id } = await fill(owner)
  await owner.end()
  const sql = connect(await appLogin(ownerUrl), { max: 1 })
  await measure(sql, { store_id, product_id })
  await sql.end()
})

async function fill(sql: Sql) {
  const [store] = await sql<{ id: number }[]>`
    insert into stores (slug, name, currency, time_zone) values ('nl', 'Netherlands', 'EUR', 'Europe/Amsterdam') returning id`
  const [product] = await sql<{ id: number }[]>`insert into products (name) values ('Lamp') returning id`
  const [store_id, product_id] = [store!.id, product!.id]
  await sql`insert into variants (product_id, store_id, sku, title, grams) values (${product_id}, ${store_id}, 'LAMP', 'Lamp', 400)`
  await sql`insert into product_costs (product_id, valid, unit_cost, currency) values (${product_id}, '[2025-01-01,)', 10, 'EUR')`
  await sql`
    insert into orders (store_id, external_id, placed_at, business_day, currency, country, gateway, taxes_minor)
    select ${store_id}, 'order ' || n, day + time '12:00', day, 'EUR', (array['NL', 'DE'])[n % 2 + 1], (array['klarna', 'ideal'])[n % 2 + 1], 630
    from generate_series(1, ${ORDERS}::int) n
    cross join lateral (select ${RANGE.start}::date + n % 365 as day) on_day`
  await sql`
    insert into order_lines (order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor)
    select id, 1, 'gross_sales', ${product_id}, 'LAMP', 1 + id % 3, 30, 3000 * (1 + id % 3) from orders`
  await sql`
    insert into refunds (order_id, external_id, refunded_at, business_day)
    select id, 'r', placed_at, business_day from orders where id % 10 = 0`
  await sql`
    insert into refund_lines (refund_id, order_line_id, quantity, amount_minor, restocked)
    select r.id, l.id, 1, 3000, true from refunds r join order_lines l on l.order_id = r.order_id`
  await sql`analyze`
  const order_ids = (await sql<{ id: number }[]>`select id from orders order by id`).map(({ id }) => id)
  await sql.unsafe('begin')
  await allowBulkMemory(sql, {})
  await timed('first booking', () => bookOrders(sql, { store_id, order_ids, reason: 'booked' }))
  await sql.unsafe('commit')
  await sql`analyze`
  return { store_id, product_id }
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now()
  await work()
  say(`${what.padEnd(44)} ${((performance.now() - start) / 1_000).toFixed(2).padStart(7)} s`)
}

async function measure(pool: Sql, { store_id, product_id }: { store_id: number; product_id: number }) {
  const step = (what: string, work: (sql: Sql) => Promise<unknown>) => timed(what, () => seeing(pool, 'all', work))
  const cost = { product_id, currency: 'EUR', from: '2025-01-01', to: null, reason: 'supplier', now: NOW }
  await step('another unit cost, with its effect on profit', (sql) =>
    restateUnitCost(sql, { ...cost, unit_cost: '11.5' }),
  )
  const days = { store: 'nl', from: null as string | null, to: null }
  await step('a fee rule for half of the orders', (sql) => setRule<NewFeeRule>(sql, FEES, { ...days, gateway: 'klarna', percent: '2.9', fixed: '0.30' })) // prettier-ignore
  const rule = { ...days, country: null as string | null, min_units: 0, per_order: '5.95', per_unit: '0.10' }
  await step('a shipping rule for all orders', (sql) =>
    setRule<NewShippingRule>(sql, SHIPPING, { ...rule, min_grams: 0 }),
  )
  await step('a shipping rule by weight for two thirds', (sql) =>
    setRule<NewShippingRule>(sql, SHIPPING, { ...rule, min_grams: 800 }),
  )
  const asked = { store_ids: [store_id], currency: 'EUR', ...RANGE }
  const changed = { price: '105', cogs: '108', shipping_cost: '100', ad_spend: '100' }
  await step('what-if over the year', (sql) => whatIf(sql, { ...asked, store: 'nl', now: NOW, changed }))
  await step('missing costs of the year', (sql) => missingCosts(sql, { ...asked, limit: 50, offset: 0, after: null }))
}
