import useSWR from 'swr'
import { get } from './api.ts'

/** The proof of figures in an answer: which tool was asked what, when, and what it gave. */
export type Receipt = {
  id: number
  tool: string
  input: unknown
  queries: string[]
  as_of: string
  last_entry_id: number
  rows: number
  result_hash: string
  result: unknown
}

export type Difference = { figure: string; before: unknown; now: unknown }

/** Whether the same question still gives the same; `now` is null when it cannot be asked any more. */
export type Explanation = {
  sql: Record<string, string>
  now:
    | { same: true }
    | {
        same: false
        differences: Difference[]
        more_differences?: number
        booked_since: {
          store: string
          reason: string
          booked_on: string
          first_day: string
          last_day: string
          entries: number
          currency: string
          effect_on_profit: string
        }[]
        other_changes: { what: string; changes: number }[]
      }
    | null
}

// What a receipt holds never changes.
export const useReceipt = (id: number) => useSWR<Receipt>(`/receipts/${id}`, get, { revalidateIfStale: false })

/** Asks the question of a receipt again, once `wanted`. */
export const useExplanation = (id: number, wanted: boolean) =>
  useSWR<Explanation>(wanted ? `/receipts/${id}/explanation` : null, get, { revalidateOnFocus: false })
