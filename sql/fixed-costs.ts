import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Amount, BusinessDay, Currency, Id } from './units.ts'

export const Interval = v.picklist(['day', 'week', 'month', 'quarter', 'year'])
export type Interval = v.InferOutput<typeof Interval>

/** A recurring cost: `amount` in major units of `currency` per interval, from `starts_on` to `ends_on`, both included. Without a store it is shared by all. */
export const FixedCost = v.object({
  id: Id,
  name: v.string(),
  amount: Amount,
  currency: Currency,
  interval: Interval,
  category: v.string(),
  store: v.nullable(v.string()),
  starts_on: BusinessDay,
  ends_on: v.nullable(BusinessDay),
  created_at: v.string(),
  updated_at: v.string(),
})
export type FixedCost = v.InferOutput<typeof FixedCost>

const fixedCosts = (sql: Sql): Statement => sql`
    select f.id, f.name, major(f.amount_minor, c.minor_digits) as amount, f.currency, f."interval", f.category, s.slug as store,
           f.starts_on, f.ends_on, iso(f.created_at) as created_at, iso(f.updated_at) as updated_at
    from fixed_costs f
    join currencies c on c.code = f.currency
    left join stores s on s.id = f.store_id`

const Listing = {
  currency: null as string | null,
  store_id: null as number | null,
  at: null as string | null,
  today: '2026-04-13',
  limit: 50,
  offset: 0,
  after: null as number | null,
}

/**
 * Recurring costs, newest first: those of the day `at`, else those that go on after today. With a store: its own and the shared ones.
 * `after` is the id of the last one seen.
 */
export const listFixedCosts = query(
  FixedCost,
  Listing,
  (sql, { currency, store_id, at, today, limit, offset, after }: typeof Listing) => sql`
    ${fixedCosts(sql)}
    where (${currency}::text is null or f.currency = ${currency})
      and (${store_id}::bigint is null or f.store_id is null or f.store_id = ${store_id})
      and case when ${at}::date is null then coalesce(f.ends_on > ${today}::date, true)
               else f.starts_on <= ${at}::date and coalesce(f.ends_on >= ${at}::date, true) end
      and (${after}::bigint is null or f.id < ${after})
    order by f.id desc
    limit ${limit} offset ${offset}`,
)

export const findFixedCost = find(
  FixedCost,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`${fixedCosts(sql)} where f.id = ${id}`,
)

/** Lets one list of costs be saved at a time, until the end of the transaction: their names are no keys. */
export const lockFixedCosts = command(
  {},
  (sql) => sql`select pg_advisory_xact_lock(hashtextextended('fixed costs', 0))`,
)

const NAMED = { name: 'Rent', store_id: 1 as number | null, day: '2026-04-13' }

/** The cost of this name and store that covers the day, else the next one that starts after it. */
export const findFixedCostNamed = find(
  v.object({ id: Id, covers: v.boolean() }),
  NAMED,
  (sql, { name, store_id, day }: typeof NAMED) => sql`
    select id, starts_on <= ${day}::date as covers
    from fixed_costs
    where lower(name) = lower(${name}) and store_id is not distinct from ${store_id}::bigint
      and (ends_on is null or ends_on >= ${day}::date)
    order by starts_on, id
    limit 1`,
)

/** Takes a cost for a change until the end of the transaction. */
export const lockFixedCost = find(
  v.object({ id: Id }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`select id from fixed_costs where id = ${id} for no key update`,
)

/** An amount with the decimals of its currency; null when it has more than those. Nothing for a code that no currency has. */
export const findAmount = find(
  v.object({ amount: v.nullable(v.string()), minor_digits: v.number() }),
  { amount: '12.50', currency: 'EUR' },
  (sql, { amount, currency }: { amount: string; currency: string }) => sql`
    select case when scale(trim_scale(${amount}::numeric)) <= minor_digits then round(${amount}::numeric, minor_digits) end as amount,
           minor_digits
    from currencies
    where code = ${currency}`,
)

const minor = (sql: Sql, { amount, currency }: { amount: string; currency: string }): Statement =>
  sql`(${amount}::numeric * 10::numeric ^ (select minor_digits from currencies where code = ${currency}))::bigint`

const NewFixedCost = {
  name: 'Rent',
  amount: '1200.00',
  currency: 'EUR',
  interval: 'month' as Interval,
  category: '',
  store_id: null as number | null,
  starts_on: '2026-04-01',
  ends_on: null as string | null,
}

export const createFixedCost = get(
  v.object({ id: Id }),
  NewFixedCost,
  (sql, cost: typeof NewFixedCost) => sql`
    insert into fixed_costs (name, category, store_id, amount_minor, currency, "interval", starts_on, ends_on)
    values (${cost.name}, ${cost.category}, ${cost.store_id}, ${minor(sql, cost)}, ${cost.currency}, ${cost.interval},
            ${cost.starts_on}::date, ${cost.ends_on}::date)
    returning id`,
)

/** Keeps the days of a cost before `from` as a row of their own, so that the cost itself may change from then on. */
export const splitFixedCost = get(
  v.object({ id: Id }),
  { id: 1, from: '2026-04-13' },
  (sql, { id, from }: { id: number; from: string }) => sql`
    with past as (
      insert into fixed_costs (name, category, store_id, amount_minor, currency, "interval", starts_on, ends_on, created_at)
      select name, category, store_id, amount_minor, currency, "interval", starts_on, ${from}::date - 1, created_at
      from fixed_costs
      where id = ${id}
      returning id
    ),
    rest as (update fixed_costs set starts_on = ${from}::date where id = ${id})
    select id from past`,
)

type Changed = Pick<FixedCost, 'id' | 'name' | 'category' | 'amount' | 'currency' | 'interval' | 'ends_on'>
const CHANGED: Changed = {
  id: 1,
  name: 'Rent',
  category: '',
  amount: '1200.00',
  currency: 'EUR',
  interval: 'month',
  ends_on: null,
}

export const updateFixedCost = command(
  CHANGED,
  (sql, cost: Changed) => sql`
    update fixed_costs
    set name = ${cost.name}, category = ${cost.category}, amount_minor = ${minor(sql, cost)}, currency = ${cost.currency},
        "interval" = ${cost.interval}, ends_on = ${cost.ends_on}::date, updated_at = now()
    where id = ${cost.id}`,
)

export const deleteFixedCost = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from fixed_costs where id = ${id}`,
)
