import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { BusinessDay, Count, Currency, Id } from './units.ts'

/** The kind of purchase that is counted; Meta tells the same purchase under several. */
export const ActionType = v.picklist([
  'omni_purchase',
  'purchase',
  'offsite_conversion.fb_pixel_purchase',
  'onsite_web_purchase',
])
export type ActionType = v.InferOutput<typeof ActionType>

/** The time after a click or view within which a purchase is claimed; `default` is 7 days after a click or 1 after a view. */
export const Attribution = v.picklist(['default', '1d_click', '7d_click', '28d_click', '1d_view'])
export type Attribution = v.InferOutput<typeof Attribution>

/**
 * An account of an ad platform. Its days are cut at midnight in `time_zone`, which is `hours_after_store` hours after the store's midnight
 * today (negative: before it), and count as the store's days of the same date. `refused` says why the platform does not take the token.
 */
export const AdAccount = v.object({
  id: Id,
  store: v.string(),
  platform: v.picklist(['meta']),
  external_id: v.string(),
  name: v.string(),
  currency: Currency,
  time_zone: v.string(),
  hours_after_store: v.pipe(v.string(), v.metadata({ json: 'number' })),
  action_type: ActionType,
  attribution: Attribution,
  campaigns: Count,
  campaigns_not_mapped: Count,
  first_day: v.nullable(BusinessDay),
  last_day: v.nullable(BusinessDay),
  /** Days of its store that have ad spend of the same platform from files or by hand as well: both count. */
  days_also_posted: Count,
  refused: v.nullable(v.string()),
  /** Under which /sync tells how far it is, and runs it. */
  sync_id: v.nullable(Id),
  connected_at: v.string(),
})
export type AdAccount = v.InferOutput<typeof AdAccount>

const adAccounts = (sql: Sql, now: Date): Statement => sql`
    select a.id, s.slug as store, a.platform, a.external_id, a.name, a.currency, a.time_zone,
           round(extract(epoch from ((${now}::timestamptz at time zone s.time_zone) - (${now}::timestamptz at time zone a.time_zone))) / 3600, 2)
             as hours_after_store,
           a.action_type, a.attribution, told.campaigns, told.campaigns_not_mapped, told.first_day, told.last_day,
           (
             select count(distinct o.day)::int
             from ad_spend o
             where o.store_id = a.store_id and o.platform = a.platform and o.amount_minor > 0
               and not exists (select 1 from ad_accounts k where k.platform = o.platform and k.external_id = o.account)
               and exists (
                 select 1 from ad_spend w
                 where w.store_id = o.store_id and w.day = o.day and w.platform = o.platform and w.account = a.external_id and w.amount_minor > 0)
           ) as days_also_posted, a.refused,
           (select y.id from sync_state y where y.connector = a.platform and y.account = a.external_id) as sync_id,
           iso(a.connected_at) as connected_at
    from ad_accounts a
    left join stores s on s.id = a.store_id
    cross join lateral (
      select count(distinct c.id)::int as campaigns, count(distinct c.id) filter (where c.mapped_at is null)::int as campaigns_not_mapped,
             min(i.day) as first_day, max(i.day) as last_day
      from ad_campaigns c
      left join ad_insights i on i.campaign_id = c.id and i.ad = ''
      where c.account_id = a.id) told`

type Listing = { store_id: number | null; limit: number; offset: number; after: number | null; now: Date }
const LISTING: Listing = { store_id: null, limit: 50, offset: 0, after: null, now: new Date(0) }

/** Ad accounts whose store the asker sees, newest first; `after` is the id of the last one seen. */
export const listAdAccounts = query(
  AdAccount,
  LISTING,
  (sql, { store_id, limit, offset, after, now }: Listing) => sql`
    ${adAccounts(sql, now)}
    where s.id is not null and (${store_id}::bigint is null or a.store_id = ${store_id}) and (${after}::bigint is null or a.id < ${after})
    order by a.id desc
    limit ${limit} offset ${offset}`,
)

const ONE = { id: 1, now: new Date(0) }

export const findAdAccount = find(
  AdAccount,
  ONE,
  (sql, { id, now }: typeof ONE) => sql`${adAccounts(sql, now)} where a.id = ${id} and s.id is not null`,
)

/** What a run asks the platform for. `settled_on` is the account's day on which all days that may change were last asked for. */
export const AccountToAsk = v.object({
  id: Id,
  store_id: Id,
  external_id: v.string(),
  currency: Currency,
  time_zone: v.string(),
  action_type: ActionType,
  attribution: Attribution,
  refused: v.nullable(v.string()),
  settled_on: v.nullable(BusinessDay),
  last_day: v.nullable(BusinessDay),
})
export type AccountToAsk = v.InferOutput<typeof AccountToAsk>

