import * as v from 'valibot'
import { Platform } from './ad-spend.ts'
import { command, query } from './query.ts'
import { BusinessDay, Currency, Id } from './units.ts'

export type Campaign = { external_id: string; name: string }
const CAMPAIGNS = { account_id: 1, campaigns: [{ external_id: '1', name: 'Spring' }] as Campaign[] }

/**
 * Adds the campaigns of an account that are new, in its store, and keeps new names of the others. One whose name another has already is
 * booked under its name and id.
 */
export const keepCampaigns = command(
  CAMPAIGNS,
  (sql, { account_id, campaigns }: typeof CAMPAIGNS) => sql`
    with given as (
      select distinct on (external_id) external_id, name
      from json_to_recordset(${JSON.stringify(campaigns)}::text::json) as g (external_id text, name text)
      order by external_id
    ),
    labelled as (
      select g.external_id, g.name, a.store_id,
             case when row_number() over (partition by g.name order by g.external_id) > 1
                    or exists (select 1 from ad_campaigns c where c.account_id = a.id and c.label = g.name)
                  then left(g.name, 270) || ' (' || g.external_id || ')' else g.name end as label
      from given g
      join ad_accounts a on a.id = ${account_id}
    )
    insert into ad_campaigns as c (account_id, external_id, name, label, store_id)
    select ${account_id}, external_id, name, label, store_id
    from labelled
    order by external_id
    on conflict (account_id, external_id) do update set name = excluded.name
    where c.name <> excluded.name`,
)

/** What a platform says of a campaign's or ad's day, in the account's currency; `ad` is empty for the campaign as a whole. */
export type Insight = {
  campaign: string
  ad: string
  ad_name: string
  day: string
  spend: string
  impressions: string
  clicks: string
  purchases: string
  purchase_value: string
}
type Told = {
  account_id: number
  level: 'campaign' | 'ad'
  from: string
  to: string
  action_type: string
  attribution: string
  insights: Insight[]
  now: Date
}
const TOLD: Told = {
  account_id: 1,
  level: 'campaign',
  from: '2026-04-01',
  to: '2026-04-13',
  action_type: 'omni_purchase',
  attribution: 'default',
  insights: [
    {
      campaign: '1',
      ad: '',
      ad_name: '',
      day: '2026-04-13',
      spend: '12.50',
      impressions: '100',
      clicks: '3',
      purchases: '1',
      purchase_value: '40',
    },
  ],
  now: new Date(0),
}

/**
 * Keeps everything that a platform says of the days `from`..`to` at one level: what it says no longer is set to zero. Resolves to the number
 * of rows that are new or other than before.
 */
export const keepInsights = command(
  TOLD,
  (sql, { account_id, level, from, to, action_type, attribution, insights, now }: Told) => sql`
    with given as (
      select c.id as campaign_id, g.ad, g.ad_name, g.day, g.spend, g.impressions, g.clicks, g.purchases, g.purchase_value
      from json_to_recordset(${JSON.stringify(insights)}::text::json) as g (
        campaign text, ad text, ad_name text, day date, spend numeric, impressions bigint, clicks bigint, purchases numeric, purchase_value numeric)
      join ad_campaigns c on c.account_id = ${account_id} and c.external_id = g.campaign
    ),
    wanted as (
      select campaign_id, ad, ad_name, day, spend, impressions, clicks, purchases, purchase_value from given
      union all
      select i.campaign_id, i.ad, i.ad_name, i.day, 0, 0, 0, 0, 0
      from ad_campaigns c
      join ad_insights i on i.campaign_id = c.id
      where c.account_id = ${account_id} and i.day between ${from} and ${to} and (i.ad = '') = (${level} = 'campaign')
        and not exists (select 1 from given g where g.campaign_id = i.campaign_id and g.ad = i.ad and g.day = i.day)
    )
    insert into ad_insights as i (
      campaign_id, ad, day, ad_name, spend, impressions, clicks, purchases, purchase_value, action_type, attribution, fetched_at)
    select campaign_id, ad, day, ad_name, spend, impressions, clicks, purchases, purchase_value, ${action_type}, ${attribution}, ${now}
    from wanted
    on conflict (campaign_id, ad, day) do update set
      ad_name = excluded.ad_name, spend = excluded.spend, impressions = excluded.impressions, clicks = excluded.clicks,
      purchases = excluded.purchases, purchase_value = excluded.purchase_value, action_type = excluded.action_type,
      attribution = excluded.attribution, fetched_at = excluded.fetched_at
    where (i.ad_name, i.spend, i.impressions, i.clicks, i.purchases, i.purchase_value, i.action_type, i.attribution) is distinct from
      (excluded.ad_name, excluded.spend, excluded.impressions, excluded.clicks, excluded.purchases, excluded.purchase_value, excluded.action_type,
       excluded.attribution)`,
)

