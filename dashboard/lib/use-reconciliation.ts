import useSWR, { useSWRConfig } from 'swr'
import { get, post, withQuery } from './api.ts'

/** How far the books of a store match its Shopify shop. */
export type StoreReconciliation = {
  store: string
  name: string
  status: 'matches' | 'differs' | 'unchecked'
  days: number
  matching_days: number
  differing_days: number
  first_day: string | null
  last_day: string | null
  last_differing_day: string | null
  differs_since: string | null
  source: 'report' | 'orders' | null
  checked_at: string | null
  next_run_at: string | null
  error: string | null
  gaps: { from: string; to: string; reason: string }[]
}

export const measures = ['gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'orders'] as const
export type Measure = (typeof measures)[number]

/** A day beside what the shop says of it; differences are ours less Shopify’s. */
export type ReconciledDay = {
  id: number
  date: string
  store: string
  currency: string
  status: 'matches' | 'differs'
  source: 'report' | 'orders'
  net_sales: number
  net_sales_in_shop: number
  differing_orders: number
  checked_at: string
  differs_since: string | null
} & Record<`${Measure}_difference`, number>

/** An order that makes a difference; `order` is empty for the day as a whole, `order_id` null where we have none. */
export type OrderDifference = Record<Measure, number> & {
  order: string
  order_id: number | null
  cause: string
  words: string
  by_rule: boolean
  reread_at: string | null
}

export type DayProof = ReconciledDay & {
  figures: { measure: Measure; ours: number; in_shop: number; by_rule: number; difference: number }[]
  order_differences: OrderDifference[]
}

const STORES = '/reconciliation/stores'
const daysOf = (store: string) => withQuery('/reconciliation', { store, limit: '100' })

/** Every store that has a shop, asked again often, so that a comparison that was asked for shows. */
export const useReconciliation = () => useSWR<{ data: StoreReconciliation[] }>(STORES, get, { refreshInterval: 15_000 })

/** The last days of a store that were compared, newest first. */
export const useReconciledDays = (store: string) =>
  useSWR<{ data: ReconciledDay[] }>(daysOf(store), get, { refreshInterval: 15_000 })

/** A day with its measures, and the orders that make its difference. */
export const useDayProof = (store: string, day: string) =>
  useSWR<DayProof>(`/reconciliation/${encodeURIComponent(store)}/${day}`, get, { refreshInterval: 15_000 })

/** Compares recent days with the shop now, or one day that is named. Throws `ApiError`. */
export const useCompareNow = (store: string) => {
  const { mutate } = useSWRConfig()
  return async (day?: string) => {
    await post(
      `/reconciliation/${encodeURIComponent(store)}/run`,
      day === undefined ? undefined : { from: day, to: day },
    )
    await Promise.all([mutate(STORES), mutate(daysOf(store))])
  }
}
