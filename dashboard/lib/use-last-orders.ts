import useSWR from 'swr'
import { get, withQuery } from './api.ts'

/** The last day with an order of each store, or of one; null when it has none. */
export const useLastOrders = (store: string | null) =>
  useSWR<{ data: { name: string; last_order: string | null }[] }>(withQuery('/freshness', { store }), get)
