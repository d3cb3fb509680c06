import { seeing, type Sql } from '../../../sql/connect.ts'
import type { Dispute } from './disputes.ts'
import { mapOrder } from './map-order.ts'
import { numberOf, type ShopifyOrder } from './order-shape.ts'
import { isWholeShop } from './read-orders.ts'
import { type Saved, saveOrders } from './save-orders.ts'

/** Where not one of more orders than these can be booked, it is not the orders that are odd. */
const ODD_AT_MOST = 20

type Saving = {
  store: { id: number; currency: string }
  orders: readonly ShopifyOrder[]
  disputes: ReadonlyMap<string, Dispute>
  /** Of what is restated. */
  reason: string
}

/**
 * Books orders of a file in one transaction with a note of how far it is. When that fails they are booked in ever smaller halves and the note
 * comes last, so that one that cannot be booked does not keep the others back; cut off in between, it can be done again.
 * @param note gets how many were added or changed, and those that cannot be booked: their numbers with why
 * @throws what keeps all of more than twenty orders back
 */
export async function saveEach(
  sql: Sql,
  { store, orders, disputes, reason }: Saving,
  note: (tx: Sql, added: number, failed: ReadonlyMap<string, unknown>) => Promise<unknown>,
): Promise<void> {
  const failed = new Map<string, unknown>()
  const save = (tx: Sql, some: readonly ShopifyOrder[]): Promise<Saved> =>
    saveOrders(tx, {
      store_id: store.id,
      orders: some.map((order) => mapOrder(order, store.currency, disputes)),
      reason,
    })
  const addedOf = ({ created, changed }: Saved) => created + changed
  const saveHalves = async (some: readonly ShopifyOrder[]): Promise<number> => {
    const half = Math.ceil(some.length / 2)
    let added = 0
    for (const part of [some.slice(0, half), some.slice(half)]) {
      if (part.length === 0) continue
      try {
        added += addedOf(await seeing(sql, 'all', (tx) => save(tx, part)))
      } catch (error) {
        if (isWholeShop(error)) throw error
        if (part.length === 1) failed.set(numberOf(part[0]!.id), error)
        else added += await saveHalves(part)
      }
    }
    return added
  }
  try {
    await seeing(sql, 'all', async (tx) => note(tx, addedOf(await save(tx, orders)), failed))
  } catch (error) {
    if (isWholeShop(error)) throw error
    const added = await saveHalves(orders)
    if (failed.size === orders.length && orders.length > ODD_AT_MOST) throw error
    await seeing(sql, 'all', (tx) => note(tx, added, failed))
  }
}
