import { expect } from 'bun:test'
import { seeing, type Sql } from '../../../sql/connect.ts'
import { listReconciledDays, orderDifferences, reconciledFigures } from '../../../sql/reconciliation.ts'
import { keepSync, listSyncs } from '../../../sql/sync-state.ts'
import { readEvents } from '../../../src/ingest/shopify/read-events.ts'
import { reconcile } from '../../../src/ingest/shopify/reconcile/reconcile.ts'
import { syncOrders } from '../../../src/ingest/shopify/sync-orders.ts'
import { runSyncJob } from '../../../src/jobs/run-sync.ts'
import { createShopify } from '../../../src/shopify/admin.ts'
import { connectShopifyShop } from '../../../sql/shopify-shops.ts'
import { aStore } from '../../support/factories.ts'
import type { startShopify } from '../../support/shopify.ts'
import { until } from '../../support/until.ts'

type Given = {
  /** As the owner of the tables, and as the service signs in. */
  owner: Sql
  sql: Sql
  shopify: ReturnType<typeof startShopify>
  clock: { now: Date }
}
let shops = 0

/** A store with a shop at the stand-in, whose orders can come in and be compared. */
export async function aReconciledShop({ owner, sql, shopify, clock }: Given, made: Parameters<typeof aStore>[1] = {}) {
  const store = await aStore(owner, made)
  const shop = shopify.shop(`reconciled-${++shops}.myshopify.com`)
  Object.assign(shop, { currency: store.currency, time_zone: store.time_zone })
  const { domain, client_id, client_secret } = shop
  await connectShopifyShop(owner, { store_id: store.id, domain, client_id })
  const now = () => clock.now
  const report = (error: unknown) => reported.push(error)
  const reported: unknown[] = []
  const admin = createShopify({ root: shopify.root, now: () => new Date() })({ domain, client_id, client_secret })
  const openShop = () => Promise.resolve(admin)
  const keep = async (resource: string) => {
    const key = { connector: 'shopify', store_id: store.id, account: '', resource }
    return (await keepSync(owner, { ...key, every_minutes: 60, next_run_at: null })).id
  }
  const [orders, compared] = [await keep('orders'), await keep('reconciliation')]
  const connectors = {
    'shopify/orders': syncOrders({ sql, now, openShop, report }),
    'shopify/reconciliation': reconcile({ sql, now, openShop }),
  }
  const job = runSyncJob({ sql, now, connectors })
  const stateOf = async (id: number) => {
    const asked = { id, store_ids: null, limit: 1, offset: 0, after: null, now: now() }
    const [row] = await seeing(sql, 'all', (tx) => listSyncs(tx, asked))
    return row!
  }
  const signal = new AbortController().signal
  const written = () =>
    until('the shop has written its file', () =>
      [...shop.operations.values()].every(({ status }) => status !== 'RUNNING'),
    )
  const once = (id: number, range: object = {}) =>
    job.run({ sync_id: id, ...range }, { signal, attempt: 1, last: false })
  const run = async (id: number, range: object = {}) => {
    do {
      await written()
      await once(id, range)
    } while ((await stateOf(id)).status === 'running')
  }
  const differing = async () => {
    const asked = { store_ids: [store.id], start: null, end: null, status: 'differs' as const, limit: 5_000, offset: 0, after: null } // prettier-ignore
    return (await seeing(sql, 'all', (tx) => listReconciledDays(tx, asked))).toReversed()
  }
  const ofDay = (day: string) =>
    seeing(sql, 'all', async (tx) => ({
      figures: await reconciledFigures(tx, { store_id: store.id, day }),
      orders: await orderDifferences(tx, { store_id: store.id, day }),
    }))
  return {
    store,
    shop,
    admin,
    reported,
    state: () => stateOf(compared),
    /** Everything that is in the shop comes in. */
    bringIn: () => run(orders),
    /** Compares these days, or those that are due. */
    compare: (range: object = {}) => run(compared, range),
    /** Begins to compare; what the shop must write first is written. */
    begin: async () => {
      await once(compared)
      await written()
    },
    /** Reads what the comparison wants read again. */
    reread: () => readEvents({ sql, now, openShop, report }, { store_id: store.id, signal }),
    differing,
    ofDay,
    days: async () =>
      owner<
        { day: string; source: string }[]
      >`select day, source from reconciled_days where store_id = ${store.id} order by day`,
    /** The causes of each differing day by order. What is left of a day is what its orders come to, always. */
    causes: async () => {
      const found: Record<string, string[]> = {}
      for (const { date } of await differing()) {
        const { figures, orders } = await ofDay(date)
        const open = orders.filter(({ by_rule }) => !by_rule)
        for (const { measure, difference } of figures) {
          const sum = open.reduce((total, order) => total + Number(order[measure === 'orders' ? 'orders' : measure]), 0)
          expect([date, measure, sum.toFixed(2)]).toEqual([date, measure, Number(difference).toFixed(2)])
        }
        found[date] = open.map(({ order, cause }) => `${order} ${cause}`)
      }
      return found
    },
  }
}
