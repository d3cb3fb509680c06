type Change = { orders: number; net_profit_before: number; net_profit_after: number; net_profit_change: number }

/** What a change of costs does to the net profit, by store and month, and by currency. */
export type ProfitEffect = {
  orders: number
  months: (Change & { store: string; currency: string; month: string })[]
  totals: (Change & { currency: string })[]
}
