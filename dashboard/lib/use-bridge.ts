import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { Figures } from './figures.ts'
import type { Comparison, Range } from './period.ts'

export type BridgePart = {
  part: string
  amount: number
  products: { product_id: number; product: string; amount: number }[]
}

/** Why net profit changed, in parts that add up to the change exactly. */
export type Bridge = { currency: string; from: Figures; to: Figures; net_profit_change: number; parts: BridgePart[] }

/** The way from the net profit of the days it is compared with to that of the range. Waits while the range is unknown. */
export const useBridge = (store: string | null, range: Range | undefined, compare: Comparison) =>
  useSWR<Bridge>(range ? withQuery('/financials/bridge', { ...range, store, compare }) : null, get)

/** What each part is called, and what it is. */
export const partWords: Record<string, { label: string; text: string }> = {
  price: { label: 'List prices', text: 'Units of this period at the changed list price.' },
  discounts: { label: 'Discounts', text: 'More or less was given as discounts.' },
  volume: { label: 'Volume', text: 'More or fewer units, at the average margin per unit of the days compared with.' },
  mix: { label: 'Mix', text: 'Other products were sold, new and discontinued ones included.' },
  returns: { label: 'Returns', text: 'Returned goods, less what went back into stock.' },
  unit_cost: { label: 'Unit costs', text: 'Units of this period at the changed unit cost.' },
  shipping: { label: 'Shipping', text: 'Shipping income and tips, less shipping cost.' },
  transaction_fees: { label: 'Transaction fees', text: 'Payment fees and commissions.' },
  ad_spend: { label: 'Ad spend', text: 'More or less was spent on ads.' },
  fixed_costs: { label: 'Fixed costs', text: 'Recurring costs of the days.' },
  fx: { label: 'Exchange rates', text: 'What other exchange rates made of the same amounts.' },
}
