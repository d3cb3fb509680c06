import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, query, type Statement } from './query.ts'
import { Amount, Count, Id } from './units.ts'

export const ActionKind = v.picklist([
  'refund',
  'cancel',
  'address',
  'note',
  'tag',
  'price',
  'inventory',
  'unit_cost',
  'tracking_mail',
])
export type ActionKind = v.InferOutput<typeof ActionKind>

/** What may be done to shops and costs, by kind. Amounts in the workspace's reporting currency; null is no limit; a day is the 24 hours before. */
export const ActionLimits = v.object({
  kind: v.string(),
  enabled: v.boolean(),
  max_amount: v.nullable(Amount),
  max_amount_per_day: v.nullable(Amount),
  max_change_percent: v.nullable(Amount),
  second_approver_above_amount: v.nullable(Amount),
  second_approver_above_percent: v.nullable(Amount),
  max_per_day: Count,
  blocked_product_ids: v.array(Id),
  updated_at: v.string(),
})
export type ActionLimits = v.InferOutput<typeof ActionLimits>

const limits = (sql: Sql): Statement => sql`
    select kind, enabled, max_amount, max_amount_per_day, max_change_percent, second_approver_above_amount, second_approver_above_percent,
           max_per_day, blocked_product_ids, iso(updated_at) as updated_at
    from action_limits`

export const listActionLimits = query(ActionLimits, {}, (sql) => sql`${limits(sql)} order by kind`)

export const findActionLimits = find(
  ActionLimits,
  { kind: 'refund' },
  (sql, { kind }: { kind: ActionKind }) => sql`${limits(sql)} where kind = ${kind}`,
)

/** Takes the limits of a kind for a change until the end of the transaction. */
export const lockActionLimits = command(
  { kind: 'refund' },
  (sql, { kind }: { kind: ActionKind }) => sql`select kind from action_limits where kind = ${kind} for no key update`,
)

type Changed = Omit<ActionLimits, 'updated_at'>
const CHANGED: Changed = {
  kind: 'refund',
  enabled: true,
  max_amount: '500.00',
  max_amount_per_day: null,
  max_change_percent: null,
  second_approver_above_amount: null,
  second_approver_above_percent: null,
  max_per_day: 20,
  blocked_product_ids: [],
}

export const updateActionLimits = command(
  CHANGED,
  (sql, l: Changed) => sql`
    update action_limits
    set enabled = ${l.enabled}, max_amount = ${l.max_amount}::numeric, max_amount_per_day = ${l.max_amount_per_day}::numeric,
        max_change_percent = ${l.max_change_percent}::numeric, second_approver_above_amount = ${l.second_approver_above_amount}::numeric,
        second_approver_above_percent = ${l.second_approver_above_percent}::numeric, max_per_day = ${l.max_per_day},
        blocked_product_ids = ${l.blocked_product_ids}::bigint[], updated_at = now()
    where kind = ${l.kind}`,
)
