import * as v from 'valibot'
import { Coverage, Pnl, pnl, type PnlAsked } from './pnl.ts'
import { find, query } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id, Ratio } from './units.ts'

/** A closed month. `signature` is the SHA-256 of its frozen content, in hexadecimal. */
const HEAD = {
  id: Id,
  month: v.string(),
  store: v.nullable(v.string()),
  currency: Currency,
  closed_at: v.string(),
  closed_by: v.string(),
  signature: v.string(),
}
export const ReportRow = v.object({ ...HEAD, revenue: Amount, net_profit: Amount })

const { period: _, coverage: __, ...FROZEN } = Pnl.entries
const { grade, weakest, manual_days, final_ad_days_percent, ...ALWAYS } = Coverage.entries
/** Reports that are older than these parts of the coverage do not have them. */
const FrozenCoverage = v.object({
  ...ALWAYS,
  grade: v.optional(grade),
  weakest: v.optional(weakest),
  manual_days: v.optional(manual_days),
  final_ad_days_percent: v.optional(final_ad_days_percent),
})

/**
 * A closed month and what came after. `content` is the text that was signed, `figures` its ladder. `changes` compares each figure with what it
 * would be today; `restatements` are the ledger entries of the month that were booked after it was closed, in the store's currency.
 */
export const Report = v.object({
  ...HEAD,
  content: v.string(),
  figures: v.object({ ...FROZEN, coverage: FrozenCoverage }),
  restated: v.boolean(),
  changes: v.array(v.object({ figure: v.string(), closed: Ratio, now: Ratio, difference: Ratio })),
  coverage: Coverage,
  restatements: v.array(
    v.object({
      store: v.string(),
      currency: Currency,
      reason: v.string(),
      booked_on: BusinessDay,
      first_day: BusinessDay,
      last_day: BusinessDay,
      entries: Count,
      net_profit: Amount,
      amounts: v.record(v.string(), Amount),
    }),
  ),
})

const PERIOD = { key: 'month', from: '2026-03-01', to: '2026-03-31' }
const ASKED = { store_ids: [1], currency: 'EUR', periods: [PERIOD], now: new Date('2026-04-13T10:00:00Z') }
type New = PnlAsked & { store_id: number | null; store: string | null; user_id: number; email: string }
const NEW: New = { ...ASKED, store_id: 1, store: 'nl', user_id: 1, email: 'a@b.c' }

/**
 * Freezes the ladder of the month that is the only period. The stores must be locked, so that no entry comes in between. Undefined when the
 * month was closed before.
 */
export const closeMonth = find(
  v.object({ id: Id, signature: v.string(), content: v.string() }),
  NEW,
  (sql, { store_id, store, user_id, email, ...asked }: New) => sql`
    with frozen as (
      select start, json_build_object(
               'month', to_char(start, 'YYYY-MM'), 'store', ${store}::text, 'currency', currency, 'closed_at', iso(${asked.now}),
               'closed_by', ${email}::text, 'figures', (
                 select json_object_agg(key, value) from json_each(row_to_json(ladder)) where key <> 'period'))::text as content
      from (${pnl.text(sql, asked)}) ladder
    )
    insert into reports (month, store_id, currency, content, signature, last_entry_id, closed_by, closed_by_email, closed_at)
    select start, ${store_id}, ${asked.currency}, content, encode(sha256(convert_to(content, 'UTF8')), 'hex'),
           (select coalesce(max(id), 0) from ledger_entries), ${user_id}, ${email}, ${asked.now}
    from frozen
    on conflict (month, store_id) do nothing
    returning id, signature, content`,
)

type Listing = { store: string | null; limit: number; offset: number; after: number | null }
const LISTING: Listing = { store: null, limit: 50, offset: 0, after: null }

