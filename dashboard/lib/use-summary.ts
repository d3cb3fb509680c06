import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { ComparedFigures } from './figures.ts'
import type { Comparison, Range } from './period.ts'

/** The figures of the range against those it is compared with. Waits while the range is unknown. */
export const useSummary = (store: string | null, range: Range | undefined, compare: Comparison = 'previous') =>
  useSWR<ComparedFigures>(range ? withQuery('/financials/summary', { ...range, store, compare }) : null, get, {
    refreshInterval: 60_000,
  })
