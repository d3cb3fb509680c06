import * as v from 'valibot'
import { clearBulkObjects, countBulkObjects, listOrdersNotInFile } from '../../../sql/bulk-objects.ts'
import { seeing, type Sql } from '../../../sql/connect.ts'
import { getStoreOfId, timesOfDays } from '../../../sql/stores.ts'
import { Gap, noteSync } from '../../../sql/sync-state.ts'
import { dayIn } from '../../day.ts'
import { AppError } from '../../errors.ts'
import type { Connector, SyncDone, SyncRun } from '../../jobs/run-sync.ts'
import type { ShopifyAdmin } from '../../shopify/admin.ts'
import type { OpenShop } from '../../shopify/open-shop.ts'
import { pollBulk, startBulk } from './bulk-operation.ts'
import { nextBulkOrders } from './bulk-orders.ts'
import { changedOrders } from './changed-orders.ts'
import { disputesOf } from './disputes.ts'
import { mapOrder } from './map-order.ts'
import { ordersInBulk } from './order-document.ts'
import { bookReadOrders, readOrders } from './read-orders.ts'
import { saveOrders } from './save-orders.ts'
import { stageBulk } from './stage-bulk.ts'

/** Orders of one transaction. */
const BATCH = 500
/** Orders of one transaction that are read one by one. */
const FEW = 50
/** Orders that are named as missing at most. */
const MOST_GAPS = 100
/** Seconds after which the shop is asked again for a file that it still writes. */
const PAUSE = 5
/** Minutes that are looked at again: what the shop noted late is not missed. */
const OVERLAP = 15

/** Where the import is: the operation that writes the file, what of it is staged, and the last line that is booked. */
const Cursor = v.object({
  bulk: v.optional(
    v.object({
      operation: v.string(),
      search: v.string(),
      bytes: v.number(),
      lines: v.number(),
      booked: v.number(),
      done: v.number(),
      /** Days of orders that could not be read. */
      gaps: v.array(Gap),
    }),
  ),
})
type Bulk = NonNullable<v.InferOutput<typeof Cursor>['bulk']>

type Deps = { sql: Sql; now: () => Date; openShop: OpenShop }

/**
 * Brings the orders of a shop in: all of them the first time, and a range of days, by a bulk operation; what changed since one by one, unless
 * that is much. Killed at any moment it goes on where it was: with the same operation, the next byte of its file, the next order.
 */
export const syncOrders =
  ({ sql, now, openShop }: Deps): Connector =>
  async (run) => {
    const { admin, store } = await opened({ sql, openShop }, run)
    const search = await searchOf(sql, run, store.id)
    const known = v.parse(Cursor, run.sync.cursor).bulk
    if (known?.search === search) return importFile({ sql, admin, run, bulk: known, store })
    if (run.sync.covered_until && !run.range) {
      const begun = now()
      const numbers = await changedOrders(admin, search)
      if (numbers) return rereadAll({ sql, admin, run, store, numbers, begun })
    }
    return importFile({ sql, admin, run, bulk: await begin(sql, admin, run, search), store })
  }

/** Days that are looked at again every night. */
const NIGHTLY = 90

/**
 * Brings all orders of the last 90 days in once more, whatever was missed of them, and takes those out of the books that the shop does not
 * have any more.
 */
export const sweepOrders =
  ({ sql, now, openShop }: Deps): Connector =>
  async (run) => {
    const { admin, store } = await opened({ sql, openShop }, run)
    const since = dayIn('UTC', new Date(now().getTime() - NIGHTLY * 86_400_000))
    const known = v.parse(Cursor, run.sync.cursor).bulk
    // One that was begun before midnight goes on.
    const bulk = known ?? (await begin(sql, admin, run, `updated_at:>='${since}T00:00:00Z'`))
    return importFile({ sql, admin, run, bulk, store, whole: { since } })
  }

async function opened({ sql, openShop }: { sql: Sql; openShop: OpenShop }, { sync: { store_id } }: SyncRun) {
  if (store_id === null) throw new AppError('conflict', 'Orders belong to a store.')
  return seeing(sql, 'all', async (tx) => {
    const store = await getStoreOfId(tx, { id: store_id })
    return { store, admin: await openShop(tx, store) }
  })
}

type Rereading = Omit<Importing, 'bulk'> & { numbers: string[]; begun: Date }

/** Reads what changed one by one: for few that is faster than a file, which the shop writes first. */
async function rereadAll({ sql, admin, run, store, numbers, begun }: Rereading): Promise<SyncDone> {
  const { id } = run.sync
  for (let done = 0; done < numbers.length; done += FEW) {
    run.signal.throwIfAborted()
    const part = numbers.slice(done, done + FEW)
    const read = await readOrders(admin, part, (_, error) => {
      throw error
    })
    await seeing(sql, 'all', async (tx) => {
      const saved = await bookReadOrders(tx, { store, read, reason: 'changed in Shopify' })
      const added = saved.created + saved.changed
      await noteSync(tx, { id, cursor: {}, done: done + part.length, expected: numbers.length, added })
    })
  }
  return { covered_until: begun }
}

