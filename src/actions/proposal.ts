import type { addAction } from '../../sql/actions.ts'
import type { AgentName } from '../../sql/conversations.ts'
import type { Who } from '../access.ts'
import type { CancelReason } from '../shopify/cancel-order.ts'
import type { OpenShop } from '../shopify/open-shop.ts'
import type { Sql } from '../../sql/connect.ts'

export type OfOrder = { order: string; store?: string | undefined }
/** What may be proposed. Amounts in major units as decimal text; days as `YYYY-MM-DD`. */
export type Proposal =
  | ({ kind: 'refund'; amount?: string | undefined; notify_customer?: boolean | undefined } & OfOrder)
  | ({
      kind: 'cancel'
      notify_customer?: boolean | undefined
      restock?: boolean | undefined
      because?: CancelReason | undefined
    } & OfOrder)
  | ({
      kind: 'address'
      first_name: string
      last_name: string
      company?: string | undefined
      address1: string
      address2: string
      zip: string
      city: string
      province?: string | undefined
      country: string
      phone?: string | undefined
    } & OfOrder)
  | ({ kind: 'note'; note: string } & OfOrder)
  | ({ kind: 'tag'; add?: string[] | undefined; remove?: string[] | undefined } & OfOrder)
  | ({ kind: 'tracking_mail'; number: string; company: string } & OfOrder)
  | { kind: 'price'; store: string; sku: string; price: string }
  | { kind: 'inventory'; store: string; sku: string; available: number; location?: string | undefined }
  | {
      kind: 'unit_cost'
      product_id: number
      unit_cost: string
      currency: string
      from?: string | undefined
      to?: string | undefined
      store?: string | undefined
    }

/** On whose behalf something is proposed, and from where. */
export type Proposer = { who: Who; now: Date; agent: AgentName | null; conversation_id: number | null }
/** How proposals are drawn: `db` with the rights of the person; without `openShop` nothing can be proposed that the shop itself must be asked for. */
export type Proposing = { db: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>; openShop?: OpenShop | undefined }
/** A proposal with its values and what it is expected to do. */
export type Drawn = Pick<
  Parameters<typeof addAction>[1],
  'store_id' | 'order_id' | 'product_id' | 'product_ids' | 'target' | 'old_value' | 'new_value' | 'effect'
>
