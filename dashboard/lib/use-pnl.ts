import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { PnlColumn } from './figures.ts'
import { type Grain, grainOf, type Range } from './period.ts'

export type Pnl = { currency: string; grain: Grain; start: string; end: string; data: PnlColumn[] }

/** The income statement of the range in columns, oldest first. Waits while the range is unknown. */
export const usePnl = (store: string | null, range: Range | undefined) =>
  useSWR<Pnl>(range ? withQuery('/financials/pnl', { ...range, store, grain: grainOf(range) }) : null, get, {
    refreshInterval: 60_000,
  })
