import useSWR, { useSWRConfig } from 'swr'
import { get, post, withQuery } from './api.ts'

/** A closed month; `store` is null when it was closed for all stores together. */
export type ReportRow = {
  id: number
  month: string
  store: string | null
  currency: string
  closed_at: string
  closed_by: string
  signature: string
  revenue: number
  net_profit: number
}

export type Report = ReportRow & {
  restated: boolean
  /** Each figure as it was closed and as it is now. */
  changes: { figure: string; closed: number | null; now: number | null; difference: number | null }[]
  /** What was booked for the month since, by reason, in each store's currency. */
  restatements: {
    store: string
    currency: string
    reason: string
    booked_on: string
    first_day: string
    last_day: string
    entries: number
    net_profit: number
  }[]
}

const listOf = (store: string | null) => withQuery('/reports', { store, limit: '100' })

/** Months that were closed, the one closed last first. */
export const useReports = (store: string | null) => useSWR<{ data: ReportRow[] }>(listOf(store), get)

/** A closed month with what changed since. */
export const useReport = (id: number) => useSWR<Report>(`/reports/${id}`, get)

/** Closes a month (YYYY-MM) of a store or of all together, for good. Throws `ApiError`: 409 when it is closed, 422 while it runs. */
export const useClosing = () => {
  const { mutate } = useSWRConfig()
  return async (month: string, store: string | null) => {
    await post('/reports', { month, ...(store !== null && { store }) })
    await mutate(listOf(store))
  }
}
