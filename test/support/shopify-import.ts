// A process of its own that runs the sync of one store until it is done, to be measured and killed.
import { connect, seeing } from '../../sql/connect.ts'
import { listSyncs } from '../../sql/sync-state.ts'
import { syncOrders } from '../../src/ingest/shopify/sync-orders.ts'
import { runSyncJob } from '../../src/jobs/run-sync.ts'
import { createShopify, type ShopifyShopKey } from '../../src/shopify/admin.ts'

const [url = '', root = '', key = '', sync = ''] = process.argv.slice(2)
const sql = connect(url, { max: 4 })
const now = () => new Date()
const admin = createShopify({ root, now })(JSON.parse(key) as ShopifyShopKey)
const job = runSyncJob({
  sql,
  now,
  connectors: {
    'shopify/orders': syncOrders({ sql, now, openShop: () => Promise.resolve(admin), report: console.error }),
  },
})
const id = Number(sync)
const asked = { id, store_ids: null, limit: 1, offset: 0, after: null, now: now() }
let peak = 0
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50)
for (let status = ''; status !== 'done';) {
  await job.run({ sync_id: id }, { signal: new AbortController().signal, attempt: 1, last: false })
  status = (await seeing(sql, 'all', (tx) => listSyncs(tx, asked)))[0]!.status
  if (status === 'running') await Bun.sleep(200)
}
clearInterval(watch)
process.stdout.write(`${JSON.stringify({ peak_mb: Math.round(peak / 1_048_576) })}\n`)
await sql.end()
