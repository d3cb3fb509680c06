import type { DefinedFigure } from './definitions.ts'

type Part = { sign: '' | '+' | '−' | '÷'; of: DefinedFigure }
const sum = (first: DefinedFigure, ...others: DefinedFigure[]): Part[] => [
  { sign: '', of: first },
  ...others.map((of): Part => ({ sign: '+', of })),
]
const less = (first: DefinedFigure, ...others: DefinedFigure[]): Part[] => [
  { sign: '', of: first },
  ...others.map((of): Part => ({ sign: '−', of })),
]
const ratio = (top: DefinedFigure, bottom: DefinedFigure): Part[] => [
  { sign: '', of: top },
  { sign: '÷', of: bottom },
]

/** What each worked-out figure is made of, in the words of its definition; the others are summed from entries. */
export const makings: Partial<Record<DefinedFigure, Part[]>> = {
  net_sales: less('gross_sales', 'discounts', 'returns'),
  revenue: sum('net_sales', 'shipping_income', 'tips'),
  cm1: less('revenue', 'cogs'),
  cm2: less('cm1', 'shipping_cost', 'transaction_fees'),
  cm3: less('cm2', 'ad_spend'),
  net_profit: less('cm3', 'fixed_costs'),
  total_costs: sum('cogs', 'shipping_cost', 'transaction_fees', 'ad_spend', 'fixed_costs'),
  margin_percent: ratio('net_profit', 'revenue'),
  aov: ratio('revenue', 'orders'),
  mer: ratio('revenue', 'ad_spend'),
  poas: ratio('cm2', 'ad_spend'),
  break_even_roas: ratio('revenue', 'cm2'),
  cac: ratio('ad_spend', 'orders'),
}
