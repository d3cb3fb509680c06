import * as v from 'valibot'
import { find, get } from './query.ts'
import { Count, Id } from './units.ts'

/** What stands in a row, by column. */
const Row = v.record(v.string(), v.unknown())

/** All rows that are about a member of the team, by table, without secrets: what a person is given who asks what we know of them. */
export const PersonalData = v.object({
  user: v.object({
    id: Id,
    email: v.string(),
    role: v.string(),
    store_ids: v.nullable(v.array(Id)),
    created_at: v.string(),
    disabled_at: v.nullable(v.string()),
    quiet_from: v.nullable(v.string()),
    quiet_until: v.nullable(v.string()),
  }),
  telegram: v.array(Row),
  sessions: v.array(Row),
  second_factor: v.array(Row),
  api_tokens: v.array(Row),
  conversations: v.array(Row),
  memories: v.array(Row),
  tasks: v.array(Row),
  alerts: v.array(Row),
  deliveries: v.array(Row),
  model_usage: v.array(Row),
  actions: v.array(Row),
  audit_log: v.array(Row),
})

export const personalDataOf = find(
  PersonalData,
  { user_id: 1 },
  (sql, { user_id }: { user_id: number }) => sql`
    select json_build_object('id', u.id, 'email', u.email, 'role', u.role, 'store_ids', u.store_ids, 'created_at', iso(u.created_at),
                             'disabled_at', iso(u.disabled_at), 'quiet_from', u.quiet_from, 'quiet_until', u.quiet_until) as "user",
           (select coalesce(json_agg(json_build_object('telegram_id', t.telegram_id, 'first_name', t.first_name, 'username', t.username,
                                                       'language', t.language, 'paired_at', iso(t.paired_at)) order by t.telegram_id), '[]')
            from telegram_accounts t where t.user_id = u.id) as telegram,
           (select coalesce(json_agg(json_build_object('created_at', iso(s.created_at), 'last_used_at', iso(s.last_used_at), 'ended_at', iso(s.ended_at),
                                                       'browser', s.browser) order by s.created_at), '[]')
            from sessions s where s.user_id = u.id) as sessions,
           (select coalesce(json_agg(json_build_object('begun_at', iso(f.begun_at), 'confirmed_at', iso(f.confirmed_at))), '[]')
            from second_factors f where f.user_id = u.id) as second_factor,
           (select coalesce(json_agg(json_build_object('name', a.name, 'scopes', a.scopes, 'created_at', iso(a.created_at),
                                                       'last_used_at', iso(a.last_used_at)) order by a.id), '[]')
            from api_tokens a where a.user_id = u.id) as api_tokens,
           (select coalesce(json_agg(json_build_object(
                     'agent', c.agent, 'channel', c.channel, 'summary', c.summary, 'created_at', iso(c.created_at), 'messages', (
                       select coalesce(json_agg(json_build_object('role', m.role, 'content', m.content, 'created_at', iso(m.created_at)) order by m.id), '[]')
                       from messages m where m.conversation_id = c.id)) order by c.id), '[]')
            from conversations c where c.user_id = u.id) as conversations,
           (select coalesce(json_agg(json_build_object('scope', m.scope, 'content', m.content, 'category', m.category,
                                                       'created_at', iso(m.created_at)) order by m.id), '[]')
            from memories m where m.owner_id = u.id) as memories,
           (select coalesce(json_agg(json_build_object('title', t.title, 'text', t.text, 'rhythm', t.rhythm, 'created_at', iso(t.created_at)) order by t.id), '[]')
            from tasks t where t.user_id = u.id) as tasks,
           (select coalesce(json_agg(json_build_object('kind', a.kind, 'chat_id', a.chat_id, 'active', a.active) order by a.id), '[]')
            from alerts a where a.user_id = u.id) as alerts,
           (select coalesce(json_agg(json_build_object('kind', d.kind, 'text', d.text, 'sent_at', iso(d.sent_at)) order by d.id), '[]')
            from deliveries d where d.user_id = u.id) as deliveries,
           (select coalesce(json_agg(json_build_object('at', iso(m.at), 'agent', m.agent, 'model', m.model, 'cost_micro_usd', m.cost_micro_usd) order by m.id), '[]')
            from model_usage m where m.user_id = u.id) as model_usage,
           (select coalesce(json_agg(json_build_object('kind', a.kind, 'target', a.target, 'status', a.status, 'created_at', iso(a.created_at),
                                                       'proposed', a.proposed_by is not distinct from u.id, 'approved_at', iso(p.approved_at)) order by a.id), '[]')
            from actions a
            left join action_approvals p on p.action_id = a.id and p.user_id = u.id
            where a.proposed_by = u.id or p.user_id is not null) as actions,
           (select coalesce(json_agg(json_build_object('at', iso(l.at), 'action', l.action, 'subject', l.subject, 'old_value', l.old_value,
                                                       'new_value', l.new_value) order by l.id), '[]')
            from audit_log l where l.user_id = u.id or strpos(l.subject, u.email) > 0) as audit_log
    from users u
    where u.id = ${user_id}`,
)

