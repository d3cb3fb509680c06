import { seeing, type Sql } from '../../../sql/connect.ts'
import { listWaitingEvents, nextEventRetry, noteEventsFailed, noteEventsHandled } from '../../../sql/shopify-events.ts'
import { getStoreOfId, type Store } from '../../../sql/stores.ts'
import { stopSyncs } from '../../../sql/sync-state.ts'
import { AppError, expectedError } from '../../errors.ts'
import { type ShopifyAdmin, ShopRefusal } from '../../shopify/admin.ts'
import { ABOUT_SHOP, AboutShop } from '../../shopify/connect-shop.ts'
import type { OpenShop } from '../../shopify/open-shop.ts'
import { rereadInventoryItem, rereadProduct } from './read-product.ts'
import { bookReadOrders, type ReadOrders, readOrders } from './read-orders.ts'

/** Objects that are read and booked in one go. */
const BATCH = 50

type Deps = { sql: Sql; now: () => Date; openShop: OpenShop }
type Shop = { store: Store; admin: ShopifyAdmin }
type Waiting = { kind: string; number: string; ids: number[] }

/**
 * Reads what events of a store are about again in its shop, and books it, until none waits. An object that cannot be read is tried again
 * later and does not keep others back.
 * @returns seconds until one is to be tried again; undefined when none is
 * @throws AppError when the shop does not answer, or does not let us in: all events wait then
 */
export async function readEvents(
  { sql, now, openShop }: Deps,
  { store_id, signal }: { store_id: number; signal: AbortSignal },
): Promise<number | undefined> {
  const shop = await seeing(sql, 'all', async (tx) => {
    const store = await getStoreOfId(tx, { id: store_id })
    return { store, admin: await openShop(tx, store) }
  })
  for (;;) {
    signal.throwIfAborted()
    const waiting = await seeing(sql, 'all', (tx) => listWaitingEvents(tx, { store_id, limit: BATCH, now: now() }))
    if (waiting.length === 0) break
    await readAll({ sql, now, shop }, waiting)
  }
  return (await seeing(sql, 'all', (tx) => nextEventRetry(tx, { store_id, now: now() })))?.seconds
}

async function readAll({ sql, now, shop }: { sql: Sql; now: () => Date; shop: Shop }, waiting: Waiting[]) {
  const { store, admin } = shop
  const fail = (of: Waiting, error: unknown) => {
    // All wait for a shop that is away; only what is wrong with this object is noted.
    if (isWholeShop(error)) throw error
    const said = expectedError(error)?.message ?? 'Something went wrong on our side; it was logged.'
    return seeing(sql, 'all', (tx) => noteEventsFailed(tx, { ids: of.ids, error: said, now: now() }))
  }
  const orders = waiting.filter(({ kind }) => kind === 'order')
  const failures: [Waiting, unknown][] = []
  const read = await readOrders(admin, orders.map(({ number }) => number), (number, error) => {
    if (isWholeShop(error)) throw error
    failures.push([orders.find((one) => one.number === number)!, error])
  }) // prettier-ignore
  for (const [of, error] of failures) await fail(of, error)
  const failed = new Set(failures.map(([of]) => of))
  await book({ sql, now, shop }, orders.filter((one) => !failed.has(one)), read, fail) // prettier-ignore

  for (const one of waiting.filter(({ kind }) => kind !== 'order')) {
    try {
      if (one.kind === 'product') await rereadProduct({ sql, now, admin }, { store, number: one.number })
      else if (one.kind === 'inventory_item')
        await rereadInventoryItem({ sql, now, admin }, { store, number: one.number })
      else await noteUninstalled(sql, shop)
      await seeing(sql, 'all', (tx) => noteEventsHandled(tx, { ids: one.ids, now: now() }))
    } catch (error) {
      await fail(one, error)
    }
  }
}

/** Books orders in one transaction with the note that their events are done; when that fails, one by one, to find which it is. */
async function book(
  { sql, now, shop: { store } }: { sql: Sql; now: () => Date; shop: Shop },
  orders: Waiting[],
  read: ReadOrders,
  fail: (of: Waiting, error: unknown) => Promise<unknown>,
) {
  if (orders.length === 0) return
  const once = (of: Waiting[], read: ReadOrders) =>
    seeing(sql, 'all', async (tx) => {
      await bookReadOrders(tx, { store, read, reason: 'changed in Shopify' })
      await noteEventsHandled(tx, { ids: of.flatMap(({ ids }) => ids), now: now() })
    })
  try {
    await once(orders, read)
  } catch (error) {
    if (isWholeShop(error) || orders.length === 1) {
      await fail(orders[0]!, error)
      return
    }
    for (const one of orders) {
      const mine = (id: string) => id.endsWith(`/${one.number}`)
      const part = {
        ...read,
        orders: read.orders.filter(({ id }) => mine(id)),
        gone: read.gone.filter((number) => number === one.number),
      }
      await once([one], part).catch((error: unknown) => fail(one, error))
    }
  }
}

/** The shop does not answer, or does not let us in any more: nothing is wrong with the object. */
const isWholeShop = (error: unknown) =>
  (error instanceof AppError && ['unavailable', 'too_many'].includes(error.code)) ||
  (error instanceof ShopRefusal && ['ACCESS', 'CREDENTIALS', 'ACCESS_DENIED'].includes(error.reason ?? '')) ||
  (error instanceof Error && error.name === 'AbortError')

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
