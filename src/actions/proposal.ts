import type { addAction } from '../../sql/actions.ts'
import type { AgentName } from '../../sql/conversations.ts'
import type { Who } from '../access.ts'

export type OfOrder = { order: string; store?: string | undefined }
/** What may be proposed. Amounts in major units as decimal text; days as `YYYY-MM-DD`. */
export type Proposal =
  | ({ kind: 'refund'; amount?: string | undefined; notify_customer?: boolean | undefined } & OfOrder)
  | ({ kind: 'cancel'; notify_customer?: boolean | undefined } & OfOrder)
  | ({
      kind: 'address'
      first_name: string
      last_name: string
      address1: string
      address2: string
      zip: string
      city: string
      country: string
    } & OfOrder)
  | ({ kind: 'note'; note: string } & OfOrder)
  | ({ kind: 'tracking_mail'; number: string; company: string } & OfOrder)
  | { kind: 'price'; store: string; sku: string; price: string }
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
/** A proposal with its values and what it is expected to do. */
export type Drawn = Pick<
  Parameters<typeof addAction>[1],
  'store_id' | 'order_id' | 'product_id' | 'product_ids' | 'target' | 'old_value' | 'new_value' | 'effect'
>
