import * as v from 'valibot'
import { Platform } from './ad-spend.ts'
import { query } from './query.ts'
import { conversion } from './store-days.ts'
import { Amount, BusinessDay, Count, Currency, Ratio } from './units.ts'

/** What a platform got and what it claims to have brought, in major units of `currency`. Claims of platforms overlap, so they never add up. */
export const ChannelTotals = v.object({
  platform: Platform,
  start: BusinessDay,
  end: BusinessDay,
  currency: Currency,
  ad_spend: Amount,
  /** Percent of the ad spend of all platforms. */
  share_percent: Ratio,
  claimed: Amount,
  claimed_roas: Ratio,
  days: Count,
})

type Asked = { store_ids: number[]; currency: string; start: string; end: string }
const SAMPLE: Asked = { store_ids: [1], currency: 'EUR', start: '2026-04-01', end: '2026-04-13' }

/**
 * One row per platform with rows of ad spend in `start`..`end`, both included, the biggest spender first; `days` are those with rows. Each
 * row is converted at its day's rate and rounded. Ad spend that was posted by hand has no platform and is not in here.
 */
export const channelTotals = query(ChannelTotals, SAMPLE, (sql, { store_ids, currency, start, end }: Asked) => {
  const rate = conversion(sql, sql`a.currency`, sql`${currency}`, sql`a.day`)
  return sql`
    select platform, ${start}::date as start, ${end}::date as "end", ${currency}::text as currency,
           major(spend, minor_digits) as ad_spend,
           round(spend * 100.0 / nullif(sum(spend) over (), 0), 1) as share_percent, major(claimed, minor_digits) as claimed,
           round(claimed::numeric / nullif(spend, 0), 2) as claimed_roas, days
    from (
      select platform, sum(round(amount_minor * multiplier / divisor))::bigint as spend,
             sum(round(claimed_minor * multiplier / divisor))::bigint as claimed, count(distinct day)::int as days
      from (
        select a.platform, a.day, a.amount_minor, a.claimed_minor, ${rate.multiplier} as multiplier, ${rate.divisor} as divisor
        from ad_spend a
        where a.store_id = any(${store_ids}::bigint[]) and a.day between ${start} and ${end}) rated
      group by platform) total
    join currencies c on c.code = ${currency}
    order by spend desc, platform`
})
