import * as v from 'valibot'
import { bookedDays, forgetWhatWasSaid, ordersCoveredUntil } from '../../../../sql/booked-orders.ts'
import { lockStores } from '../../../../sql/booking.ts'
import { clearBulkObjects } from '../../../../sql/bulk-objects.ts'
import { seeing, type Sql } from '../../../../sql/connect.ts'
import type { Compared, Explained, Figures } from '../../../../sql/reconciled.ts'
import { RECONCILED_DAYS } from '../../../../sql/reconciliation.ts'
import { keepShopifyEvent } from '../../../../sql/shopify-events.ts'
import { getStoreOfId, type Store, timesOfDays } from '../../../../sql/stores.ts'
import { noteSync } from '../../../../sql/sync-state.ts'
import { addDays, dayIn, type Range } from '../../../day.ts'
import { AppError } from '../../../errors.ts'
import type { Connector, SyncDone, SyncRun } from '../../../jobs/run-sync.ts'
import type { ShopifyAdmin } from '../../../shopify/admin.ts'
import type { OpenShop } from '../../../shopify/open-shop.ts'
import { startBulk } from '../bulk-operation.ts'
import { ordersInBulk } from '../order-document.ts'
import { explainDays } from './explain-days.ts'
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
  /** Without the sales report of the shop: the file of its orders, and which days it is for. */
  written: v.optional(
    v.object({ from: v.string(), to: v.string(), operation: v.string(), bytes: v.number(), lines: v.number() }),
  ),
})
type Cursor = v.InferOutput<typeof Cursor>

type Deps = { sql: Sql; now: () => Date; openShop: OpenShop }
type Comparing = { admin: ShopifyAdmin; run: SyncRun; store: Store; range: Range; cursor: Cursor; covered_until: Date }
/** What the shop says of days and of the orders of each. */
type Said = { days: Map<string, Figures>; theirsOf: (day: string) => Promise<readonly ReportedOrder[]> }

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
    const comparing = { admin, run, store, range, cursor, ...covered }
    const { written } = cursor
    if (written?.from === range.from && written.to === range.to) return compareOrders({ sql, now }, comparing, '')
    try {
      return await compareReport({ sql, now }, comparing)
    } catch (error) {
      if (!(error instanceof NoReport)) throw error
      return await compareOrders({ sql, now }, comparing, error.message)
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

async function compareReport({ sql, now }: Clock, comparing: Comparing): Promise<SyncDone> {
  const { admin, store, range } = comparing
  const days = await reportedDays(admin, { ...range, ...store })
  const theirsOf = (day: string) => reportedOrders(admin, { day, ...store })
  return compare({ sql, now }, comparing, { source: 'report', said: { days, theirsOf }, gaps: [] })
}

async function compareOrders({ sql, now }: Clock, comparing: Comparing, why: string): Promise<SyncDone> {
  const { admin, run, store, range, cursor } = comparing
  const { id: sync_id } = run.sync
  const note = (changed: Cursor) =>
    seeing(sql, 'all', (tx) => noteSync(tx, { id: sync_id, cursor: changed, done: 0, expected: null, added: 0 }))
  const { written } = cursor
  if (!written || why !== '') {
    const { from } = await seeing(sql, 'all', (tx) => timesOfDays(tx, { store_id: store.id, ...range }))
    // Whatever happened to an order on one of the days changed it then.
    const operation = await startBulk(admin, ordersInBulk(`updated_at:>='${from}'`))
    await seeing(sql, 'all', (tx) => clearBulkObjects(tx, { sync_id }))
    await note({ ...cursor, written: { ...range, operation, bytes: 0, lines: 0 } })
    return { again_in: PAUSE }
  }
  const cursorOf = (read: { bytes: number; lines: number }) => ({ ...cursor, written: { ...written, ...read } })
  const agreed = await agreedOrders({ sql, admin, sync_id, store, written, cursorOf, signal: run.signal })
  if (agreed === 'running') return { again_in: PAUSE }
  if (agreed === 'gone') {
    await note({ ...(cursor.full_on !== undefined && { full_on: cursor.full_on }) })
    return { again_in: 0 }
  }
  const ofDay = (day: string) => agreed.days.get(day) ?? []
  const days = new Map([...agreed.days].map(([day, orders]) => [day, orders.map(({ figures }) => figures).reduce(plus, none())])) // prettier-ignore
  const gaps = [NO_REPORT, ...agreed.unread].map((reason) => ({ ...range, reason }))
  return compare({ sql, now }, comparing, { source: 'orders', said: { days, theirsOf: (day) => Promise.resolve(ofDay(day)) }, gaps }) // prettier-ignore
}

const NO_REPORT =
  'The app may not read the shop’s own sales report (read_reports, with access to protected customer data): the days were compared with the sales agreements of its orders instead.'

type Against = { source: 'report' | 'orders'; said: Said; gaps: NonNullable<SyncDone['gaps']> }

async function compare({ sql, now }: Clock, comparing: Comparing, { source, said, gaps }: Against): Promise<SyncDone> {
  const { admin, run, store, range, cursor, covered_until } = comparing
  const begun = now()
  const booked = await seeing(sql, 'all', (tx) => bookedDays(tx, { store_id: store.id, ...range }))
  const ours = new Map(booked.map(({ day, ...figures }) => [day, figures]))
  const days: { day: string; ours: Figures; theirs: Figures }[] = []
  for (let day = range.from; day <= range.to; day = addDays(day, 1))
    days.push({ day, ours: ours.get(day) ?? none(), theirs: said.days.get(day) ?? none() })
  const [same, other] = [days.filter((one) => isSame(one.ours, one.theirs)), days.filter((one) => !isSame(one.ours, one.theirs))] // prettier-ignore
  const isCurrent = begun.getTime() - covered_until.getTime() < LATE
  const { theirsOf } = said
  const explained = await explainDays({ sql, admin, store, covered_until, isCurrent, theirsOf, signal: run.signal }, other) // prettier-ignore
  const full_on = run.range || range.from !== addDays(range.to, 1 - RECONCILED_DAYS) ? cursor.full_on : range.to
  const compared: Compared[] = [...same.map((one) => ({ ...one, by_rule: none() })), ...explained.days]
  await seeing(sql, 'all', async (tx) => {
    await lockStores(tx, { store_ids: [store.id] })
    await saveReconciliation(tx, { store_id: store.id, source, days: compared, orders: explained.orders, now: begun })
    await rereadLater(tx, store, explained.orders, begun)
    await clearBulkObjects(tx, { sync_id: run.sync.id })
    const kept = full_on === undefined ? {} : { full_on }
    await noteSync(tx, { id: run.sync.id, cursor: kept, done: 0, expected: null, added: compared.length })
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
