import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import { type Grain, grainOf, type Range } from './period.ts'
import type { Platform } from './platforms.ts'

/** Whether the platform may still change what it says. */
export type AdState = 'open' | 'settling' | 'final'

type Got = { platform: Platform; ad_spend: number; claimed: number; claimed_roas: number | null }
export type ChannelTotal = Got & { days: number; share_percent: number | null }
/** What a platform got in a part of the range. */
export type ChannelColumn = Got & { start: string; end: string; state: AdState }

export type Channels = {
  currency: string
  grain: Grain
  start: string
  end: string
  totals: ChannelTotal[]
  data: ChannelColumn[]
}

/** Ad spend by platform, in all and in columns, oldest first; without a grain the one that fits. Waits while the range is unknown. */
export const useChannels = (store: string | null, range: Range | undefined, grain?: Grain) =>
  useSWR<Channels>(
    range ? withQuery('/financials/channels', { ...range, store, grain: grain ?? grainOf(range) }) : null,
    get,
    { refreshInterval: 60_000 },
  )
