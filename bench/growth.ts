import { connect, type Sql } from '../sql/connect.ts'
import { appLogin } from '../dev/app-login.ts'
import { addDays } from '../src/day.ts'
import { settleUnsettledDays } from '../src/ledger/settle-days.ts'
import { settleUnsettledProducts } from '../src/ledger/settle-products.ts'
import { bookOrders } from './fill.ts'
import { onFreshDatabase } from './fresh-database.ts'
import { load } from './load.ts'
import { cpu, parentOf } from './processes.ts'
import { questionsOf } from './questions.ts'
import { type Server, signIn, startService } from './servers.ts'

const ORDERS = 2_000
const TIMES = [1, 10, 100]
const ASKED = ['summary', 'pnl', 'overview', 'top products', 'top products of a store'] as const
const ROUNDS = 5

type Grown = { times: number; server: Server; token: string; postmaster: number }

/**
 * The same stores, products and days with so many orders, ten times and a hundred times as many, booked through the ledger: what the same
 * questions take, asked in turn, and by how much that differs from the first. A row per question of a Markdown table.
 */
export async function measureGrowth(say: (line: string) => void, last: string): Promise<string[]> {
  const lines: string[] = []
  await grow([...TIMES], last, say, [], async (grown) => {
    const questions = questionsOf(last)
    for (const question of ASKED) {
      const taken = grown.map(() => ({ ms: [] as number[], cpu: [] as number[] }))
      for (let round = 0; round <= ROUNDS; round += 1)
        for (const [at, { server, token, postmaster }] of grown.entries()) {
          const before = cpu(postmaster)
          const headers = { authorization: `Bearer ${token}` }
          const { p50, answers } = await load(server.address, questions[question], { clients: 1, ms: 400, headers })
          if (round === 0) continue
          taken[at]?.ms.push(p50)
          taken[at]?.cpu.push((cpu(postmaster) - before) / answers / 1_000)
        }
      const cells = taken.map(({ ms, cpu }) => `${middle(ms).toFixed(1)} (${middle(cpu).toFixed(1)})`)
      const [first = 1, , most = 1] = taken.map(({ ms }) => middle(ms))
      const line = `| ${[question, ...cells, (most / first).toFixed(2)].join(' | ')} |`
      say(line)
      lines.push(line)
    }
  })
  return ['| question | 1 × | 10 × | 100 × | 100 × ÷ 1 × |', '| --- | --- | --- | --- | --- |', ...lines]
}

export const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Does the work with one database after the other made and served. */
async function grow(
  left: number[],
  last: string,
  say: (line: string) => void,
  grown: Grown[],
  work: (grown: Grown[]) => Promise<void>,
): Promise<void> {
  const [times, ...others] = left
  if (times === undefined) return work(grown)
  await onFreshDatabase(say, async (ownerUrl) => {
    const owner = connect(ownerUrl, { max: 1, sees: 'all' })
    await sell(owner, ORDERS * times, last)
    await settleUnsettledDays(owner, { now: new Date() })
    await settleUnsettledProducts(owner, { now: new Date() })
    await owner`vacuum analyze`
    const [{ pid } = { pid: 0 }] = await owner<{ pid: number }[]>`select pg_backend_pid() as pid`
    const server = await startService(await appLogin(ownerUrl), `${times} ×`, { KEPT_ANSWERS_MB: '0' })
    say(`… ${ORDERS * times} orders are booked and served`)
    try {
      const token = await signIn(server)
      await grow(others, last, say, [...grown, { times, server, token, postmaster: parentOf(pid) }], work)
    } finally {
      await server.stop()
      await owner.end()
    }
  })
}

/** Five stores, one of them in pounds, that sell 40 products over a year; the ledger's triggers make the rollups. */
async function sell(sql: Sql, orders: number, last: string): Promise<void> {
  const first = addDays(last, -364)
  await sql`
    insert into stores (slug, name, currency, time_zone)
    select 'store-' || n, 'Store ' || n, case n when 5 then 'GBP' else 'EUR' end, 'Europe/Amsterdam' from generate_series(1, 5) n`
  await sql`
    insert into fx_rates (currency, day, units_per_euro, source)
    select 'GBP', day::date, 0.85, 'ecb' from generate_series(${first}::date - 10, ${last}::date, interval '1 day') day`
  await sql`insert into products (name) select 'Product ' || n from generate_series(1, 40) n`
  await sql`
    insert into fixed_costs (name, store_id, amount_minor, currency, "interval", starts_on)
    values ('Shared', null, 100000, 'EUR', 'month', ${first})`
  await sql`
    insert into ad_spend (store_id, day, platform, campaign, amount_minor, currency)
    select id, day::date, 'meta', 'Prospecting', 3000, currency
    from stores cross join generate_series(${first}::date, ${last}::date, interval '1 day') day`
  await sql`
    insert into orders (store_id, external_id, placed_at, business_day, currency, country, gateway, taxes_minor)
    select s.id, '#' || n, day + time '12:00', day, s.currency, 'NL', 'ideal', 630
    from generate_series(1, ${orders}::int) n
    join stores s on s.id = 1 + n % 5
    cross join lateral (select ${first}::date + (n::bigint * 365 / (${orders}::int + 1))::int as day) on_day
    order by n`
  await sql`
    insert into order_lines (order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor)
    select id, 1, 'gross_sales', 1 + id * 7 % 40, 'SKU', 1, 30, 3000 from orders order by id`
  await bookOrders(sql)
}
