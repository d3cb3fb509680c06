import * as v from 'valibot'
import { clearBulkObjects, countBulkObjects, listOrdersNotInFile } from '../../../sql/bulk-objects.ts'
import { seeing, type Sql } from '../../../sql/connect.ts'
import { getStoreOfId, timesOfDays } from '../../../sql/stores.ts'
import { noteLostOrdersRead } from '../../../sql/shopify-events.ts'
import { noteSync } from '../../../sql/sync-state.ts'
import { dayIn } from '../../day.ts'
import { AppError, expectedError } from '../../errors.ts'
import type { Connector, SyncDone, SyncRun } from '../../jobs/run-sync.ts'
import type { ShopifyAdmin } from '../../shopify/admin.ts'
import type { OpenShop } from '../../shopify/open-shop.ts'
import { pollBulk, startBulk } from './bulk-operation.ts'
import { nextBulkOrders, Unread } from './bulk-orders.ts'
import { type ChangedOrder, changedOrders } from './changed-orders.ts'
import { disputesOf } from './disputes.ts'
import { ordersInBulk } from './order-document.ts'
import { numberOf } from './order-shape.ts'
import { bookEach, readOrders } from './read-orders.ts'
import { saveEach } from './save-each.ts'
import { stageBulk } from './stage-bulk.ts'

/** Orders of one transaction. */
const BATCH = 500
/** Orders of one transaction that are read one by one. */
const FEW = 50
/** Orders that are named as missing at most. */
const MOST_GAPS = 100
/** Seconds after which the shop is asked again for a file that it still writes, at most: one more each time, so that a small file is not waited for. */
const LONGEST_PAUSE = 5
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
      /** How often the shop was asked for the file and still wrote it. */
      polls: v.optional(v.number(), 0),
    }),
  ),
  /** Orders that could not be read: tried again until they can be. */
  unread: v.optional(v.array(Unread), []),
})
type Cursor = v.InferOutput<typeof Cursor>
type Bulk = NonNullable<Cursor['bulk']>

type Deps = { sql: Sql; now: () => Date; openShop: OpenShop; report: (error: unknown) => void }

/**
 * Brings the orders of a shop in: all of them the first time, and a range of days, by a bulk operation; what changed since one by one, unless
 * that is much. Killed at any moment it goes on where it was: with the same operation, the next byte of its file, the next order.
 */
export const syncOrders =
  (deps: Deps): Connector =>
  async (run) => {
    const { sql, now } = deps
    const shop = await opened(deps, run)
    const search = await searchOf(sql, run, shop.store.id)
    const { bulk: known, unread } = v.parse(Cursor, run.sync.cursor)
    if (known?.search === search) return importFile(deps, { ...shop, run, bulk: known, unread })
    if (run.sync.covered_until && !run.range) {
      const begun = now()
      const changed = await changedOrders(shop.admin, search)
      if (changed) {
        const { id } = run.sync
        const left = await rereadAll(deps, { ...shop, run, orders: changed, unread }, (tx, { left, ...progress }) =>
          noteSync(tx, { id, cursor: { unread: left }, ...progress }),
        )
        return { covered_until: begun, gaps: gapsOf(left) }
      }
    }
    return importFile(deps, { ...shop, run, bulk: await begin(sql, shop.admin, run, { search, unread }), unread })
  }

/** Days that are looked at again every night. */
const NIGHTLY = 90

/**
 * Brings all orders of the last 90 days in once more, whatever was missed of them, and takes those out of the books that the shop does not
 * have any more.
 */
export const sweepOrders =
  (deps: Deps): Connector =>
  async (run) => {
    const { sql, now } = deps
    const shop = await opened(deps, run)
    const since = dayIn('UTC', new Date(now().getTime() - NIGHTLY * 86_400_000))
    const { bulk: known, unread } = v.parse(Cursor, run.sync.cursor)
    // One that was begun before midnight goes on.
    const search = `updated_at:>='${since}T00:00:00Z'`
    const bulk = known ?? (await begin(sql, shop.admin, run, { search, unread }))
    return importFile(deps, { ...shop, run, bulk, unread, whole: { since } })
  }

type Shop = { admin: ShopifyAdmin; store: { id: number; currency: string } }

async function opened({ sql, openShop }: Deps, { sync: { store_id } }: SyncRun): Promise<Shop> {
  if (store_id === null) throw new AppError('conflict', 'Orders belong to a store.')
  return seeing(sql, 'all', async (tx) => {
    const store = await getStoreOfId(tx, { id: store_id })
    return { store, admin: await openShop(tx, store) }
  })
}

const gapsOf = (unread: readonly Unread[]) => unread.map(({ day, reason }) => ({ from: day, to: day, reason }))

/** An order that is not in, with why; what we did not expect is reported. */
function unbooked(
  { report }: Pick<Deps, 'report'>,
  { number, day, error }: { number: string; day: string; error: unknown },
): Unread {
  const said = expectedError(error)?.message
  if (said === undefined) report(error)
  return {
    number,
    day,
    reason: `Order number ${number}: ${said ?? 'something went wrong on our side; it was logged.'}`,
  }
}

type Rereading = Shop & { run: SyncRun; orders: ChangedOrder[]; unread: Unread[] }
type Progress = { done: number; expected: number; added: number; left: Unread[] }

/**
 * Reads orders by their numbers, and those again that could not be read before: for few that is faster than a file, which the shop writes
 * first.
 * @param note what is to be noted of the progress, with what is booked
 * @returns those that cannot be read now
 */
