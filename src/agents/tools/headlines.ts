const HEADLINES = new Set([
  'start', 'end', 'days', 'currency', 'revenue', 'net_profit', 'margin_percent', 'orders', 'units_sold', 'aov', 'cogs', 'shipping_cost',
  'transaction_fees', 'ad_spend', 'mer', 'cm3', 'fixed_costs',
]) // prettier-ignore

/** The figures of a ladder that most questions are about; the rest takes a model's attention. */
export function headlines(ladder: object | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(ladder ?? {}).filter(([figure]) => HEADLINES.has(figure)))
}