/** Takes a member of the team out of the records, see the migration erase_persons; null when there is none. */
export const eraseUser = get(
  v.object({ pseudonym: v.nullable(v.string()) }),
  { user_id: 0, now: new Date(0) },
  (sql, { user_id, now }: { user_id: number; now: Date }) => sql`select erase_user(${user_id}, ${now}) as pseudonym`,
)

/**
 * The orders of a customer of a shop, as the source calls that customer: an order number, a day and the goods are all that is kept of them,
 * and `actions`, what was proposed to be done to these orders, which may say where they go.
 */
export const CustomerData = v.object({
  store: v.string(),
  customer: v.string(),
  orders: v.array(
    v.object({
      number: v.string(),
      day: v.string(),
      placed_at: v.string(),
      country: v.nullable(v.string()),
      gateway: v.nullable(v.string()),
      lines: v.array(v.object({ sku: v.string(), quantity: v.number() })),
    }),
  ),
  actions: v.array(Row),
})

type Customer = { store_id: number; customer: string }
const CUSTOMER: Customer = { store_id: 1, customer: '17850' }

export const customerDataOf = find(
  CustomerData,
  CUSTOMER,
  (sql, { store_id, customer }: Customer) => sql`
    select s.slug as store, ${customer}::text as customer,
           json_agg(json_build_object(
             'number', o.external_id, 'day', o.business_day, 'placed_at', iso(o.placed_at), 'country', o.country, 'gateway', o.gateway, 'lines', (
               select coalesce(json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity) order by l.line_no), '[]')
               from order_lines l where l.order_id = o.id)) order by o.placed_at, o.id) as orders,
           (select coalesce(json_agg(json_build_object(
                     'kind', a.kind, 'target', a.target, 'status', a.status, 'created_at', iso(a.created_at), 'reason', a.reason,
                     'old_value', a.old_value, 'new_value', a.new_value, 'result', a.result) order by a.id), '[]')
            from actions a where a.order_id = any (array_agg(o.id))) as actions
    from orders o
    join stores s on s.id = o.store_id
    where o.store_id = ${store_id} and o.customer = ${customer}
    group by s.slug`,
)

/** Takes a customer out of what was proposed to be done to their orders, see the migration erase_customers_from_actions. */
export const eraseActionsOfCustomer = get(
  v.object({ actions: Count }),
  { ...CUSTOMER, store_id: 0 },
  (sql, { store_id, customer }: Customer) => sql`
    select erase_actions(array(
             select o.id from orders o
             where o.store_id = ${store_id}
               and o.customer in (${customer}, (select pseudonym from erased_customers
                                                where store_id = ${store_id} and customer_hash = customer_hash(${store_id}, ${customer}))))) as actions`,
)

/**
 * Gives the orders of a customer a pseudonym, the same for all, so that first orders and later ones stay told apart, and keeps the customer
 * from coming back with the next import.
 */
export const eraseCustomer = get(
  v.object({ pseudonym: v.string(), orders: Count }),
  { ...CUSTOMER, store_id: 0, pseudonym: 'erased-1', now: new Date(0) },
  (sql, { store_id, customer, pseudonym, now }: Customer & { pseudonym: string; now: Date }) => sql`
    with erased as (
      insert into erased_customers as e (store_id, customer_hash, pseudonym, erased_at)
      values (${store_id}, customer_hash(${store_id}, ${customer}), ${pseudonym}, ${now})
      on conflict (store_id, customer_hash) do update set erased_at = e.erased_at
      returning e.pseudonym
    ),
    changed as (
      update orders o set customer = erased.pseudonym from erased where o.store_id = ${store_id} and o.customer = ${customer} returning o.id
    )
    select erased.pseudonym || '' as pseudonym, (select count(*)::int from changed) as orders from erased`,
)
