import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { ComparedFigures } from './figures.ts'
import type { Range } from './period.ts'

/** The figures of the range against the period before it. Waits while the range is unknown. */
export const useSummary = (store: string | null, range: Range | undefined) =>
  useSWR<ComparedFigures>(
    range ? withQuery('/financials/summary', { ...range, store, compare: 'previous' }) : null,
    get,
    { refreshInterval: 60_000 },
  )