/** What is asked for: everything, what changed since, or what touches a range of days. */
async function searchOf(sql: Sql, { sync, range }: SyncRun, store_id: number): Promise<string> {
  if (range) {
    const { from, until } = await seeing(sql, 'all', (tx) => timesOfDays(tx, { store_id, ...range }))
    return `created_at:<'${until}' AND updated_at:>='${from}'`
  }
  if (!sync.covered_until) return ''
  return `updated_at:>='${new Date(sync.covered_until.getTime() - OVERLAP * 60_000).toISOString()}'`
}

async function begin(sql: Sql, admin: ShopifyAdmin, { sync }: SyncRun, search: string): Promise<Bulk> {
  const operation = await startBulk(admin, ordersInBulk(search))
  const bulk = { operation, search, bytes: 0, lines: 0, booked: 0, done: 0, gaps: [] }
  await seeing(sql, 'all', async (tx) => {
    await clearBulkObjects(tx, { sync_id: sync.id })
    await noteSync(tx, { id: sync.id, cursor: { bulk }, done: 0, expected: null, added: 0 })
  })
  return bulk
}

type Importing = {
  sql: Sql
  admin: ShopifyAdmin
  run: SyncRun
  bulk: Bulk
  store: { id: number; currency: string }
  /** The file holds all orders since this day: what is booked and not in it, is gone. */
  whole?: { since: string }
}

async function importFile({ sql, admin, run, bulk: begun, store, whole }: Importing): Promise<SyncDone> {
  const { id: sync_id } = run.sync
  const { signal } = run
  const polled = await pollBulk(admin, begun.operation)
  if (polled.state === 'running') return { again_in: PAUSE }
  if (polled.state !== 'ready') {
    await seeing(sql, 'all', (tx) => noteSync(tx, { id: sync_id, cursor: {}, done: 0, expected: null, added: 0 }))
    if (polled.state === 'failed') throw polled.error
    return { again_in: 0 }
  }
  const { lines } = await seeing(sql, 'all', (tx) => countBulkObjects(tx, { sync_id }))
  let bulk = begun
  if (lines !== begun.lines) {
    // After a crash of the database what was staged is gone.
    await seeing(sql, 'all', (tx) => clearBulkObjects(tx, { sync_id }))
    bulk = { ...begun, bytes: 0, lines: 0 }
  }
  if (polled.url !== null) {
    const file = { sync_id, url: polled.url, objects: polled.objects, read: bulk, signal }
    const read = await stageBulk(sql, {
      ...file,
      cursorOf: ({ bytes, lines }) => ({ bulk: { ...bulk, bytes, lines } }),
    })
    bulk = { ...bulk, bytes: read.bytes, lines: read.lines }
  }
  for (;;) {
    signal.throwIfAborted()
    const asked = { sync_id, after: bulk.booked, limit: BATCH }
    const { orders, unread, count, after } = await seeing(sql, 'all', (tx) => nextBulkOrders(tx, asked))
    if (count === 0) break
    const gaps = [...bulk.gaps, ...unread.map(({ at, reason }) => ({ from: at, to: at, reason }))].slice(0, MOST_GAPS)
    bulk = { ...bulk, booked: after, done: bulk.done + count, gaps }
    const disputes = await disputesOf(admin, orders)
    const said = orders.map((order) => mapOrder(order, store.currency, disputes))
    await seeing(sql, 'all', async (tx) => {
      const saved = await saveOrders(tx, { store_id: store.id, orders: said, reason: 'changed in Shopify' })
      const added = saved.created + saved.changed
      await noteSync(tx, { id: sync_id, cursor: { bulk }, done: bulk.done, expected: polled.roots, added })
    })
  }
  if (whole) await rereadMissing({ sql, admin, run, store }, whole.since)
  await seeing(sql, 'all', async (tx) => {
    await clearBulkObjects(tx, { sync_id })
    await noteSync(tx, { id: sync_id, cursor: {}, done: bulk.done, expected: polled.roots, added: 0 })
  })
  if (bulk.done !== polled.roots)
    throw new AppError('conflict', `The shop's file should hold ${polled.roots} orders, and holds ${bulk.done}.`)
  return run.range ? {} : { covered_until: new Date(polled.begun), gaps: bulk.gaps }
}

/** Looks at each order that is booked and does not stand in the file: it was deleted, or placed while the file was written. */
async function rereadMissing({ sql, admin, run, store }: Omit<Importing, 'bulk' | 'whole'>, since: string) {
  const asked = { sync_id: run.sync.id, store_id: store.id, since }
  const missing = await seeing(sql, 'all', (tx) => listOrdersNotInFile(tx, asked))
  for (let done = 0; done < missing.length; done += FEW) {
    run.signal.throwIfAborted()
    const part = missing.slice(done, done + FEW).map(({ source_id }) => source_id)
    const read = await readOrders(admin, part, (_, error) => {
      throw error
    })
    await seeing(sql, 'all', (tx) => bookReadOrders(tx, { store, read, reason: 'changed in Shopify' }))
  }
}
