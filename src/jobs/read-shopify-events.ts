import { seeing, type Sql } from '../../sql/connect.ts'
import { addJob } from '../../sql/jobs.ts'
import { readEvents } from '../ingest/shopify/read-events.ts'
import type { OpenShop } from '../shopify/open-shop.ts'
import { job } from './job.ts'

/**
 * Reads what webhooks told of again in the shop, one run at a time for a store. While the shop does not answer the job is tried again with
 * growing pauses, and anew with every webhook; what is missed comes in by the sweep every 15 minutes.
 */
export const readShopifyEventsJob = (deps: {
  sql: Sql
  now: () => Date
  openShop: OpenShop
  report: (error: unknown) => void
}) =>
  job('read_shopify_events', async ({ store_id }, { signal }) => {
    const again = await readEvents(deps, { store_id, signal })
    if (again === undefined) return
    const name = `shopify events ${store_id}`
    await seeing(deps.sql, 'all', (tx) =>
      addJob(
        tx,
        'read_shopify_events',
        { store_id },
        { queue: name, key: `${name} again`, delay: again, attempts: 25 },
      ),
    )
  })
