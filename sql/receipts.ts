import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { find, get, query, type Statement } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'

/** The last entry of the ledger that the asker sees; 0 without any. */
export const lastEntry = get(
  v.object({ id: v.number() }),
  {},
  (sql) => sql`select coalesce(max(id), 0) as id from ledger_entries`,
)

type NewReceipt = {
  conversation_id: number
  message_id: number
  tool: string
  input: unknown
  queries: string[]
  store_ids: readonly number[] | null
  asked_at: Date
  last_entry_id: number
  row_count: number
  result: unknown
}
const NEW: NewReceipt = {
  conversation_id: 1,
  message_id: 1,
  tool: 'get_pnl',
  input: {},
  queries: ['pnl'],
  store_ids: null,
  asked_at: new Date(0),
  last_entry_id: 0,
  row_count: 1,
  result: {},
}

/** Of the text that jsonb writes, so that the order of keys says nothing. */
const hashOf = (sql: Sql, result: unknown): Statement =>
  sql`sha256(convert_to((${sql.json(result as never)}::jsonb)::text, 'UTF8'))`

export const addReceipt = get(
  v.object({ id: Id }),
  NEW,
  (sql, receipt: NewReceipt) => sql`
    insert into receipts (conversation_id, message_id, tool, input, queries, store_ids, asked_at, last_entry_id, row_count, result, result_hash)
    values (${receipt.conversation_id}, ${receipt.message_id}, ${receipt.tool}, ${sql.json(receipt.input as never)}, ${receipt.queries},
            ${receipt.store_ids && [...receipt.store_ids]}, ${receipt.asked_at}, ${receipt.last_entry_id}, ${receipt.row_count},
            ${sql.json(receipt.result as never)}::jsonb, ${hashOf(sql, receipt.result)})
    returning id`,
)

/** A receipt. `result` is what the tool gave, `result_hash` its SHA-256 in hexadecimal; `as_of` is when the figures were asked. */
export const Receipt = v.object({
  id: Id,
  conversation_id: Id,
  message_id: Id,
  tool: v.string(),
  input: v.unknown(),
  queries: v.array(v.string()),
  as_of: v.string(),
  last_entry_id: v.number(),
  rows: Count,
  result_hash: v.string(),
  result: v.unknown(),
})
export type Receipt = v.InferOutput<typeof Receipt>

const receipts = (sql: Sql): Statement => sql`
    select r.id, r.conversation_id, r.message_id, r.tool, r.input, r.queries, iso(r.asked_at) as as_of, r.last_entry_id, r.row_count as rows,
           encode(r.result_hash, 'hex') as result_hash, r.result
    from receipts r
    join conversations c on c.id = r.conversation_id`

/** A receipt, as far as row-level security shows it: of the person's own conversations, or of everybody's for an admin. */
export const findReceipt = find(
  Receipt,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`${receipts(sql)} where r.id = ${id}`,
)

/** The last receipts of a person's conversation, newest first. */
export const receiptsOf = query(
  Receipt,
  { conversation_id: 1, user_id: 1, limit: 50 },
  (sql, { conversation_id, user_id, limit }: { conversation_id: number; user_id: number; limit: number }) => sql`
    ${receipts(sql)}
    where r.conversation_id = ${conversation_id} and c.user_id = ${user_id}
    order by r.id desc
    limit ${limit}`,
)

/** The receipts of an answer, in the order of asking, as far as row-level security shows them. */
export const receiptsOfAnswer = query(
  Receipt,
  { message_id: 1 },
  (sql, { message_id }: { message_id: number }) =>
    sql`${receipts(sql)} where r.message_id = ${message_id} order by r.id`,
)

/** Whether this is the result that the receipt holds. */
export const isSameResult = get(
  v.object({ same: v.boolean() }),
  { id: 1, result: {} },
  (sql, { id, result }: { id: number; result: unknown }) => sql`
    select coalesce(bool_or(r.result_hash = ${hashOf(sql, result)}), false) as same
    from receipts r
    where r.id = ${id}`,
)

/** What was booked after a receipt on the days it is about, in the store's currency: why its figures may differ now. */
export const BookedSince = v.object({
  store: v.string(),
  reason: v.string(),
  booked_on: BusinessDay,
  first_day: BusinessDay,
  last_day: BusinessDay,
  entries: Count,
  currency: Currency,
  effect_on_profit: Amount,
})

type Since = { last_entry_id: number; from: string | null; to: string | null }

export const bookedSince = query(
  BookedSince,
  { last_entry_id: 0, from: '2026-04-01', to: '2026-04-13' },
  (sql, { last_entry_id, from, to }: Since) => sql`
    select s.slug as store, e.reason, e.booked_at::date as booked_on, min(e.business_day) as first_day, max(e.business_day) as last_day,
           count(*)::int as entries, s.currency,
           major(sum(case when e.account in ('cogs', 'shipping_cost', 'transaction_fees', 'ad_spend') then -e.amount_minor
                          else signed_revenue(e.account, e.amount_minor) end)::bigint, c.minor_digits) as effect_on_profit
    from ledger_entries e
    join stores s on s.id = e.store_id
    join currencies c on c.code = s.currency
    where e.id > ${last_entry_id} and (${from}::date is null or e.business_day between ${from}::date and ${to}::date)
    group by s.slug, s.currency, c.minor_digits, e.reason, e.booked_at::date
    order by booked_on, s.slug, e.reason
    limit 30`,
)

/** What else was changed after a receipt was kept that figures are made of, beside the ledger. */
export const changedSince = query(
  v.object({ what: v.string(), changes: Count }),
  { receipt_id: 1 },
  (sql, { receipt_id }: { receipt_id: number }) => sql`
    with kept as (select created_at as at from receipts where id = ${receipt_id})
    select what, changes
    from (
      select 'fixed costs' as what, count(*)::int as changes from fixed_costs where updated_at > (select at from kept)
      union all
      select 'unit costs', count(*)::int from product_costs where created_at > (select at from kept)
      union all
      select 'days posted by hand', count(*)::int from manual_days where updated_at > (select at from kept)) counted
    where changes > 0`,
)
