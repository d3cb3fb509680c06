import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { Figures } from './figures.ts'
import type { Range } from './period.ts'

/** A store's figures in its own currency, and converted. `return_rate` is a part of one: units of the range's orders that came back. */
export type ComparedStore = {
  store: string
  name: string
  own: Figures
  converted: Figures
  return_rate: number | null
}

export type StoreComparison = {
  currency: string
  start: string
  end: string
  data: ComparedStore[]
  total: Figures
  return_rate: number | null
}

/** All stores side by side, by name, with what they come to. Waits while the range is unknown. */
export const useStoreComparison = (range: Range | undefined) =>
  useSWR<StoreComparison>(range ? withQuery('/financials/stores', range) : null, get, { refreshInterval: 60_000 })
