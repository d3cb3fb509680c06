import * as v from 'valibot'
import { ActionKind } from './action-limits.ts'
import { AgentName } from './conversations.ts'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Amount, Count, Currency, Id } from './units.ts'

export const ActionStatus = v.picklist([
  'pending',
  'approved',
  'rejected',
  'expired',
  'replaced',
  'executing',
  'executed',
  'failed',
  'undone',
])
export type ActionStatus = v.InferOutput<typeof ActionStatus>

/** What our SQL expects an action to do to the profit; `basis` says on what it counts. */
export const Effect = v.object({ amount: Amount, currency: Currency, basis: v.string() })
export type Effect = v.InferOutput<typeof Effect>

/**
 * A proposal with what became of it. `old_value` and `new_value` depend on the kind. `amount` is the money that leaves, in the reporting
 * currency, `change_percent` how far a price or cost moves. `replaced_by` is the proposal that took its place.
 */
export const Action = v.object({
  id: Id,
  kind: v.string(),
  store: v.string(),
  target: v.string(),
  order_id: v.nullable(Id),
  product_id: v.nullable(Id),
  old_value: v.nullable(v.unknown()),
  new_value: v.nullable(v.unknown()),
  reason: v.string(),
  effect: v.array(Effect),
  amount: v.nullable(Amount),
  change_percent: v.nullable(Amount),
  status: ActionStatus,
  approvals_needed: Count,
  approvals: v.array(v.object({ email: v.string(), at: v.string() })),
  proposed_by: v.nullable(v.string()),
  agent: v.nullable(AgentName),
  conversation_id: v.nullable(Id),
  undo_of: v.nullable(Id),
  replaced_by: v.nullable(Id),
  created_at: v.string(),
  expires_at: v.string(),
  decided_at: v.nullable(v.string()),
  executed_at: v.nullable(v.string()),
  result: v.nullable(v.unknown()),
  error: v.nullable(v.string()),
})
export type Action = v.InferOutput<typeof Action>

/** A proposal that nobody answered in time counts as expired before it is noted down. */
const statusAt = (sql: Sql, now: Date): Statement =>
  sql`case when a.status = 'pending' and a.expires_at <= ${now}::timestamptz then 'expired' else a.status end`

const actions = (sql: Sql, now: Date): Statement => sql`
    select a.id, a.kind, s.slug as store, a.target, a.order_id, a.product_id, a.old_value, a.new_value, a.reason,
           (select coalesce(json_agg(json_build_object('amount', (e ->> 'amount')::numeric, 'currency', e ->> 'currency', 'basis', e ->> 'basis')), '[]')
            from jsonb_array_elements(a.effect) e) as effect,
           a.amount,
           a.change_percent, ${statusAt(sql, now)} as status, a.approvals_needed::int as approvals_needed,
           (select coalesce(json_agg(json_build_object('email', p.email, 'at', iso(p.approved_at)) order by p.approved_at, p.user_id), '[]')
            from action_approvals p where p.action_id = a.id) as approvals,
           u.email as proposed_by, a.agent, a.conversation_id, a.undo_of, a.replaced_by, iso(a.created_at) as created_at,
           iso(a.expires_at) as expires_at, iso(a.decided_at) as decided_at, iso(a.executed_at) as executed_at, a.result, a.error
    from actions a
    join stores s on s.id = a.store_id
    left join users u on u.id = a.proposed_by`

type Listing = {
  store_ids: number[]
  status: ActionStatus | null
  kind: ActionKind | null
  order_id?: number | null
  now: Date
  limit: number
  offset: number
  after: number | null
}
const LISTING: Listing = {
  store_ids: [1],
  status: null,
  kind: null,
  order_id: null,
  now: new Date(0),
  limit: 50,
  offset: 0,
  after: null,
}

/** Actions, newest first; `after` is the id of the last one seen. */
export const listActions = query(
  Action,
  LISTING,
  (sql, { store_ids, status, kind, order_id = null, now, limit, offset, after }: Listing) => sql`
    ${actions(sql, now)}
    where a.store_id = any(${store_ids}::bigint[])
      and (${status}::text is null or ${statusAt(sql, now)} = ${status})
      and (${kind}::text is null or a.kind = ${kind})
      and (${order_id}::bigint is null or a.order_id = ${order_id})
      and (${after}::bigint is null or a.id < ${after})
    order by a.id desc
    limit ${limit} offset ${offset}`,
)

type One = { id: number; now: Date }
const ONE: One = { id: 1, now: new Date(0) }

export const findAction = find(Action, ONE, (sql, { id, now }: One) => sql`${actions(sql, now)} where a.id = ${id}`)

const TakenAction = v.object({
  id: Id,
  kind: ActionKind,
  store_id: Id,
  store: v.string(),
  order_id: v.nullable(Id),
  product_id: v.nullable(Id),
  target: v.string(),
  old_value: v.unknown(),
  new_value: v.unknown(),
  reason: v.string(),
  status: ActionStatus,
  idempotency_key: v.string(),
  undo_of: v.nullable(Id),
  agent: v.nullable(AgentName),
  proposed_by: v.nullable(Id),
  conversation_id: v.nullable(Id),
  created_at: v.date(),
})
export type TakenAction = v.InferOutput<typeof TakenAction>

