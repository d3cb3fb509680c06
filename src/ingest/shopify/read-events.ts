import { seeing, type Sql } from '../../../sql/connect.ts'
import {
  awaitTelling,
  listWaitingEvents,
  nextEventRetry,
  noteEventsFailed,
  noteEventsHandled,
  type WaitingEvent,
} from '../../../sql/shopify-events.ts'
import { getStoreOfId, type Store } from '../../../sql/stores.ts'
import { stopSyncs } from '../../../sql/sync-state.ts'
import { expectedError } from '../../errors.ts'
import { type ShopifyAdmin, ShopRefusal } from '../../shopify/admin.ts'
import { ABOUT_SHOP, AboutShop } from '../../shopify/connect-shop.ts'
import type { OpenShop } from '../../shopify/open-shop.ts'
import { rereadInventoryItem, rereadProduct } from './read-product.ts'
import { bookEach, isWholeShop, readOrders } from './read-orders.ts'

/** Objects that are read and booked in one go. */
const BATCH = 200

type Deps = { sql: Sql; now: () => Date; openShop: OpenShop; report: (error: unknown) => void }
type Shop = { store: Store; admin: ShopifyAdmin }

/**
 * Reads what events of a store are about again in its shop, and books it, until none waits. An object that cannot be read is tried again
 * later and does not keep others back.
 * @returns seconds until one is to be tried again; undefined when none is
 * @throws AppError when the shop does not answer, or does not let us in: all events wait then
 */
export async function readEvents(
  { sql, now, openShop, report }: Deps,
  { store_id, signal }: { store_id: number; signal: AbortSignal },
): Promise<number | undefined> {
  let shop: Shop | undefined
  for (;;) {
    signal.throwIfAborted()
    const list = (tx: Sql) => listWaitingEvents(tx, { store_id, limit: BATCH, now: now() })
    let waiting = await seeing(sql, 'all', list)
    // Who told while this job waited did not add another one.
    if (waiting.length === 0) {
      waiting = await seeing(sql, 'all', async (tx) => {
        await awaitTelling(tx, { store_id })
        return list(tx)
      })
    }
    if (waiting.length === 0) break
    shop ??= await seeing(sql, 'all', async (tx) => {
      const store = await getStoreOfId(tx, { id: store_id })
      return { store, admin: await openShop(tx, store) }
    })
    await readAll({ sql, now, report, shop }, waiting)
  }
  return (await seeing(sql, 'all', (tx) => nextEventRetry(tx, { store_id, now: now() })))?.seconds
}

type Reading = Omit<Deps, 'openShop'> & { shop: Shop }

async function readAll({ sql, now, report, shop }: Reading, waiting: WaitingEvent[]) {
  const { store, admin } = shop
  const fail = ({ ids }: WaitingEvent, error: unknown) => {
    const said = expectedError(error)?.message
    if (said === undefined) report(error)
    const told = said ?? 'Something went wrong on our side; it was logged.'
    return seeing(sql, 'all', (tx) => noteEventsFailed(tx, { ids, error: told, now: now() }))
  }
  const orders = new Map(waiting.filter(({ kind }) => kind === 'order').map((one) => [one.number, one]))
  const deleted = new Set([...orders.values()].flatMap((one) => (one.deleted ? one.number : [])))
  const read = await readOrders(admin, [...orders.keys()])
  const failed = await bookEach(
    sql,
    { store, read, deleted, reason: 'changed in Shopify', now: now() },
    (tx, numbers) => noteEventsHandled(tx, { ids: numbers.flatMap((number) => orders.get(number)!.ids), now: now() }),
  )
  for (const [number, error] of failed) await fail(orders.get(number)!, error)

  for (const one of waiting.filter(({ kind }) => kind !== 'order')) {
    try {
      if (one.kind === 'product') await rereadProduct({ sql, now, admin }, { store, number: one.number })
      else if (one.kind === 'inventory_item')
        await rereadInventoryItem({ sql, now, admin }, { store, number: one.number })
      else await noteUninstalled(sql, shop)
      await seeing(sql, 'all', (tx) => noteEventsHandled(tx, { ids: one.ids, now: now() }))
    } catch (error) {
      if (isWholeShop(error)) throw error
      await fail(one, error)
    }
  }
}

/** The app was taken out of the shop, unless it is in it again by now: nothing comes in any more until somebody connects it anew. */
async function noteUninstalled(sql: Sql, { store, admin }: Shop) {
  try {
    await admin.ask(ABOUT_SHOP, {}, AboutShop)
  } catch (error) {
    if (!(error instanceof ShopRefusal)) throw error
    const said = `The app was uninstalled in the shop of ${store.slug}. Install it again and connect it anew: PUT /stores/${store.slug}/shopify.`
    await seeing(sql, 'all', (tx) => stopSyncs(tx, { connector: 'shopify', store_id: store.id, error: said }))
  }
}
