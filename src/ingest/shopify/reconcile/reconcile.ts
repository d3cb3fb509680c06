import * as v from 'valibot'
import { forgetWhatWasSaid, ordersCoveredUntil } from '../../../../sql/booked-orders.ts'
import { lockStores } from '../../../../sql/booking.ts'
import { clearBulkObjects } from '../../../../sql/bulk-objects.ts'
import { seeing, type Sql } from '../../../../sql/connect.ts'
import type { Explained, Figures } from '../../../../sql/reconciled.ts'
import { RECONCILED_DAYS } from '../../../../sql/reconciliation.ts'
import { keepShopifyEvent } from '../../../../sql/shopify-events.ts'
import { getStoreOfId, type Store, timesOfDays } from '../../../../sql/stores.ts'
import { noteSync } from '../../../../sql/sync-state.ts'
import { addDays, dayIn, type Range } from '../../../day.ts'
import { AppError } from '../../../errors.ts'
import type { Connector, SyncDone, SyncRun } from '../../../jobs/run-sync.ts'
import type { ShopifyAdmin } from '../../../shopify/admin.ts'
import type { OpenShop } from '../../../shopify/open-shop.ts'
import { hasScope } from '../../../shopify/app-scopes.ts'
import { startBulk } from '../bulk-operation.ts'
import { ordersInBulk } from '../order-document.ts'
import { SEEN } from '../read-orders.ts'
import { compareDays, type TheirsOf } from './compare-days.ts'
import { isSame, none, plus } from './figures.ts'
import { agreedOrders } from './order-agreements.ts'
import { NoReport, reportedDays, reportedOrders, type ReportedOrder } from './sales-report.ts'
import { saveReconciliation } from './save-reconciliation.ts'

/** Days that are compared every hour, today included; all of them once a night, after this hour of the store's clocks. */
const [RECENT, NIGHT] = [3, 3]
/** Seconds after which the shop is asked again for a file that it still writes. */
const PAUSE = 5
/** Milliseconds after which looks at the shop that bring nothing in are a fault. */
const LATE = 2 * 3_600_000

const Cursor = v.object({
  /** The last night on which all days were compared. */
  full_on: v.optional(v.string()),
  /** Without the sales report of the shop: why, the file of its orders, the days that it is for, and since when the app sees orders. */
  written: v.optional(
    v.object({
      from: v.string(),
      to: v.string(),
      since: v.string(),
      why: v.string(),
      operation: v.string(),
      bytes: v.number(),
      lines: v.number(),
    }),
  ),
})
type Cursor = v.InferOutput<typeof Cursor>

type Deps = { sql: Sql; now: () => Date; openShop: OpenShop }
type Comparing = {
  admin: ShopifyAdmin
  run: SyncRun
  store: Store
  range: Range
  /** Not all days that count. */
  isRecent: boolean
  cursor: Cursor
  covered_until: Date
}
/** What the shop says of days and of the orders of each. */
type Said = { days: Map<string, Figures>; theirsOf: TheirsOf }

/**
 * Holds our books against what the shop says of each day: seven measures, to the cent. The shop's own sales report is asked; where the app
 * may not read it, the sales agreements of its orders are added up instead. Where a day differs, each order that makes the difference is
 * noted with its cause, and read again when our books are behind, so that the next run proves them right.
 */
export const reconcile =
  ({ sql, now, openShop }: Deps): Connector =>
  async (run) => {
    const { store_id } = run.sync
    if (store_id === null) throw new AppError('conflict', 'Orders belong to a store.')
    const { store, admin, covered } = await seeing(sql, 'all', async (tx) => {
      const found = await getStoreOfId(tx, { id: store_id })
      return { store: found, admin: await openShop(tx, found), covered: await ordersCoveredUntil(tx, { store_id }) }
    })
    const cursor = v.parse(Cursor, run.sync.cursor)
    const range = run.range ?? daysToCompare(store, cursor, now())
    if (!covered)
      return { gaps: [{ ...range, reason: 'The orders of the shop are not all in yet: the days are compared when they are.' }] } // prettier-ignore
    const isRecent = range.from > addDays(range.to, 1 - RECONCILED_DAYS)
    const comparing = { admin, run, store, range, isRecent, cursor, ...covered }
    const { written } = cursor
    if (written?.from === range.from && written.to === range.to) return compareFile({ sql, now }, comparing, written)
    try {
      return await compareReport({ sql, now }, comparing)
    } catch (error) {
      if (!(error instanceof NoReport)) throw error
      return await beginFile({ sql, now }, comparing, error.message)
    }
  }

function daysToCompare({ time_zone }: Store, { full_on, written }: Cursor, now: Date): Range {
  // What waits for a file is compared to its end.
  if (written) return { from: written.from, to: written.to }
  const today = dayIn(time_zone, now)
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone: time_zone, hour: '2-digit', hourCycle: 'h23' }).format(now)) // prettier-ignore
  const isFull = full_on === undefined || (full_on < today && hour >= NIGHT)
  return { from: addDays(today, 1 - (isFull ? RECONCILED_DAYS : RECENT)), to: today }
}

type Clock = Pick<Deps, 'sql' | 'now'>

const sumOf = (orders: readonly ReportedOrder[]) => orders.map(({ figures }) => figures).reduce(plus, none())

