import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { Range } from './period.ts'

type Missing = { data: { revenue: number; currency: string }[]; total: number }

/** How many costs of the range nobody said, and the one with the most revenue on it. Waits while the range is unknown. */
export const useMissingCostCount = (store: string | null, range: Range | undefined) =>
  useSWR<Missing>(
    range ? withQuery('/financials/missing-costs', { ...range, store, limit: '1', count: 'true' }) : null,
    get,
  )
