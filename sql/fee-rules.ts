import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { dayRange } from './day-range.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Amount, BusinessDay, Currency, Id } from './units.ts'

/**
 * What a payment by `gateway` costs on the days `from`..`to` (both included, null is open) where the source does not give the fee: `percent`
 * of what was paid plus `fixed`, in major units of the store's currency. Without a gateway it holds for all others, as an estimate.
 */
export const FeeRule = v.object({
  id: Id,
  store: v.string(),
  gateway: v.nullable(v.string()),
  from: v.nullable(BusinessDay),
  to: v.nullable(BusinessDay),
  percent: Amount,
  fixed: Amount,
  currency: Currency,
})
export type FeeRule = v.InferOutput<typeof FeeRule>

const feeRules = (sql: Sql): Statement => sql`
    select r.id, s.slug as store, nullif(r.gateway, '') as gateway, lower(r.valid) as "from", upper(r.valid) - 1 as "to",
           trim_scale(r.percent) as percent, major(r.fixed_minor, c.minor_digits) as fixed, s.currency
    from fee_rules r
    join stores s on s.id = r.store_id
    join currencies c on c.code = s.currency`

const LISTING = {
  store_ids: [1],
  at: null as string | null,
  limit: 50,
  offset: 0,
  after: null as number | null,
}

/** Newest first; with `at` those that hold on that day. `after` is the id of the last one seen. */
export const listFeeRules = query(
  FeeRule,
  LISTING,
  (sql, { store_ids, at, limit, offset, after }: typeof LISTING) => sql`
    ${feeRules(sql)}
    where r.store_id = any(${store_ids}::bigint[]) and (${at}::date is null or r.valid @> ${at}::date)
      and (${after}::bigint is null or r.id < ${after})
    order by r.id desc
    limit ${limit} offset ${offset}`,
)

export const findFeeRule = find(
  FeeRule,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`${feeRules(sql)} where r.id = ${id}`,
)

export type NewFeeRule = Pick<FeeRule, 'store' | 'gateway' | 'from' | 'to' | 'percent' | 'fixed'>
const RULE: NewFeeRule = { store: 'nl', gateway: 'klarna', from: '2026-01-01', to: null, percent: '2.9', fixed: '0.30' }

/** The rules of the same gateway that share a day with this one. */
export const feeRulesWithin = query(
  FeeRule,
  RULE,
  (sql, rule: NewFeeRule) => sql`
    ${feeRules(sql)}
    where s.slug = ${rule.store} and r.gateway = coalesce(${rule.gateway}, '') and r.valid && ${dayRange(sql, rule)}
    order by r.id`,
)

export const addFeeRule = get(
  v.object({ id: Id }),
  RULE,
  (sql, rule: NewFeeRule) => sql`
    insert into fee_rules (store_id, gateway, valid, percent, fixed_minor)
    select s.id, coalesce(${rule.gateway}, ''), ${dayRange(sql, rule)}, ${rule.percent}::numeric,
           (${rule.fixed}::numeric * 10::numeric ^ c.minor_digits)::bigint
    from stores s
    join currencies c on c.code = s.currency
    where s.slug = ${rule.store}
    returning id`,
)

export const updateFeeRule = command(
  { ...RULE, id: 1 },
  (sql, rule: NewFeeRule & { id: number }) => sql`
    update fee_rules r
    set valid = ${dayRange(sql, rule)}, percent = ${rule.percent}::numeric,
        fixed_minor = (${rule.fixed}::numeric * 10::numeric ^ c.minor_digits)::bigint
    from stores s
    join currencies c on c.code = s.currency
    where s.id = r.store_id and r.id = ${rule.id}`,
)

export const deleteFeeRule = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from fee_rules where id = ${id}`,
)

/** The orders whose fee such a rule may decide: nobody else says it. A rule without a gateway decides for those without one of their own. */
export const ordersOfFeeRule = query(
  v.object({ store_id: Id, order_ids: v.array(Id) }),
  RULE,
  (sql, rule: NewFeeRule) => sql`
    select o.store_id, array_agg(o.id order by o.id) as order_ids
    from orders o
    join stores s on s.id = o.store_id
    where s.slug = ${rule.store} and o.business_day <@ ${dayRange(sql, rule)}
      and o.transaction_fee_minor is null and o.transaction_fee_override_minor is null
      and coalesce(o.gateway, '') = coalesce(nullif(${rule.gateway}::text, ''), o.gateway, '')
    group by o.store_id`,
)
