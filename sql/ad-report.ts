import * as v from 'valibot'
import { AdDayState, adDayState, Platform } from './ad-spend.ts'
import type { Sql } from './connect.ts'
import type { Period } from './pnl.ts'
import { query, type Statement } from './query.ts'
import { conversion } from './store-days.ts'
import { Amount, BusinessDay, Count, Currency, Id, Ratio } from './units.ts'

/** What a platform got in a part of the range, and what it claims to have brought; the least settled of its days gives the state. */
export const ChannelColumn = v.object({
  start: BusinessDay,
  end: BusinessDay,
  platform: Platform,
  ad_spend: Amount,
  claimed: Amount,
  claimed_roas: Ratio,
  state: AdDayState,
})

type Columns = { store_ids: number[]; currency: string; periods: Period[]; now: Date }
const COLUMNS: Columns = {
  store_ids: [1],
  currency: 'EUR',
  periods: [{ key: '2026-04-01', from: '2026-04-01', to: '2026-04-13' }],
  now: new Date(0),
}

/** The least settled state of rows. */
const leastSettled = (sql: Sql, state: Statement): Statement =>
  sql`case when bool_or(${state} = 'open') then 'open' when bool_or(${state} = 'settling') then 'settling' else 'final' end`

/** Rows of ad spend in the currency asked for, each at its day's rate and rounded. */
const rated = (sql: Sql, { store_ids, currency, now }: Omit<Columns, 'periods'>, days: Statement): Statement => {
  const rate = conversion(sql, sql`a.currency`, sql`${currency}`, sql`a.day`)
  return sql`
    select a.id, a.store_id, a.day, a.platform, a.account, a.campaign, a.product_id, ${adDayState(sql, now)} as state,
           round(a.amount_minor * ${rate.multiplier} / ${rate.divisor})::bigint as spend,
           round(a.claimed_minor * ${rate.multiplier} / ${rate.divisor})::bigint as claimed
    from ad_spend a
    join stores s on s.id = a.store_id
    where a.store_id = any(${store_ids}::bigint[]) and ${days}`
}

/** A row for each platform with ad spend in each asked period, oldest first, platforms by name. Ad spend posted by hand has no platform. */
export const channelColumns = query(ChannelColumn, COLUMNS, (sql, { periods, ...asked }: Columns) => {
  const [first, last] = [periods[0]?.from ?? '2000-01-01', periods.at(-1)?.to ?? '2000-01-01']
  return sql`
    with period as (
      select from_day, to_day
      from unnest(${periods.map((p) => p.from)}::date[], ${periods.map((p) => p.to)}::date[]) as asked (from_day, to_day)
    ),
    rated as (${rated(sql, asked, sql`a.day between ${first} and ${last}`)}),
    added as (
      select p.from_day, p.to_day, r.platform, sum(r.spend)::bigint as spend, sum(r.claimed)::bigint as claimed,
             ${leastSettled(sql, sql`r.state`)} as state
      from period p
      join rated r on r.day between p.from_day and p.to_day
      group by p.from_day, p.to_day, r.platform
    )
    select from_day as start, to_day as "end", platform, major(spend, minor_digits) as ad_spend, major(claimed, minor_digits) as claimed,
           round(claimed::numeric / nullif(spend, 0), 2) as claimed_roas, state
    from added
    join currencies c on c.code = ${asked.currency}
    order by from_day, platform`
})

/**
 * What a campaign got in a range and what its platform claims that it brought, in major units of `currency`. `campaign_id` is the campaign of
 * a connected account, which can be mapped to a store and product; null for what came from files and by REST.
 */
export const CampaignReport = v.object({
  id: Id,
  campaign_id: v.nullable(Id),
  platform: Platform,
  account: v.string(),
  campaign: v.string(),
  store: v.string(),
  product_id: v.nullable(Id),
  product: v.nullable(v.string()),
  start: BusinessDay,
  end: BusinessDay,
  days: Count,
  currency: Currency,
  ad_spend: Amount,
  claimed: Amount,
  claimed_roas: Ratio,
  state: AdDayState,
})

type Listing = {
  store_ids: number[]
  currency: string
  start: string
  end: string
  platform: Platform | null
  now: Date
  limit: number
  offset: number
  after: number | null
}
const LISTING: Listing = {
  store_ids: [1],
  currency: 'EUR',
  start: '2026-04-01',
  end: '2026-04-13',
  platform: null,
  now: new Date(0),
  limit: 50,
  offset: 0,
  after: null,
}

/** Campaigns with ad spend in the range by store and product, the largest spender first; `days` are those with rows. */
export const listCampaignReport = query(
  CampaignReport,
  LISTING,
  (sql, { start, end, platform, limit, offset, after, ...asked }: Listing) => sql`
    with rated as (
      ${rated(sql, asked, sql`a.day between ${start} and ${end} and (${platform}::text is null or a.platform = ${platform})`)}
    ),
    report as (
      select min(id) as id, store_id, platform, account, campaign, product_id, count(distinct day)::int as days,
             sum(spend)::bigint as spend, sum(claimed)::bigint as claimed, ${leastSettled(sql, sql`state`)} as state
      from rated
      group by store_id, platform, account, campaign, product_id
    )
    select r.id, k.id as campaign_id, r.platform, coalesce(nullif(k.account_name, ''), r.account) as account, r.campaign, s.slug as store,
           r.product_id, p.name as product, ${start}::date as start, ${end}::date as "end", r.days, c.code as currency,
           major(r.spend, c.minor_digits) as ad_spend, major(r.claimed, c.minor_digits) as claimed,
           round(r.claimed::numeric / nullif(r.spend, 0), 2) as claimed_roas, r.state
    from report r
    join stores s on s.id = r.store_id
    join currencies c on c.code = ${asked.currency}
    left join products p on p.id = r.product_id
    left join lateral (
      select m.id, t.name as account_name
      from ad_accounts t
      join ad_campaigns m on m.account_id = t.id
      where t.platform = r.platform and t.external_id = r.account and m.label = r.campaign
      order by m.id
      limit 1) k on true
    where ${after}::bigint is null or (r.spend, r.id) < (select spend, id from report where id = ${after})
    order by r.spend desc, r.id desc
    limit ${limit} offset ${offset}`,
)
