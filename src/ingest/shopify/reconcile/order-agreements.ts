import { clearBulkObjects, countBulkObjects } from '../../../../sql/bulk-objects.ts'
import { seeing, type Sql } from '../../../../sql/connect.ts'
import type { ShopifyAdmin } from '../../../shopify/admin.ts'
import { pollBulk } from '../bulk-operation.ts'
import { nextBulkOrders } from '../bulk-orders.ts'
import { numberOf } from '../order-shape.ts'
import { stageBulk } from '../stage-bulk.ts'
import { agreedFigures } from './order-figures.ts'
import type { ReportedOrder } from './sales-report.ts'

/** Orders that are added up at once. */
const BATCH = 500

/** The operation that writes the orders into a file, and what of it is staged. */
export type Written = { operation: string; bytes: number; lines: number }
type Given = {
  sql: Sql
  admin: ShopifyAdmin
  sync_id: number
  store: { currency: string; time_zone: string }
  written: Written
  cursorOf: (read: Pick<Written, 'bytes' | 'lines'>) => unknown
  signal: AbortSignal
}

/**
 * What the orders in a file of the shop come to by day, from their sales agreements alone. Tests and voided orders are left out, as we do.
 * @returns `running` while the shop still writes the file; `gone` when it must be asked for anew
 */
export async function agreedOrders({ sql, admin, sync_id, store, written, cursorOf, signal }: Given) {
  const polled = await pollBulk(admin, written.operation)
  if (polled.state === 'running' || polled.state === 'gone') return polled.state
  if (polled.state === 'failed') throw polled.error
  const staged = await seeing(sql, 'all', (tx) => countBulkObjects(tx, { sync_id }))
  let read = { bytes: written.bytes, lines: written.lines }
  if (staged.lines !== written.lines) {
    // After a crash of the database what was staged is gone.
    await seeing(sql, 'all', (tx) => clearBulkObjects(tx, { sync_id }))
    read = { bytes: 0, lines: 0 }
  }
  if (polled.url !== null) await stageBulk(sql, { sync_id, url: polled.url, objects: polled.objects, read, cursorOf, signal }) // prettier-ignore
  const days = new Map<string, ReportedOrder[]>()
  const unread: string[] = []
  for (let after = 0; ;) {
    signal.throwIfAborted()
    const asked = { sync_id, after, limit: BATCH }
    const next = await seeing(sql, 'all', (tx) => nextBulkOrders(tx, asked))
    if (next.count === 0) return { days, unread }
    after = next.after
    unread.push(...next.unread.map(({ reason }) => reason))
    for (const order of next.orders) {
      if (order.test || order.displayFinancialStatus === 'VOIDED') continue
      const figures = agreedFigures(order, store)
      for (const day of figures.keys()) {
        const orders = days.get(day) ?? []
        orders.push({ number: numberOf(order.id), name: order.name, figures: figures.of(day) })
        days.set(day, orders)
      }
    }
  }
}
