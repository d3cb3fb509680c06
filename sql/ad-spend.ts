import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { ofStores } from './listed-stores.ts'
import { get, query, type Statement } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'
import { inMinor, Outcome, tooFine } from './upserts.ts'

export const Platform = v.picklist(['meta', 'tiktok', 'google', 'snapchat', 'pinterest', 'microsoft', 'other'])
export type Platform = v.InferOutput<typeof Platform>

/** Whether the platform may still change what it says of a day: while it runs and some weeks after; how many is in `ad_days_settle`. */
export const AdDayState = v.picklist(['open', 'settling', 'final'])

/**
 * What a platform reports for a store's day, in major units of `currency`; `claimed` is the revenue that the platform claims. `state`: what
 * is settling may still be restated. Days of connected accounts are final once they were fetched after that time.
 */
export const AdSpend = v.object({
  id: Id,
  date: BusinessDay,
  store: v.string(),
  platform: Platform,
  account: v.string(),
  campaign: v.string(),
  product_id: v.nullable(Id),
  amount: Amount,
  claimed: Amount,
  currency: Currency,
  state: AdDayState,
  created_at: v.string(),
})

type Asked = {
  store_ids: number[]
  start: string
  end: string
  platform: Platform | null
  id: number | null
  limit: number
  offset: number
  after: number | null
  now: Date
}
const SAMPLE: Asked = {
  store_ids: [1],
  start: '2026-04-01',
  end: '2026-04-13',
  platform: null,
  id: null,
  limit: 50,
  offset: 0,
  after: null,
  now: new Date(0),
}

/** The state of the day of a row `a` of the store `s`: as of today there, or of the day on which its account was last asked for all. */
export const adDayState = (sql: Sql, now: Date): Statement => sql`
  ad_day_state(a.platform, a.day, (
    select case when max(k.id) is null or (${now}::timestamptz at time zone s.time_zone)::date <= a.day
                then (${now}::timestamptz at time zone s.time_zone)::date
                when max(k.settled_on) is null then a.day + 1
                else greatest(least(max(k.settled_on), (${now}::timestamptz at time zone s.time_zone)::date), a.day + 1) end
    from ad_accounts k
    where k.platform = a.platform and k.external_id = a.account))`

/**
 * The first day that is not final yet of what a platform `a.platform` says of an account `a.account` of the store `s`: `adDayState` is final on all
 * days before it and on no other.
 */
export const adDaysAreFinalBefore = (sql: Sql, now: Date): Statement => sql`
  (select case when max(k.id) is null then (${now}::timestamptz at time zone s.time_zone)::date
               when max(k.settled_on) is null then '-infinity'::date
               else least(max(k.settled_on), (${now}::timestamptz at time zone s.time_zone)::date) end - ad_days_settle(a.platform)
   from ad_accounts k
   where k.platform = a.platform and k.external_id = a.account)`

/** Rows of ad spend in `start`..`end`, both included, newest first; `after` is the id of the last one seen. */
export const listAdSpend = query(
  AdSpend,
  SAMPLE,
  (sql, { store_ids, start, end, platform, id, limit, offset, after, now }: Asked) => sql`
    with page as materialized (
      select a.id, a.day, a.store_id, a.platform, a.account, a.campaign, a.product_id, a.amount_minor, a.claimed_minor, a.currency, a.created_at
      from ad_spend a
    where ${ofStores(sql, sql`a.store_id`, store_ids)} and a.day between ${start} and ${end}
      ${platform === null ? sql`` : sql`and a.platform = ${platform}`} ${id === null ? sql`` : sql`and a.id = ${id}`}
      ${
        after === null
          ? sql``
          : sql`
        -- The day bounds what is read: the rows before the page are not passed over one by one.
        and a.day <= (select day from ad_spend where id = ${after}) and (a.day, a.id) < (select day, id from ad_spend where id = ${after})`
      }
      order by a.day desc, a.id desc
      limit ${limit} offset ${offset}
    )
    select a.id, a.day as date, s.slug as store, a.platform, a.account, a.campaign, a.product_id,
           major(a.amount_minor, c.minor_digits) as amount, major(a.claimed_minor, c.minor_digits) as claimed, a.currency,
           ${adDayState(sql, now)} as state, iso(a.created_at) as created_at
    from page a
    join stores s on s.id = a.store_id
    join currencies c on c.code = a.currency
    order by a.day desc, a.id desc`,
)

/** A row as it is sent. Amounts are decimal text in major units of `currency`, the store's where it is left out. */
export type NewAdSpend = {
  row: number
  date: string
  store: string
  platform: Platform
  account: string
  campaign: string
  product_id: number | null
  amount: string
  claimed: string | null
  currency: string | null
}
const NEW: { rows: NewAdSpend[] } = {
  rows: [
    {
      row: 1,
      date: '2026-04-13',
      store: 'nl',
      platform: 'meta',
      account: '',
      campaign: '',
      product_id: null,
      amount: '12.50',
      claimed: null,
      currency: 'EUR',
    },
  ],
}

/**
 * Creates or replaces rows by date, store, platform, account, campaign and product, and says of each what became of it. A claimed
 * amount that is left out stays as it was. Not yet booked, and the stores must be locked before: see `saveAdSpend`.
 */
