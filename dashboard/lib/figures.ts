/** Amounts in the currency of the payload. */
export type AmountName =
  | 'gross_sales'
  | 'discounts'
  | 'returns'
  | 'net_sales'
  | 'shipping_income'
  | 'tips'
  | 'revenue'
  | 'cogs'
  | 'written_off_goods'
  | 'cm1'
  | 'shipping_cost'
  | 'transaction_fees'
  | 'cm2'
  | 'ad_spend'
  | 'cm3'
  | 'fixed_costs'
  | 'total_costs'
  | 'net_profit'
  | 'taxes'
  | 'avg_daily_revenue'
  | 'avg_daily_profit'

/** Amounts per something: null when there is nothing to divide by. */
export type RateName = 'aov' | 'cac'

/** Percent of revenue, null without revenue. */
export type PercentName = 'margin_percent' | 'cm1_percent' | 'cm2_percent' | 'cm3_percent'

/** Multiples, null when there is nothing to divide by. */
export type MultipleName = 'mer' | 'poas' | 'break_even_roas'

export type CountName = 'orders' | 'units_sold'

export type FigureName = AmountName | RateName | PercentName | MultipleName | CountName

export type Coverage = {
  /** By the least known cost: A from 95 % of revenue, B 85, C 70, D 50, E below; null without revenue. */
  grade: 'A' | 'B' | 'C' | 'D' | 'E' | null
  /** The cost that decides the grade; null when all costs are known. */
  weakest: 'cogs' | 'shipping_cost' | 'transaction_fees' | null
  cogs_percent: number | null
  shipping_cost_percent: number | null
  transaction_fees_percent: number | null
  /** Business days (YYYY-MM-DD) that are still running. */
  open_days: string[]
  /** Days of stores with figures that a person posted, the newest of them by name. */
  manual_days: { count: number; days: { date: string; store: string }[] }
}

/** The figures of `start`..`end`, both days included. */
export type Figures = Record<AmountName | CountName, number> &
  Record<RateName | PercentName | MultipleName, number | null> & {
    start: string
    end: string
    days: number
    currency: string
    coverage: Coverage
  }

/** `amount` in the figure's own unit (percentage points for a percent); `percent` null when there is no base. */
export type FigureChange = { amount: number | null; percent: number | null }

export type ComparedFigures = Figures & {
  comparison: Figures
  change: Partial<Record<FigureName, FigureChange>>
}

/** One column of the income statement. */
export type PnlColumn = Omit<Figures, 'coverage' | 'days' | 'currency'>

/** Figures whose proof can be opened: of a period, or of a column of one, which is compared with nothing. */
export type ProvableFigures = PnlColumn & { currency: string } & Partial<
    Pick<ComparedFigures, 'comparison' | 'change' | 'coverage'>
  >

export const isCompared = (figures: ProvableFigures): figures is ProvableFigures & ComparedFigures =>
  figures.comparison !== undefined && figures.change !== undefined

/** True when nothing was sold, returned or paid for in the period. */
export const isEmpty = (figures: Figures): boolean =>
  figures.orders === 0 && figures.gross_sales === 0 && figures.revenue === 0 && figures.total_costs === 0

/** How a figure is written. */
export const kindOf = (name: FigureName): 'money' | 'percent' | 'multiple' | 'count' => {
  if (name.endsWith('_percent')) return 'percent'
  if (name === 'mer' || name === 'poas' || name === 'break_even_roas') return 'multiple'
  return name === 'orders' || name === 'units_sold' ? 'count' : 'money'
}
