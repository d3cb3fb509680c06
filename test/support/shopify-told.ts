import { afterAll } from 'bun:test'
import { connect, type Sql, seeing } from '../../sql/connect.ts'
import { keepSync, startSync } from '../../sql/sync-state.ts'
import { readEvents } from '../../src/ingest/shopify/read-events.ts'
import { sweepOrders, syncOrders } from '../../src/ingest/shopify/sync-orders.ts'
import { syncWebhooks } from '../../src/ingest/shopify/sync-webhooks.ts'
import type { Connector } from '../../src/jobs/run-sync.ts'
import { createShopify } from '../../src/shopify/admin.ts'
import { checkShop, connectShop } from '../../src/shopify/connect-shop.ts'
import { createOpenShop } from '../../src/shopify/open-shop.ts'
import { SEAL, testApi } from './api.ts'
import { aStore } from './factories.ts'
import type { startShopify } from './shopify.ts'
import { until } from './until.ts'

type Database = { sql: Sql; appUrl: string }

/**
 * Our side of webhooks: the API listens, shops are connected as a person does it, and what they tell is read when a test says so.
 */
export async function toldByShops(database: Database, shopify: ReturnType<typeof startShopify>) {
  const { sql: owner, appUrl } = database
  const sql = connect(appUrl, { max: 6 })
  afterAll(() => sql.end({ timeout: 1 }))
  const now = () => new Date()
  const admin = createShopify({ root: shopify.root, now })
  const api = await testApi(database, { shopify: admin })
  api.app.listen({ port: 0, hostname: '127.0.0.1' })
  afterAll(() => api.app.stop(true))
  api.clock.now = now()
  const publicUrl = `http://127.0.0.1:${api.app.server?.port}`
  const openShop = createOpenShop({ shopify: admin, seal: SEAL })
  const reported: unknown[] = []
  const deps = { sql, now, openShop, report: (error: unknown) => void reported.push(error) }
  const quiet = new AbortController().signal
  let shops = 0

  /** A store with its shop, connected and subscribed; `permanent` by a token that lasts. */
  async function connected({ permanent = false } = {}) {
    const store = await aStore(owner)
    const shop = shopify.shop(`told-${++shops}.myshopify.com`)
    const { domain, client_id, client_secret } = shop
    if (permanent)
      Object.assign(shop, { permanent: `shpat_${crypto.randomUUID()}`, api_secret: `shpss_${crypto.randomUUID()}` })
    const connectIt = async () => {
      const key = permanent ? { domain, access_token: shop.permanent } : { domain, client_id, client_secret }
      const checked = await checkShop(admin, store, key)
      const webhook_secret = permanent ? shop.api_secret : undefined
      await seeing(sql, 'all', (tx) => connectShop(tx, SEAL, { store, checked, webhook_secret, who: null, now: now() }))
    }
    await connectIt()
    const begin = async (resource: string, connector: Connector, covered?: Date) => {
      const row = {
        connector: 'shopify',
        store_id: store.id,
        account: '',
        resource,
        every_minutes: 15,
        next_run_at: null,
      }
      const { id } = await keepSync(owner, row)
      if (covered) await owner`update sync_state set covered_until = ${covered} where id = ${id}`
      const once = async () => {
        const sync = await seeing(sql, 'all', (tx) => startSync(tx, { id, now: now() }))
        return connector({ sync: sync!, signal: quiet })
      }
      const first = await once()
      return async () => {
        for (let done = first; ; done = await once()) {
          if (done.again_in === undefined) return done
          await Bun.sleep(20)
        }
      }
    }
    const run = async (...args: Parameters<typeof begin>) => (await begin(...args))()
    const subscribe = (at: string | undefined = publicUrl) => run('webhooks', syncWebhooks({ ...deps, publicUrl: at }))
    await subscribe()
    return {
      store,
      shop,
      subscribe,
      /** Connects it anew. */
      connect: connectIt,
      /** As a person does it in the dashboard. */
      disconnect: async () => {
        const { token } = await api.someone('owner')
        await api.send(`/stores/${store.slug}/shopify`, { method: 'DELETE', token })
      },
      /** Reads what the shop told. */
      read: () => readEvents(deps, { store_id: store.id, signal: quiet }),
      /** The sweep of what changed since `covered`. */
      sweep: (covered: Date) => run('orders', syncOrders(deps), covered),
      /** The nightly one. */
      sweepNights: () => run('orders-90-days', sweepOrders(deps)),
      /** The same until the shop has written its file; what it resolves to does the rest. */
      sweepNightsBegun: async () => {
        const rest = await begin('orders-90-days', sweepOrders(deps))
        const running = () => [...shop.operations.values()].some(({ status }) => status === 'RUNNING')
        await until('the shop has written its file', () => !running())
        return rest
      },
      events: () => owner<{ topic: string; kind: string; number: string; handled: boolean; error: string | null; attempts: number }[]>`
        select topic, kind, number, handled_at is not null as handled, error, attempts from shopify_events where store_id = ${store.id} order by id`,
    } // prettier-ignore
  }
  return { owner, sql, api, publicUrl, connected, reported: reported as readonly unknown[] }
}