export const upsertAdSpend = query(
  Outcome,
  NEW,
  (sql, { rows }: typeof NEW) => sql`
    with given as (
      select "row", date as day, store, platform, account, campaign, product_id, amount, claimed, currency
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as sent (
        "row" int, date date, store text, platform text, account text, campaign text, product_id bigint, amount numeric, claimed numeric,
        currency text)
    ),
    judged as (
      select g.row, s.id as store_id, g.day, g.platform, g.account, g.campaign, g.product_id, ${inMinor(sql, 'amount')} as amount_minor,
             coalesce(${inMinor(sql, 'claimed')}, case when a.currency = c.code then a.claimed_minor end, 0) as claimed_minor,
             c.code as currency, a.id, a.amount_minor as old_amount_minor, a.claimed_minor as old_claimed_minor, a.currency as old_currency,
             case when s.id is null then format('store: there is no store "%s"', g.store)
                  when c.code is null then format('currency: %s is not a currency', g.currency)
                  when g.product_id is not null and p.id is null then format('product_id: there is no product %s', g.product_id)
                  when c.code <> s.currency and (units_per_euro(c.code, g.day) is null or units_per_euro(s.currency, g.day) is null)
                    then format('currency: no exchange rate from %s to %s for %s', c.code, s.currency, g.day)
                  when first_value(g.row) over same <> g.row
                    then format('has the same date, store, platform, account, campaign and product as row %s', first_value(g.row) over same)
                  else coalesce(${tooFine(sql, 'amount')}, ${tooFine(sql, 'claimed')}) end as reason
      from given g
      left join stores s on s.slug = g.store
      left join currencies c on c.code = coalesce(g.currency, s.currency)
      left join products p on p.id = g.product_id
      left join ad_spend a on a.store_id = s.id and a.day = g.day and a.platform = g.platform and a.account = g.account
        and a.campaign = g.campaign and a.product_id is not distinct from g.product_id
      window same as (partition by g.store, g.day, g.platform, g.account, g.campaign, g.product_id order by g.row)
    ),
    changed as (
      select * from judged
      where reason is null
        and (id is null or (amount_minor, claimed_minor, currency) is distinct from (old_amount_minor, old_claimed_minor, old_currency))
    ),
    saved as (
      insert into ad_spend (store_id, day, platform, account, campaign, product_id, amount_minor, claimed_minor, currency)
      select store_id, day, platform, account, campaign, product_id, amount_minor, claimed_minor, currency
      from changed
      order by store_id, day, platform, account, campaign, product_id
      on conflict (store_id, day, platform, account, campaign, product_id) do update set
        amount_minor = excluded.amount_minor, claimed_minor = excluded.claimed_minor, currency = excluded.currency
      returning id, store_id, day, platform, account, campaign, product_id
    )
    select j.row,
           case when j.reason is not null then 'rejected' when j.id is null then 'created' when saved.id is null then 'unchanged'
                else 'updated' end as result,
           case when j.reason is null then coalesce(saved.id, j.id) end as id, j.reason
    from judged j
    left join saved on j.reason is null and saved.store_id = j.store_id and saved.day = j.day and saved.platform = j.platform
      and saved.account = j.account and saved.campaign = j.campaign and saved.product_id is not distinct from j.product_id
    order by j.row`,
)

type Line = Omit<NewAdSpend, 'row' | 'product_id'> & { line: number }
const LINES: { lines: Line[] } = {
  lines: [
    {
      line: 2,
      date: '2026-04-13',
      store: 'nl',
      platform: 'meta',
      account: '',
      campaign: '',
      amount: '12.50',
      claimed: null,
      currency: 'EUR',
    },
  ],
}

/**
 * Lines of an export added up by day, store, platform, account and campaign, rounded to the minor unit: platforms export by ad or by
 * audience as well. `row` is the first line of each.
 */
export const addedUpAdSpend = query(
  v.object({
    row: v.number(),
    date: BusinessDay,
    store: v.string(),
    platform: Platform,
    account: v.string(),
    campaign: v.string(),
    product_id: v.nullable(Id),
    amount: v.string(),
    claimed: v.nullable(v.string()),
    currency: v.nullable(Currency),
  }),
  LINES,
  (sql, { lines }: typeof LINES) => sql`
    select min(g.line) as "row", g.date, g.store, g.platform, g.account, g.campaign, null::bigint as product_id,
           round(sum(g.amount), coalesce(c.minor_digits, 6)) as amount,
           round(sum(g.claimed), coalesce(c.minor_digits, 6)) as claimed, g.currency
    from json_to_recordset(${JSON.stringify(lines)}::text::json) as g (
      line int, date date, store text, platform text, account text, campaign text, amount numeric, claimed numeric, currency text)
    left join stores s on s.slug = g.store
    left join currencies c on c.code = coalesce(g.currency, s.currency)
    group by g.date, g.store, g.platform, g.account, g.campaign, g.currency, c.minor_digits
    order by min(g.line)`,
)

const KNOWN = { ids: [1] }

/** Days on which a platform has other rows than these: what they say is added to those. */
export const daysWithOtherAdSpend = get(
  v.object({ days: Count, first_day: v.nullable(BusinessDay) }),
  KNOWN,
  (sql, { ids }: typeof KNOWN) => sql`
    with covered as (select distinct store_id, day, platform from ad_spend where id = any(${ids}::bigint[]))
    select count(distinct (a.store_id, a.day)) as days, min(a.day) as first_day
    from covered c
    join ad_spend a on a.store_id = c.store_id and a.day = c.day and a.platform = c.platform
    where a.amount_minor > 0 and a.id <> all(${ids}::bigint[])`,
)

/** The ids of the rows that have the same keys as these. */
export const knownAdSpend = query(
  v.object({ id: Id }),
  NEW,
  (sql, { rows }: typeof NEW) => sql`
    select a.id
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as g (
      date date, store text, platform text, account text, campaign text, product_id bigint)
    join stores s on s.slug = g.store
    join ad_spend a on a.store_id = s.id and a.day = g.date and a.platform = g.platform and a.account = g.account
      and a.campaign = g.campaign and a.product_id is not distinct from g.product_id`,
)
