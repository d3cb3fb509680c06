import type { ActionKind } from '../../sql/action-limits.ts'
import type { Sql } from '../../sql/connect.ts'
import { findShopifyShop } from '../../sql/shopify-shops.ts'
import { mustMay } from '../shopify/app-scopes.ts'
import { notConnected } from '../shopify/open-shop.ts'
import type { Executor } from './executor.ts'
import { address } from './kinds/address.ts'
import { cancel } from './kinds/cancel.ts'
import { inventory } from './kinds/inventory.ts'
import { note } from './kinds/note.ts'
import { price } from './kinds/price.ts'
import { refund } from './kinds/refund.ts'
import { tag } from './kinds/tag.ts'
import { trackingMail } from './kinds/tracking-mail.ts'
import { unitCost } from './kinds/unit-cost.ts'

export const EXECUTORS: Record<ActionKind, Executor> = {
  refund,
  cancel,
  address,
  note,
  tag,
  price,
  inventory,
  unit_cost: unitCost,
  tracking_mail: trackingMail,
}

/** @throws AppError `conflict` for what could not be carried out even with a yes, so that nobody is asked for one */
export async function mustBeExecutable(sql: Sql, kind: ActionKind, store: { id: number; slug: string }): Promise<void> {
  const executor = EXECUTORS[kind]
  if (executor.where === 'here') return
  const shop = await findShopifyShop(sql, { store_id: store.id })
  if (!shop) throw notConnected(store.slug)
  // Whoever connects a shop is told its scopes, which is never without any.
  if (shop.scopes.length > 0) mustMay(shop.scopes, executor.writes, executor.what)
}