/** Takes an action for a decision until the end of the transaction, so that of several at once the first decides. */
export const lockAction = find(
  TakenAction,
  ONE,
  (sql, { id, now }: One) => sql`
    select a.id, a.kind, a.store_id, s.slug as store, a.order_id, a.product_id, a.target, a.old_value, a.new_value, a.reason,
           ${statusAt(sql, now)} as status, a.idempotency_key, a.undo_of, a.agent, a.proposed_by, a.conversation_id,
           a.created_at
    from actions a
    join stores s on s.id = a.store_id
    where a.id = ${id}
    for no key update of a`,
)

type New = {
  kind: ActionKind
  store_id: number
  order_id: number | null
  product_id: number | null
  product_ids: number[]
  target: string
  old_value: object
  new_value: object
  reason: string
  effect: Effect[]
  proposed_by: number
  agent: AgentName | null
  conversation_id: number | null
  undo_of: number | null
  now: Date
  hours: number
}
const NEW: New = {
  kind: 'refund',
  store_id: 1,
  order_id: 1,
  product_id: null,
  product_ids: [],
  target: 'order 1001',
  old_value: {},
  new_value: {},
  reason: 'broken',
  effect: [],
  proposed_by: 1,
  agent: 'roos',
  conversation_id: null,
  undo_of: null,
  now: new Date(0),
  hours: 24,
}

/**
 * A proposal that waits `hours` for an answer. The same one that waits already is answered instead of a second.
 * The database refuses what the limits forbid, in a sentence.
 */
export const addAction = get(
  v.object({ id: Id }),
  NEW,
  (sql, a: New) => sql`
    with added as (
      insert into actions (
        kind, store_id, order_id, product_id, product_ids, target, old_value, new_value, reason, effect, proposed_by, agent, conversation_id,
        undo_of, created_at, expires_at)
      values (
        ${a.kind}, ${a.store_id}, ${a.order_id}, ${a.product_id}, ${a.product_ids}::bigint[], ${a.target}, ${sql.json(a.old_value as never)},
        ${sql.json(a.new_value as never)}, ${a.reason}, ${sql.json(a.effect)}, ${a.proposed_by}, ${a.agent}, ${a.conversation_id}, ${a.undo_of},
        ${a.now}, ${a.now}::timestamptz + make_interval(hours => ${a.hours}::int))
      on conflict do nothing
      returning id
    )
    select id from added
    union all
    select id from actions
    where (status = 'pending' and kind = ${a.kind} and store_id = ${a.store_id} and order_id is not distinct from ${a.order_id}
           and product_id is not distinct from ${a.product_id} and md5(new_value::text) = md5(${sql.json(a.new_value as never)}::jsonb::text))
      or (undo_of = ${a.undo_of} and status in ('approved', 'executing', 'executed'))
    limit 1`,
)

/** Notes down which proposals of a store were not answered in time. */
export const expireActions = command(
  { store_id: 1, now: new Date(0) },
  (sql, { store_id, now }: { store_id: number; now: Date }) => sql`
    update actions set status = 'expired' where store_id = ${store_id} and status = 'pending' and expires_at <= ${now}`,
)

type Approval = { id: number; user_id: number; email: string; now: Date }
const APPROVAL: Approval = { id: 1, user_id: 1, email: 'a@b.c', now: new Date(0) }

/** A person's yes; 0 when they said it before. */
export const addApproval = command(
  APPROVAL,
  (sql, { id, user_id, email, now }: Approval) => sql`
    insert into action_approvals (action_id, user_id, email, approved_at) values (${id}, ${user_id}, ${email}, ${now})
    on conflict do nothing`,
)

/** Approves an action that has all the approvals it needs; 0 while it does not. */
export const approveAction = command(
  { id: 1, user_id: 1, now: new Date(0) },
  (sql, { id, user_id, now }: { id: number; user_id: number; now: Date }) => sql`
    update actions set status = 'approved', decided_at = ${now}, decided_by = ${user_id}
    where id = ${id} and status = 'pending'
      and approvals_needed <= (select count(*) from action_approvals where action_id = ${id})`,
)

type Settled = {
  id: number
  status: 'rejected' | 'expired' | 'replaced'
  user_id: number
  replaced_by: number | null
  now: Date
}
const SETTLED: Settled = { id: 1, status: 'rejected', user_id: 1, replaced_by: null, now: new Date(0) }

/** Ends a proposal without doing it. */
export const settleAction = command(
  SETTLED,
  (sql, { id, status, user_id, replaced_by, now }: Settled) => sql`
    update actions set status = ${status}, decided_by = ${user_id}, decided_at = ${now}, replaced_by = ${replaced_by}
    where id = ${id} and status = 'pending'`,
)
