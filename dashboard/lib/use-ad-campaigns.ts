import { useSWRConfig } from 'swr'
import useSWRInfinite from 'swr/infinite'
import { change, get, getTagged, type Tagged, withQuery } from './api.ts'
import type { Range } from './period.ts'
import type { Platform } from './platforms.ts'
import type { AdState } from './use-channels.ts'

/** `campaign_id` is set for campaigns of connected accounts, which can be mapped. */
export type AdCampaign = {
  id: number
  campaign_id: number | null
  platform: Platform
  account: string
  campaign: string
  store: string
  product_id: number | null
  product: string | null
  start: string
  end: string
  days: number
  currency: string
  ad_spend: number
  claimed: number
  claimed_roas: number | null
  state: AdState
}
type Page = { data: AdCampaign[]; next: string | null }

/** Where the spend of a campaign counts. */
export type Mapping = { store: string | null; product_id: number | null }
export type MappedCampaign = {
  id: number
  name: string
  store: string
  product_id: number | null
  product: string | null
  mapped: boolean
}

const PAGE = '200'

/** Campaigns of the range, the largest spender first, page by page. Waits while the range is unknown. */
export const useAdCampaigns = (store: string | null, range: Range | undefined) => {
  const { data, error, mutate, size, setSize, isValidating } = useSWRInfinite<Page>(
    (page, before: Page | null) =>
      !range || (page > 0 && !before?.next)
        ? null
        : withQuery('/financials/ad-campaigns', { ...range, store, limit: PAGE, cursor: before?.next }),
    get,
    { revalidateFirstPage: false },
  )
  const last = data?.at(-1)
  return {
    campaigns: data?.flatMap((page) => page.data),
    error: error as unknown,
    mutate,
    isLoading: isValidating,
    more: last?.next ? () => setSize(size + 1) : undefined,
  }
}

/** A campaign as it is now, with its ETag. Throws `ApiError`. */
export const readCampaign = (id: number): Promise<Tagged<MappedCampaign>> => getTagged(`/campaigns/${id}`)

/** Says where a campaign's spend counts, then all figures of the page are asked again. Throws `ApiError`: 412 when it was changed since. */
export const useMapCampaign = () => {
  const { mutate } = useSWRConfig()
  return async (id: number, mapping: Mapping, etag?: string) => {
    const mapped = await change<MappedCampaign>('PATCH', `/campaigns/${id}`, mapping, etag)
    await mutate((key) => typeof key === 'string' && key.includes('/financials/'))
    return mapped
  }
}
