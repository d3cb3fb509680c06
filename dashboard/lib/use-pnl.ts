import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { PnlColumn } from './figures.ts'
import { type Grain, grainOf, type Range } from './period.ts'

export type Pnl = { currency: string; grain: Grain; start: string; end: string; data: PnlColumn[] }

/** The income statement of the range in columns, oldest first; without a grain the one that fits. Waits while the range is unknown. */
export const usePnl = (store: string | null, range: Range | undefined, grain?: Grain) =>
  useSWR<Pnl>(range ? withQuery('/financials/pnl', { ...range, store, grain: grain ?? grainOf(range) }) : null, get, {
    refreshInterval: 60_000,
  })
