import type { DefinedFigure } from './definitions.ts'
import type { AmountName } from './figures.ts'

export type Line = { name: AmountName & DefinedFigure; kind: 'plus' | 'minus' | 'subtotal' | 'total' }

/** The lines of an income statement, from gross sales down to net profit. */
export const ladder: readonly Line[] = [
  { name: 'gross_sales', kind: 'plus' },
  { name: 'discounts', kind: 'minus' },
  { name: 'returns', kind: 'minus' },
  { name: 'net_sales', kind: 'subtotal' },
  { name: 'shipping_income', kind: 'plus' },
  { name: 'tips', kind: 'plus' },
  { name: 'revenue', kind: 'subtotal' },
  { name: 'cogs', kind: 'minus' },
  { name: 'cm1', kind: 'subtotal' },
  { name: 'shipping_cost', kind: 'minus' },
  { name: 'transaction_fees', kind: 'minus' },
  { name: 'cm2', kind: 'subtotal' },
  { name: 'ad_spend', kind: 'minus' },
  { name: 'cm3', kind: 'subtotal' },
  { name: 'fixed_costs', kind: 'minus' },
  { name: 'net_profit', kind: 'total' },
]

/** Percent of revenue, for display only; null without revenue. */
export const shareOfRevenue = (amount: number, revenue: number): number | null =>
  revenue === 0 ? null : (amount / revenue) * 100
