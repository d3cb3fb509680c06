import useSWR from 'swr'
import { post } from './api.ts'
import type { Figures, FigureName } from './figures.ts'
import type { Range } from './period.ts'

/** By how many percent prices, costs and spend change. */
export const levers = [
  { name: 'price_percent', label: 'Prices', hint: 'With them discounts, returns and fees move.' },
  { name: 'cogs_percent', label: 'Unit costs', hint: 'What a piece costs.' },
  { name: 'shipping_cost_percent', label: 'Shipping costs', hint: 'What sending costs you.' },
  { name: 'ad_spend_percent', label: 'Ad spend', hint: 'The same orders are sold.' },
] as const
export type Lever = (typeof levers)[number]['name']
export type Changes = Record<Lever, string>

export type WhatIf = {
  currency: string
  start: string
  end: string
  before: Figures
  after: Figures
  change: Partial<Record<FigureName, { amount: number | null; percent: number | null }>>
}

/** The range replayed with these changes. Waits while the range or what changes is unknown. */
export const useWhatIf = (store: string | null, range: Range | undefined, changes: Changes | undefined) =>
  useSWR(
    range && changes
      ? ['/financials/what-if', store, range.start, range.end, ...levers.map(({ name }) => changes[name])]
      : null,
    () => post<WhatIf>('/financials/what-if', { ...range, ...(store !== null && { store }), ...changes }),
    { keepPreviousData: true },
  )
