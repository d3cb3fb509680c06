import { jwt } from '@elysiajs/jwt'
import { Elysia } from 'elysia'
import { connect } from '../sql/connect.ts'
import { dailyFinancials } from '../sql/daily-financials.ts'
import { listOrders } from '../sql/orders.ts'
import { before, pnl, pnlCompared } from '../sql/pnl.ts'
import { listProductPerformance } from '../sql/product-performance.ts'
import { productReport } from '../sql/product-report.ts'
import { listProducts } from '../sql/products.ts'
import { getWorkspace, listStores } from '../sql/stores.ts'
import { columnsOf, PERIODS, samePartBefore } from '../src/day.ts'

/**
 * The plain variant that the service is compared with: Elysia, a token checked by jose, our own statements, rows as objects, JSON written
 * by the runtime. It has no limits of stores, no sessions, no rate limit, no cache, and knows the stores by heart.
 */
const { DATABASE_URL = '', JWT_SECRET = '', TODAY = '' } = process.env
const sql = connect(DATABASE_URL, { max: 10, sees: 'all', name: 'plain' })
const { reporting_currency: currency } = await getWorkspace(sql, {})
const stores = await listStores(sql, {})
const now = new Date()

type Query = Record<string, string | undefined>
const scope = ({ store, start = '', end = '', limit = '50' }: Query) => ({
  store: store ?? null,
  store_ids: stores.filter(({ slug }) => store === undefined || slug === store).map(({ id }) => id),
  currency: stores.find(({ slug }) => slug === store)?.currency ?? currency,
  start,
  end,
  limit: Number(limit),
  offset: 0,
  after: null,
  now,
})
const overviewPeriods = (['today', 'this_week', 'this_month'] as const).flatMap((key) => {
  const range = PERIODS[key](TODAY)
  return [
    { key, ...range },
    { key: before(key), ...samePartBefore(key, range) },
  ]
})

const app = new Elysia()
  .use(jwt({ name: 'tokens', secret: JWT_SECRET, alg: 'HS256' }))
  .onBeforeHandle(async ({ headers, tokens, status }) =>
    (await tokens.verify(headers.authorization?.slice(7))) ? undefined : status(401),
  )
  .get('/financials/daily', async ({ query }) => ({ data: await dailyFinancials(sql, scope(query)) }))
  .get('/products', async ({ query }) => ({
    data: await listProducts(sql, { ...scope(query), status: null, today: TODAY }),
  }))
  .get('/financials/summary', async ({ query }) => {
    const { start, end, ...asked } = scope(query)
    return (await pnl(sql, { ...asked, periods: [{ key: 'range', from: start, to: end }] }))[0]
  })
  .get('/financials/pnl', async ({ query }) => {
    const { start, end, ...asked } = scope(query)
    const periods = columnsOf({ from: start, to: end }, 'month').map(({ from, to }) => ({ key: from, from, to }))
    return { data: await pnl(sql, { ...asked, periods }) }
  })
  .get('/financials/overview', async ({ query }) => {
    const rows = await pnlCompared(sql, { ...scope(query), periods: overviewPeriods })
    return Object.fromEntries(rows.map(({ period, figures }) => [period, JSON.parse(figures) as unknown]))
  })
  .get('/financials/product-performance', async ({ query }) => ({
    data: await listProductPerformance(sql, { ...scope(query), product_id: null, id: null }),
  }))
  .get('/financials/product-report', async ({ query }) => {
    const [report] = await productReport(sql, { ...scope(query), sort: 'cm3', descending: true })
    return report
  })
  .get('/orders', async ({ query }) => ({
    data: await listOrders(sql, { ...scope(query), start: null, end: null, q: null }),
  }))
  .listen({ port: 0, hostname: '127.0.0.1' })
console.log(JSON.stringify({ message: 'listening', port: app.server?.port }))
