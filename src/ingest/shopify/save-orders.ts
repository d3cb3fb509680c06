import { allowBulkMemory, lockStores } from '../../../sql/booking.ts'
import { type Sql, transaction } from '../../../sql/connect.ts'
import {
  createSaidVariants,
  type SaidOrder,
  saveSaidAmounts,
  saveSaidLines,
  saveSaidOrders,
  saveSaidRefundLines,
  saveSaidRefunds,
  voidSaidOrder,
} from '../../../sql/shopify-orders.ts'
import { setNestedLoops } from '../../../sql/staged-orders.ts'
import { bookOrders } from '../../ledger/book.ts'

/** Orders that are few enough to loop over. */
const FEW = 20

export type Saved = { created: number; changed: number; unchanged: number; entries: number }

/** What is booked of an order is told by this, so that one that says the same as before is left alone. */
const hashed = (order: SaidOrder) => {
  const { updated_at: _, ...said } = order
  return { ...order, content_hash: `shopify ${Bun.hash(JSON.stringify(said)).toString(36)}` }
}

/**
 * Saves what a shop says of orders of a store, and books what differs from before in the same transaction. The same again changes nothing,
 * and neither does what the shop said before its last change that we know of.
 * @param given.reason of what is restated
 */
export function saveOrders(
  sql: Sql,
  { store_id, orders: given, reason }: { store_id: number; orders: readonly SaidOrder[]; reason: string },
): Promise<Saved> {
  return transaction(sql, async (tx) => {
    await lockStores(tx, { store_ids: [store_id] })
    const batch = { store_id, orders: JSON.stringify(given.map(hashed)) }
    await allowBulkMemory(tx, {})
    const saved = await saveSaidOrders(tx, batch)
    if (saved.length === 0) return { created: 0, changed: 0, unchanged: given.length, entries: 0 }
    const ids = saved.map(({ id }) => id)
    await createSaidVariants(tx, batch)
    for (const save of [saveSaidLines, saveSaidRefunds, saveSaidRefundLines, saveSaidAmounts])
      await save(tx, { ...batch, ids })
    // The planner takes a batch of one store for one order and loops over all for each: 5 s for 500 orders, without loops 0.4 s.
    if (ids.length > FEW) await setNestedLoops(tx, { allowed: 'off' })
    const entries = await bookOrders(tx, { store_id, order_ids: ids, reason })
    if (ids.length > FEW) await setNestedLoops(tx, { allowed: 'on' })
    const created = saved.filter((order) => order.created).length
    return { created, changed: saved.length - created, unchanged: given.length - saved.length, entries }
  })
}

/**
 * Takes out of the books what a shop does not have any more, unless it was placed before `placed_after`. Resolves to the number of entries
 * appended.
 */
export function voidOrder(
  sql: Sql,
  { reason, ...gone }: { store_id: number; source_id: string; placed_after: Date | null; reason: string; now: Date },
): Promise<number> {
  return transaction(sql, async (tx) => {
    const { store_id } = gone
    await lockStores(tx, { store_ids: [store_id] })
    const order_ids = (await voidSaidOrder(tx, gone)).map(({ id }) => id)
    return order_ids.length > 0 ? bookOrders(tx, { store_id, order_ids, reason }) : 0
  })
}
