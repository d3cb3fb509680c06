import type { TakenAction } from '../../sql/actions.ts'
import type { Sql } from '../../sql/connect.ts'
import type { ShopifyAdmin } from '../shopify/admin.ts'
import type { Writes } from '../shopify/app-scopes.ts'

/** What an action changed in a shop: an order or a product by its id there. It is read into the books again. */
export type Changed = { order: string } | { product: string }

/**
 * How a kind is carried out: in our own data within the transaction of the approval, or in the shop outside of any. What it answers is kept
 * as the action's result. In the shop it must be safe to do again at any moment, since a connection may break or we may be killed after the
 * shop has done it; it refuses with a `conflict` that says what changed when the shop is not as the proposal showed it.
 */
export type Executor =
  | { where: 'here'; undo: boolean; run: (sql: Sql, action: TakenAction, now: Date) => Promise<object> }
  | {
      where: 'shop'
      undo: boolean
      /** Scopes of the app, and what takes them in words. */
      writes: Writes
      what: string
      run: (admin: ShopifyAdmin, action: TakenAction) => Promise<{ result: object; changed: Changed }>
    }
