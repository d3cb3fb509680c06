import * as v from 'valibot'
import { command, find, query } from './query.ts'
import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id, Ratio } from './units.ts'

/**
 * A campaign with what it spent in `start`..`end`, in the currency of its account; `claimed` is the revenue that the platform claims.
 * `mapped` is whether a person said where it belongs: otherwise its spend counts for the store of its account and for no product.
 */
export const AdCampaign = v.object({
  id: Id,
  platform: v.string(),
  account_id: Id,
  account: v.string(),
  external_id: v.string(),
  name: v.string(),
  /** What its ad spend is booked under. */
  label: v.string(),
  store: v.string(),
  product_id: v.nullable(Id),
  product: v.nullable(v.string()),
  mapped: v.boolean(),
  start: v.nullable(BusinessDay),
  end: v.nullable(BusinessDay),
  spend: Amount,
  claimed: Amount,
  claimed_roas: Ratio,
  impressions: Count,
  clicks: Count,
  purchases: v.pipe(v.string(), v.metadata({ json: 'number' })),
  currency: Currency,
  attribution: v.nullable(v.string()),
})
export type AdCampaign = v.InferOutput<typeof AdCampaign>

type Range = { start: string | null; end: string | null }

/** Campaigns with the sums of their days; without a range of all days. */
const campaigns = (sql: Sql, { start, end }: Range): Statement => sql`
    select c.id, a.platform, c.account_id, a.name as account, c.external_id, c.name, c.label, s.slug as store, c.product_id, p.name as product,
           c.mapped_at is not null as mapped, coalesce(${start}::date, told.first_day) as start, coalesce(${end}::date, told.last_day) as "end",
           round(coalesce(told.spend, 0), k.minor_digits) as spend, round(coalesce(told.claimed, 0), k.minor_digits) as claimed,
           round(told.claimed / nullif(told.spend, 0), 2) as claimed_roas,
           coalesce(told.impressions, 0)::bigint as impressions, coalesce(told.clicks, 0)::bigint as clicks,
           coalesce(told.purchases, 0) as purchases, a.currency, told.attribution
    from ad_campaigns c
    join ad_accounts a on a.id = c.account_id
    join stores s on s.id = c.store_id
    join currencies k on k.code = a.currency
    left join products p on p.id = c.product_id
    cross join lateral (
      select min(i.day) as first_day, max(i.day) as last_day, sum(round(i.spend, k.minor_digits)) as spend,
             sum(round(i.purchase_value, k.minor_digits)) as claimed, sum(i.impressions) as impressions, sum(i.clicks) as clicks,
             sum(i.purchases) as purchases, case when count(distinct i.attribution) = 1 then min(i.attribution) end as attribution
      from ad_insights i
      where i.campaign_id = c.id and i.ad = '' and i.day between coalesce(${start}::date, '-infinity') and coalesce(${end}::date, 'infinity')) told`

type Listing = Range & {
  store_id: number | null
  account_id: number | null
  mapped: boolean | null
  limit: number
  offset: number
  after: number | null
}
const LISTING: Listing = {
  store_id: null,
  account_id: null,
  mapped: null,
  start: '2026-04-01',
  end: '2026-04-13',
  limit: 50,
  offset: 0,
  after: null,
}

/** Campaigns, newest first; `after` is the id of the last one seen. */
export const listAdCampaigns = query(
  AdCampaign,
  LISTING,
  (sql, { store_id, account_id, mapped, limit, offset, after, ...range }: Listing) => sql`
    ${campaigns(sql, range)}
    where (${store_id}::bigint is null or c.store_id = ${store_id}) and (${account_id}::bigint is null or c.account_id = ${account_id})
      and (${mapped}::boolean is null or (c.mapped_at is not null) = ${mapped}) and (${after}::bigint is null or c.id < ${after})
    order by c.id desc
    limit ${limit} offset ${offset}`,
)

export const findAdCampaign = find(
  AdCampaign,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`${campaigns(sql, { start: null, end: null })} where c.id = ${id}`,
)

/** Takes a campaign for a change until the end of the transaction. */
export const lockAdCampaign = find(
  v.object({ account_id: Id, account_store_id: Id }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`
    select c.account_id, a.store_id as account_store_id
    from ad_campaigns c
    join ad_accounts a on a.id = c.account_id
    where c.id = ${id}
    for no key update of c`,
)

type Mapped = { id: number; store_id: number; product_id: number | null; mapped_at: Date | null }
const MAPPED: Mapped = { id: 1, store_id: 1, product_id: null, mapped_at: new Date(0) }

/** Says where a campaign's spend counts; without `mapped_at` it is where its account's does. */
export const mapAdCampaign = command(
  MAPPED,
  (sql, { id, store_id, product_id, mapped_at }: Mapped) => sql`
    update ad_campaigns set store_id = ${store_id}, product_id = ${product_id}, mapped_at = ${mapped_at} where id = ${id}`,
)
