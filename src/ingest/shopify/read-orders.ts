import type { Sql } from '../../../sql/connect.ts'
import type { ShopifyAdmin } from '../../shopify/admin.ts'
import { type Dispute, disputesOf } from './disputes.ts'
import { mapOrder } from './map-order.ts'
import type { ShopifyOrder } from './order-shape.ts'
import { readOrder } from './read-order.ts'
import { type Saved, saveOrders, voidOrder } from './save-orders.ts'

/** Orders that a shop is asked for at the same moment. */
const AT_ONCE = 4

/** Orders of a shop as it has them now: those that are there with their chargebacks, and the numbers of those that it does not have any more. */
export type ReadOrders = { orders: ShopifyOrder[]; disputes: Map<string, Dispute>; gone: string[] }

/**
 * Reads orders again, several at a time. One that fails does not keep the others back unless the shop does not answer at all.
 * @param failed is told of each that could not be read; what it throws ends it all
 */
export async function readOrders(
  admin: ShopifyAdmin,
  numbers: readonly string[],
  failed: (number: string, error: unknown) => void,
): Promise<ReadOrders> {
  const read: ReadOrders = { orders: [], disputes: new Map(), gone: [] }
  const waiting = [...numbers]
  const reader = async () => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      try {
        const order = await readOrder(admin, number)
        if (order) read.orders.push(order)
        else read.gone.push(number)
      } catch (error) {
        failed(number, error)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, reader))
  return { ...read, disputes: await disputesOf(admin, read.orders) }
}

/** Books orders as they were read, those that are gone included, in a transaction that sees all stores. */
export async function bookReadOrders(
  sql: Sql,
  {
    store,
    read: { orders, disputes, gone },
    reason,
  }: { store: { id: number; currency: string }; read: ReadOrders; reason: string },
): Promise<Saved> {
  const said = orders.map((order) => mapOrder(order, store.currency, disputes))
  const saved = await saveOrders(sql, { store_id: store.id, orders: said, reason })
  for (const source_id of gone) {
    const entries = await voidOrder(sql, { store_id: store.id, source_id, reason: 'deleted in Shopify' })
    saved.entries += entries
    if (entries > 0) saved.changed += 1
    else saved.unchanged += 1
  }
  return saved
}