export const findAccountToAsk = find(
  AccountToAsk,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`
    select a.id, a.store_id, a.external_id, a.currency, a.time_zone, a.action_type, a.attribution, a.refused, a.settled_on,
           (select max(i.day) from ad_campaigns c join ad_insights i on i.campaign_id = c.id and i.ad = '' where c.account_id = a.id) as last_day
    from ad_accounts a
    where a.id = ${id}`,
)

/** The account that a platform calls so. */
export const findAccountNamed = find(
  v.object({ id: Id }),
  { external_id: 'act_1' },
  (sql, { external_id }: { external_id: string }) => sql`select id from ad_accounts where external_id = ${external_id}`,
)

const NEW = {
  store_id: 1,
  external_id: 'act_1',
  name: 'Shop',
  currency: 'EUR',
  time_zone: 'Europe/Amsterdam',
  action_type: 'omni_purchase' as ActionType,
  attribution: 'default' as Attribution,
  now: new Date(0),
}

/** Adds an account; nothing when it is connected already, to whichever store. */
export const createAdAccount = find(
  v.object({ id: Id }),
  NEW,
  (sql, a: typeof NEW) => sql`
    insert into ad_accounts (store_id, platform, external_id, name, currency, time_zone, action_type, attribution, connected_at)
    values (${a.store_id}, 'meta', ${a.external_id}, ${a.name}, ${a.currency}, ${a.time_zone}, ${a.action_type}, ${a.attribution}, ${a.now})
    on conflict (platform, external_id) do nothing
    returning id`,
)

const FACTS = { id: 1, name: 'Shop', currency: 'EUR', time_zone: 'Europe/Amsterdam' }

/** Keeps what the platform says of the account, which takes its token again. */
export const keepAccountFacts = command(
  FACTS,
  (sql, { id, name, currency, time_zone }: typeof FACTS) => sql`
    update ad_accounts set name = ${name}, currency = ${currency}, time_zone = ${time_zone}, refused = null where id = ${id}`,
)

const CHANGED = {
  id: 1,
  store_id: 1,
  action_type: 'omni_purchase' as ActionType,
  attribution: 'default' as Attribution,
}

/** Changes where an account counts and what it counts; campaigns that no person has mapped go with it. */
export const changeAdAccount = get(
  v.object({ campaigns: Count }),
  CHANGED,
  (sql, { id, store_id, action_type, attribution }: typeof CHANGED) => sql`
    with changed as (
      update ad_accounts
      set store_id = ${store_id}, action_type = ${action_type}, attribution = ${attribution},
          settled_on = case when (action_type, attribution) = (${action_type}, ${attribution}) then settled_on end
      where id = ${id}
    ),
    moved as (
      update ad_campaigns set store_id = ${store_id}
      where account_id = ${id} and mapped_at is null and store_id <> ${store_id}
      returning 1
    )
    select count(*)::int as campaigns from moved`,
)

const REFUSED = { id: 1, why: 'The token has expired.' }

export const noteRefusal = command(
  REFUSED,
  (sql, { id, why }: typeof REFUSED) => sql`update ad_accounts set refused = ${why} where id = ${id}`,
)

const ACCOUNT = { account: 'act_1' }

/** Ends the fetching of an account. */
export const removeAccountSync = command(
  ACCOUNT,
  (sql, { account }: typeof ACCOUNT) => sql`delete from sync_state where connector = 'meta' and account = ${account}`,
)

const MOVED = { ...ACCOUNT, store_id: 1 }

/** Tells the fetching of an account with another store, and at once. Resolves to the id of it. */
export const moveAccountSync = find(
  v.object({ id: Id }),
  MOVED,
  (sql, { account, store_id }: typeof MOVED) => sql`
    update sync_state set store_id = ${store_id} where connector = 'meta' and account = ${account} returning id`,
)

const SETTLED = { id: 1, day: '2026-04-13' }

export const noteSettled = command(
  SETTLED,
  (sql, { id, day }: typeof SETTLED) => sql`update ad_accounts set settled_on = ${day} where id = ${id}`,
)

/** Takes an account for a change until the end of the transaction. */
export const lockAdAccount = find(
  v.object({ id: Id }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`select id from ad_accounts where id = ${id} for no key update`,
)

/** Takes an account away with what it said; the ad spend that was booked from it stays. */
export const removeAdAccount = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from ad_accounts where id = ${id}`,
)
