import * as v from 'valibot'
import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'
import { Amount, Id } from './units.ts'

/** Accounts in the order of the ladder. */
export const ACCOUNTS = [
  'orders',
  'gross_sales',
  'discounts',
  'returns',
  'shipping_income',
  'tips',
  'cogs',
  'written_off_goods',
  'shipping_cost',
  'transaction_fees',
  'taxes',
  'gift_cards',
]

/**
 * What was booked for an order at one moment and for one reason: by account, and what it changed of `cm2`. `by` is who said what the order
 * costs, where that was the reason.
 */
export const Booking = v.object({
  id: Id,
  booked_at: v.string(),
  reason: v.string(),
  by: v.nullable(v.string()),
  effect_on_cm2: Amount,
  amounts: v.array(v.object({ account: v.string(), amount: Amount })),
})

/** The bookings of the order `order_id` as a JSON array, newest first; `effect` is what the entry `e` adds to CM2. */
export const bookings = (sql: Sql, order_id: Statement, effect: Statement): Statement => sql`
    select coalesce(json_agg(json_build_object(
             'id', b.id, 'booked_at', iso(b.booked_at), 'reason', b.reason,
             'by', (select a.email from audit_log a
                    where a.action = 'order.costs_said' and a.at = b.booked_at and a.old_value ->> 'order_id' = ${order_id}::text limit 1),
             'effect_on_cm2', major(b.effect, m.minor_digits), 'amounts', b.amounts) order by b.booked_at desc, b.id desc), '[]')
    from (
      select min(id) as id, booked_at, reason, sum(effect)::bigint as effect,
             json_agg(json_build_object('account', account, 'amount', major(amount, minor_digits))
                      order by array_position(${ACCOUNTS}::text[], account)) as amounts
      from (
        select min(e.id) as id, e.booked_at, e.reason, e.account, sum(e.amount_minor)::bigint as amount, sum(${effect})::bigint as effect,
               min(c.minor_digits) as minor_digits
        from ledger_entries e
        join orders o on o.id = e.order_id
        join currencies c on c.code = o.currency
        where e.order_id = ${order_id}
        group by e.booked_at, e.reason, e.account) by_account
      where amount <> 0
      group by booked_at, reason) b
    cross join (select c.minor_digits from orders o join currencies c on c.code = o.currency where o.id = ${order_id}) m`
