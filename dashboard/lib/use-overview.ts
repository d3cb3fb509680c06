import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { ComparedFigures } from './figures.ts'

export type Overview = {
  currency: string
  store: string | null
  today: ComparedFigures
  this_week: ComparedFigures
  this_month: ComparedFigures
}

/** Today, this week and this month of one store, or of all (null) in the reporting currency. Asks again each minute. */
export const useOverview = (store: string | null) =>
  useSWR<Overview>(withQuery('/financials/overview', { store }), get, { refreshInterval: 60_000 })
