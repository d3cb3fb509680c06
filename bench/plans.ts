import { seeing, type Sql } from '../sql/connect.ts'
import { settledDailyFinancials } from '../sql/daily-financials.ts'
import { listOrders } from '../sql/orders.ts'
import { pnl } from '../sql/pnl.ts'
import { listProductPerformance } from '../sql/product-performance.ts'
import { productReport } from '../sql/product-report.ts'
import type { Statement } from '../sql/query.ts'
import { listStores } from '../sql/stores.ts'
import { addDays } from '../src/day.ts'

/** Steps of a plan that took less than this part of the whole, in percent, are left out. */
const LEAST = 4

/** What Postgres does for the five queries that dashboards ask most, with buffers; only steps that take time are shown. */
export async function hottestPlans(pool: Sql, today: string): Promise<string[]> {
  return seeing(pool, 'all', async (sql) => {
    const store_ids = (await listStores(sql, {})).map(({ id }) => id)
    const now = new Date()
    const days = (many: number) => ({ start: addDays(today, 1 - many), end: today })
    const page = { limit: 51, offset: 0, after: null }
    const month = [{ key: 'range', from: days(30).start, to: today }]
    const asked: Record<string, Statement> = {
      'summary, 200 stores, 30 days': pnl.text(sql, { store_ids, currency: 'EUR', periods: month, now }),
      'top products, 200 stores, 90 days': productReport.text(sql, { ...days(90), store: null, store_ids, currency: 'EUR', sort: 'cm3', descending: true, ...page, now }), // prettier-ignore
      'daily rows, 200 stores': settledDailyFinancials.text(sql, { ...days(30), store_ids, ...page }),
      'product days, 200 stores': listProductPerformance.text(sql, { ...days(30), store_ids, product_id: null, id: null, ...page }), // prettier-ignore
      orders: listOrders.text(sql, { store_ids, start: null, end: null, q: null, ...page }),
    }
    const told: string[] = []
    for (const [name, statement] of Object.entries(asked))
      told.push(`### ${name}`, '', '```', ...(await planOf(sql, statement)), '```', '')
    return told
  })
}

async function planOf(sql: Sql, statement: Statement): Promise<string[]> {
  const rows = await sql<{ 'QUERY PLAN': string }[]>`explain (analyze, buffers, costs off) ${statement}`
  const lines = rows.map((row) => row['QUERY PLAN'])
  const took = (line: string) => Number(/actual time=[\d.]+\.\.([\d.]+)/.exec(line)?.[1] ?? 0)
  const whole = Math.max(...lines.map(took))
  return lines.flatMap((line, at) => {
    if (/^(Planning Time|Execution Time)/.test(line)) return [line]
    if (took(line) * 100 < whole * LEAST) return []
    const buffers = lines.slice(at + 1, at + 6).find((next) => next.includes('Buffers:'))
    return [`${line.slice(0, 150)}${buffers ? ` ${buffers.trim()}` : ''}`]
  })
}