type Asked = { account_id: number; campaign_id: number | null; from: string; to: string }
const ASKED: Asked = { account_id: 1, campaign_id: null, from: '2026-04-01', to: '2026-04-13' }

/**
 * The rows of ad spend that differ from what the platform says and where its campaigns belong, of one campaign or all of the account: those
 * that ought to be, rounded to the minor unit, and those that ought not to be there, at zero.
 */
export const adSpendToSave = query(
  v.object({
    row: v.number(),
    date: BusinessDay,
    store: v.string(),
    platform: Platform,
    account: v.string(),
    campaign: v.string(),
    product_id: v.nullable(Id),
    amount: v.string(),
    claimed: v.string(),
    currency: Currency,
  }),
  ASKED,
  (sql, { account_id, campaign_id, from, to }: Asked) => sql`
    with wanted as (
      select i.day, c.store_id, a.platform, a.external_id as account, c.label as campaign, c.product_id,
             round(i.spend, k.minor_digits) as amount, round(i.purchase_value, k.minor_digits) as claimed, a.currency, k.minor_digits
      from ad_accounts a
      join currencies k on k.code = a.currency
      join ad_campaigns c on c.account_id = a.id and (${campaign_id}::bigint is null or c.id = ${campaign_id})
      join ad_insights i on i.campaign_id = c.id and i.ad = '' and i.day between ${from} and ${to}
      where a.id = ${account_id}
    ),
    other as (
      select s.day, s.store_id, s.platform, s.account, s.campaign, s.product_id, round(0::numeric, k.minor_digits) as amount,
             round(0::numeric, k.minor_digits) as claimed, s.currency, k.minor_digits
      from ad_accounts a
      join ad_spend s on s.platform = a.platform and s.account = a.external_id and s.day between ${from} and ${to}
      join currencies k on k.code = s.currency
      where a.id = ${account_id} and (s.amount_minor <> 0 or s.claimed_minor <> 0)
        and (${campaign_id}::bigint is null or s.campaign = (select label from ad_campaigns where id = ${campaign_id}))
        and not exists (
          select 1 from wanted w
          where w.day = s.day and w.store_id = s.store_id and w.campaign = s.campaign and w.product_id is not distinct from s.product_id)
    )
    select (row_number() over ())::int as "row", b.day as date, st.slug as store, b.platform, b.account, b.campaign, b.product_id, b.amount,
           b.claimed, b.currency
    from (select * from wanted union all select * from other) b
    join stores st on st.id = b.store_id
    left join ad_spend s on s.store_id = b.store_id and s.day = b.day and s.platform = b.platform and s.account = b.account
      and s.campaign = b.campaign and s.product_id is not distinct from b.product_id
    where (s.amount_minor, s.claimed_minor, s.currency) is distinct from
      ((b.amount * 10::numeric ^ b.minor_digits)::bigint, (b.claimed * 10::numeric ^ b.minor_digits)::bigint, b.currency)
    order by b.day, st.slug, b.campaign`,
)

/** Takes away rows at zero of campaigns that count elsewhere now: a row would keep a figure that was posted by hand from counting. */
export const removeMovedAdSpend = command(
  ASKED,
  (sql, { account_id, campaign_id, from, to }: Asked) => sql`
    delete from ad_spend s
    using ad_accounts a, ad_campaigns c
    where a.id = ${account_id} and c.account_id = a.id and (${campaign_id}::bigint is null or c.id = ${campaign_id})
      and s.platform = a.platform and s.account = a.external_id and s.campaign = c.label and s.day between ${from} and ${to}
      and s.amount_minor = 0 and s.claimed_minor = 0
      and (s.store_id <> c.store_id or s.product_id is distinct from c.product_id)`,
)

const SPANS = { rates: [{ currency: 'USD', from: '2026-04-10', to: '2026-04-13' }] }

/** Accounts with days that rates of these days turn into a store's currency. */
export const accountsAtRates = query(
  v.object({ account_id: Id, store_ids: v.array(Id), from: BusinessDay, to: BusinessDay }),
  SPANS,
  (sql, { rates }: typeof SPANS) => sql`
    select a.id as account_id, array_agg(distinct c.store_id) as store_ids, min(i.day) as "from", max(i.day) as "to"
    from ad_accounts a
    join ad_campaigns c on c.account_id = a.id
    join stores s on s.id = c.store_id
    join ad_insights i on i.campaign_id = c.id and i.ad = ''
    where a.currency <> s.currency and exists (
      select 1
      from json_to_recordset(${JSON.stringify(rates)}::text::json) as r (currency text, "from" date, "to" date)
      where r.currency in (a.currency, s.currency) and i.day between r."from" and r."to" + 10)
    group by a.id
    order by a.id`,
)