/** Closed months, the one closed last first. */
export const listReports = query(
  ReportRow,
  LISTING,
  (sql, { store, limit, offset, after }: Listing) => sql`
    select r.id, to_char(r.month, 'YYYY-MM') as month, s.slug as store, r.currency, iso(r.closed_at) as closed_at,
           r.closed_by_email as closed_by, r.signature, (r.content::json #>> '{figures,revenue}')::numeric as revenue,
           (r.content::json #>> '{figures,net_profit}')::numeric as net_profit
    from reports r
    left join stores s on s.id = r.store_id
    where (${store}::text is null or s.slug = ${store}) and (${after}::bigint is null or r.id < ${after})
    order by r.id desc
    limit ${limit} offset ${offset}`,
)

/** What the figures of a closed month are to be worked out from again. */
export const findReportTerms = find(
  v.object({ store: v.nullable(v.string()), currency: Currency, from: BusinessDay, to: BusinessDay }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`
    select s.slug as store, r.currency, r.month as "from", (r.month + interval '1 month - 1 day')::date as "to"
    from reports r
    left join stores s on s.id = r.store_id
    where r.id = ${id}`,
)

/** A closed month with its restatements; the ladder that is asked for is that of today. */
export const findReport = find(
  Report,
  { ...ASKED, id: 1 },
  (sql, { id, ...asked }: PnlAsked & { id: number }) => sql`
    with report as (
      select r.id, r.month, (r.month + interval '1 month - 1 day')::date as last_day, s.slug as store, r.currency, r.closed_at, r.closed_by_email,
             r.signature, r.content, r.content::json -> 'figures' as figures, r.last_entry_id
      from reports r
      left join stores s on s.id = r.store_id
      where r.id = ${id}
    ),
    today as (select row_to_json(ladder) as figures from (${pnl.text(sql, asked)}) ladder),
    change as (
      select f.key, f.position, amount.closed, amount.now
      from report
      cross join today
      cross join json_each(report.figures) with ordinality f (key, value, position)
      join json_each(today.figures) n on n.key = f.key and 'number' in (json_typeof(f.value), json_typeof(n.value))
      cross join lateral (
        select nullif(f.value::text, 'null')::numeric as closed, nullif(n.value::text, 'null')::numeric as now) as amount
      where f.key <> 'days'
    ),
    later as (
      select e.store_id, e.reason, (e.booked_at at time zone s.time_zone)::date as booked_on, e.account, s.slug, s.currency, c.minor_digits,
             min(e.business_day) as first_day, max(e.business_day) as last_day, count(*) as entries, sum(e.amount_minor) as amount_minor,
             sum(signed_revenue(e.account, e.amount_minor)
                 - case when e.account in ('cogs', 'shipping_cost', 'transaction_fees', 'ad_spend') then e.amount_minor else 0 end) as profit_minor
      from report r
      join ledger_entries e on e.business_day between r.month and r.last_day and e.id > r.last_entry_id
      join stores s on s.id = e.store_id
      join currencies c on c.code = s.currency
      where e.store_id = any(${asked.store_ids}::bigint[])
      group by e.store_id, e.reason, booked_on, e.account, s.slug, s.currency, c.minor_digits
    ),
    restatement as (
      select slug as store, currency, reason, booked_on, min(first_day) as first_day, max(last_day) as last_day,
             sum(entries)::bigint as entries, major(sum(profit_minor)::bigint, minor_digits) as net_profit,
             coalesce(json_object_agg(account, major(amount_minor::bigint, minor_digits) order by account)
                      filter (where amount_minor <> 0), '{}') as amounts
      from later
      group by store_id, slug, currency, minor_digits, reason, booked_on
    )
    select r.id, to_char(r.month, 'YYYY-MM') as month, r.store, r.currency, iso(r.closed_at) as closed_at, r.closed_by_email as closed_by,
           r.signature, r.content, r.figures,
           exists (select 1 from change where closed is distinct from now) as restated,
           (select json_agg(json_build_object('figure', key, 'closed', closed, 'now', now, 'difference', now - closed) order by position)
            from change) as changes,
           (select figures -> 'coverage' from today) as coverage,
           (select coalesce(json_agg(row_to_json(restatement) order by booked_on, store, reason), '[]') from restatement) as restatements
    from report r`,
)