async function rereadAll(
  { sql, now, report }: Deps,
  { admin, run, store, orders, unread }: Rereading,
  note: (tx: Sql, progress: Progress) => Promise<unknown> = () => Promise.resolve(),
): Promise<Unread[]> {
  const days = new Map([...unread, ...orders].map(({ number, day }) => [number, day]))
  const numbers = [...days.keys()]
  const left = new Map(unread.map((one) => [one.number, one]))
  for (let done = 0; done < numbers.length; done += FEW) {
    run.signal.throwIfAborted()
    const part = numbers.slice(done, done + FEW)
    const read = await readOrders(admin, part)
    const failed = await bookEach(
      sql,
      { store, read, reason: 'changed in Shopify', now: now() },
      async (tx, come, saved) => {
        for (const number of come) left.delete(number)
        await noteLostOrdersRead(tx, { store_id: store.id, numbers: come, now: now() })
        const added = saved.created + saved.changed
        await note(tx, { done: done + come.length, expected: numbers.length, added, left: [...left.values()] })
      },
    )
    if (failed.size === 0) continue
    for (const [number, error] of failed) {
      const one = unbooked({ report }, { number, day: days.get(number)!, error })
      if (left.size < MOST_GAPS) left.set(number, one)
    }
    const progress = { done: done + part.length, expected: numbers.length, added: 0, left: [...left.values()] }
    await seeing(sql, 'all', (tx) => note(tx, progress))
  }
  return [...left.values()]
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

async function begin(
  sql: Sql,
  admin: ShopifyAdmin,
  { sync }: SyncRun,
  { search, unread }: { search: string; unread: Unread[] },
): Promise<Bulk> {
  const operation = await startBulk(admin, ordersInBulk(search))
  const bulk = { operation, search, bytes: 0, lines: 0, booked: 0, done: 0, polls: 0 }
  await seeing(sql, 'all', async (tx) => {
    await clearBulkObjects(tx, { sync_id: sync.id })
    await noteSync(tx, { id: sync.id, cursor: { bulk, unread }, done: 0, expected: null, added: 0 })
  })
  return bulk
}

type Importing = Shop & {
  run: SyncRun
  bulk: Bulk
  unread: Unread[]
  /** The file holds all orders since this day: what is booked and not in it, is gone. */
  whole?: { since: string }
}

async function importFile(deps: Deps, importing: Importing): Promise<SyncDone> {
  const { admin, run, bulk: begun, store, whole } = importing
  const { sql } = deps
  const { id: sync_id } = run.sync
  const { signal } = run
  let { unread } = importing
  const polled = await pollBulk(admin, begun.operation)
  if (polled.state === 'running') {
    const polls = begun.polls + 1
    const progress = { cursor: { bulk: { ...begun, polls }, unread }, done: begun.done, expected: null, added: 0 }
    await seeing(sql, 'all', (tx) => noteSync(tx, { id: sync_id, ...progress }))
    return { again_in: Math.min(polls, LONGEST_PAUSE) }
  }
  if (polled.state !== 'ready') {
    const progress = { done: 0, expected: null, added: 0 }
    await seeing(sql, 'all', (tx) => noteSync(tx, { id: sync_id, cursor: { unread }, ...progress }))
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
      cursorOf: ({ bytes, lines }) => ({ bulk: { ...bulk, bytes, lines }, unread }),
    })
    bulk = { ...bulk, bytes: read.bytes, lines: read.lines }
  }
  for (;;) {
    signal.throwIfAborted()
    const asked = { sync_id, after: bulk.booked, limit: BATCH }
    const next = await seeing(sql, 'all', (tx) => nextBulkOrders(tx, asked))
    if (next.count === 0) break
    const days = new Map(next.orders.map(({ id, processedAt }) => [numberOf(id), processedAt.slice(0, 10)]))
    const read = new Set([...days.keys(), ...next.unread.map(({ number }) => number)])
    const others = unread.filter(({ number }) => !read.has(number))
    bulk = { ...bulk, booked: next.after, done: bulk.done + next.count }
    const disputes = await disputesOf(admin, next.orders)
    const saving = { store, orders: next.orders, disputes, reason: 'changed in Shopify' }
    await saveEach(sql, saving, (tx, added, failed) => {
      const parked = [...failed].map(([number, error]) => unbooked(deps, { number, day: days.get(number)!, error }))
      unread = [...others, ...next.unread, ...parked].slice(0, MOST_GAPS)
      return noteSync(tx, { id: sync_id, cursor: { bulk, unread }, done: bulk.done, expected: polled.roots, added })
    })
  }
  if (whole) {
    // What is booked and does not stand in the file was deleted, or placed while the file was written.
    const asked = { sync_id, store_id: store.id, since: whole.since }
    const orders = await seeing(sql, 'all', (tx) => listOrdersNotInFile(tx, asked))
    unread = [...unread, ...(await rereadAll(deps, { ...importing, orders, unread: [] }))].slice(0, MOST_GAPS)
  }
  await seeing(sql, 'all', async (tx) => {
    await clearBulkObjects(tx, { sync_id })
    const cursor = whole ? {} : { unread }
    await noteSync(tx, { id: sync_id, cursor, done: bulk.done, expected: polled.roots, added: 0 })
  })
  if (bulk.done !== polled.roots)
    throw new AppError('conflict', `The shop's file should hold ${polled.roots} orders, and holds ${bulk.done}.`)
  const gaps = gapsOf(unread)
  return run.range ? { gaps } : { covered_until: new Date(polled.begun), gaps }
}