async function compareReport({ sql, now }: Clock, comparing: Comparing): Promise<SyncDone> {
  const { admin, store, range } = comparing
  const days = await reportedDays(admin, { ...range, ...store })
  const theirsOf: TheirsOf = async (day, total) => {
    const orders = await reportedOrders(admin, { day, ...store })
    if (isSame(sumOf(orders), total)) return { orders, total }
    // Something may have happened between the two.
    const again = (await reportedDays(admin, { from: day, to: day, ...store })).get(day) ?? none()
    return { orders, total: again }
  }
  return compare({ sql, now }, comparing, { source: 'report', said: { days, theirsOf }, gaps: [] })
}

/** Lets the shop write its orders into a file; an app that may not read all of them is spared what it does not see. */
async function beginFile({ sql, now }: Clock, comparing: Comparing, why: string): Promise<SyncDone> {
  const { admin, run, store, range, cursor } = comparing
  const { id: sync_id } = run.sync
  const oldest = addDays(dayIn(store.time_zone, now()), 1 - SEEN)
  const since = range.from >= oldest || (await hasScope(admin, 'read_all_orders')) ? range.from : oldest
  if (since > range.to) return { gaps: [{ ...range, reason: `${why} ${NOT_SEEN}` }] }
  const { from } = await seeing(sql, 'all', (tx) => timesOfDays(tx, { store_id: store.id, from: since, to: range.to }))
  // Whatever happened to an order on one of the days changed it then.
  const operation = await startBulk(admin, ordersInBulk(`updated_at:>='${from}'`))
  const written = { ...range, since, why, operation, bytes: 0, lines: 0 }
  await seeing(sql, 'all', async (tx) => {
    await clearBulkObjects(tx, { sync_id })
    await noteSync(tx, { id: sync_id, cursor: { ...cursor, written }, done: 0, expected: null, added: 0 })
  })
  return { again_in: PAUSE }
}

async function compareFile(
  { sql, now }: Clock,
  comparing: Comparing,
  written: NonNullable<Cursor['written']>,
): Promise<SyncDone> {
  const { admin, run, store, range, cursor } = comparing
  const { id: sync_id } = run.sync
  const cursorOf = (read: { bytes: number; lines: number }) => ({ ...cursor, written: { ...written, ...read } })
  const agreed = await agreedOrders({ sql, admin, sync_id, store, written, cursorOf, signal: run.signal })
  if (agreed === 'running') return { again_in: PAUSE }
  if (agreed === 'gone') {
    const kept = { full_on: cursor.full_on }
    await seeing(sql, 'all', (tx) => noteSync(tx, { id: sync_id, cursor: kept, done: 0, expected: null, added: 0 }))
    return { again_in: 0 }
  }
  const { since, why } = written
  const ofDay = (day: string) => agreed.days.get(day) ?? []
  const said = {
    days: new Map([...agreed.days].map(([day, orders]) => [day, sumOf(orders)])),
    theirsOf: (day: string, total: Figures) => Promise.resolve({ orders: ofDay(day), total }),
  }
  const gaps = [
    ...[`${why} ${BY_ORDERS}`, ...agreed.unread].map((reason) => ({ from: since, to: range.to, reason })),
    ...(since > range.from ? [{ from: range.from, to: addDays(since, -1), reason: NOT_SEEN }] : []),
  ]
  return compare({ sql, now }, { ...comparing, range: { from: since, to: range.to } }, { source: 'orders', said, gaps })
}

const BY_ORDERS = 'The days were compared with the sales agreements of its orders instead.'
const NOT_SEEN = 'The app sees orders of the last 60 days only: it lacks read_all_orders.'

type Against = { source: 'report' | 'orders'; said: Said; gaps: NonNullable<SyncDone['gaps']> }

async function compare({ sql, now }: Clock, comparing: Comparing, { source, said, gaps }: Against): Promise<SyncDone> {
  const { admin, run, store, range, cursor, covered_until } = comparing
  const begun = now()
  const days: { day: string; theirs: Figures }[] = []
  for (let day = range.from; day <= range.to; day = addDays(day, 1))
    days.push({ day, theirs: said.days.get(day) ?? none() })
  const isCurrent = begun.getTime() - covered_until.getTime() < LATE
  const { theirsOf } = said
  const compared = await compareDays({ sql, admin, store, covered_until, isCurrent, theirsOf, now: begun, signal: run.signal }, days) // prettier-ignore
  const full_on = run.range || comparing.isRecent ? cursor.full_on : range.to
  await seeing(sql, 'all', async (tx) => {
    await lockStores(tx, { store_ids: [store.id] })
    await saveReconciliation(tx, { store_id: store.id, source, ...compared, now: begun })
    await rereadLater(tx, store, compared.orders, begun)
    await clearBulkObjects(tx, { sync_id: run.sync.id })
    await noteSync(tx, { id: run.sync.id, cursor: { full_on }, done: 0, expected: null, added: days.length })
  })
  return { covered_until: begun, gaps }
}

/** Lets the orders that our books are behind with be read again, also those of which the shop says the same as before. */
async function rereadLater(tx: Sql, { id: store_id }: Store, orders: readonly Explained[], now: Date): Promise<void> {
  const numbers = [...new Set(orders.flatMap(({ reread, key }) => (reread ? [key] : [])))]
  if (numbers.length === 0) return
  await forgetWhatWasSaid(tx, { store_id, numbers })
  for (const number of numbers)
    await keepShopifyEvent(tx, {
      store_id,
      topic: 'reconciliation',
      event_id: `${number} ${now.toISOString()}`,
      kind: 'order',
      number,
      triggered_at: now,
      now,
    })
}
