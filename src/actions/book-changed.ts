import { seeing, type Sql } from '../../sql/connect.ts'
import { getStoreOfId } from '../../sql/stores.ts'
import { numberOf } from '../ingest/shopify/order-shape.ts'
import { bookReadOrders, isWholeShop, readOrders } from '../ingest/shopify/read-orders.ts'
import { rereadProduct } from '../ingest/shopify/read-product.ts'
import type { ShopifyAdmin } from '../shopify/admin.ts'
import type { Changed } from './executor.ts'

type Deps = { sql: Sql; now: () => Date; admin: ShopifyAdmin }

/**
 * Reads what an action changed in the shop into the books, so that figures move at once. Where the shop does not answer right now it comes
 * in with its webhook, or with the sweep: the action itself was carried out.
 */
export async function bookChanged(
  { sql, now, admin }: Deps,
  action: { id: number; store_id: number },
  changed: Changed,
): Promise<void> {
  const store = await seeing(sql, 'all', (tx) => getStoreOfId(tx, { id: action.store_id }))
  try {
    if ('product' in changed) await rereadProduct({ sql, now, admin }, { store, number: numberOf(changed.product) })
    else {
      const read = await readOrders(admin, [numberOf(changed.order)])
      const reason = `action ${action.id} in Shopify`
      await seeing(sql, 'all', (tx) => bookReadOrders(tx, { store, read, reason, now: now() }))
    }
  } catch (error) {
    if (!isWholeShop(error)) throw error
  }
}
