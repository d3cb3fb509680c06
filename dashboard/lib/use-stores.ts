import useSWR from 'swr'
import { get } from './api.ts'

export type Store = {
  id: number
  slug: string
  name: string
  currency: string
  time_zone: string
  default_cost_percent: number | null
  /** Of the Shopify shop behind it, null when there is none. */
  shopify_domain: string | null
}

/** The stores that the user may see. */
export const useStores = () => useSWR<{ data: Store[] }>('/stores', get)
