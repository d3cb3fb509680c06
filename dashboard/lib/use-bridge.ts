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

type Way = { path: string; line?: string; label: string }
const products: Way = { path: '/products', label: 'Products of these days' }
const lineOf = (line: string, label: string): Way => ({ path: '/pnl', line, label })

/** What each part is called, what it is, and where what it is made of stands. */
export const partWords: Record<string, { label: string; text: string; way: Way }> = {
  price: { label: 'List prices', text: 'Units of this period at the changed list price.', way: products },
  discounts: {
    label: 'Discounts',
    text: 'More or less was given as discounts.',
    way: lineOf('discounts', 'Orders with discounts'),
  },
  volume: {
    label: 'Volume',
    text: 'More or fewer units, at the average margin per unit of the days compared with.',
    way: products,
  },
  mix: { label: 'Mix', text: 'Other products were sold, new and discontinued ones included.', way: products },
  returns: {
    label: 'Returns',
    text: 'Returned goods, less what went back into stock.',
    way: lineOf('returns', 'Orders with returns'),
  },
  unit_cost: { label: 'Unit costs', text: 'Units of this period at the changed unit cost.', way: products },
  shipping: {
    label: 'Shipping',
    text: 'Shipping income and tips, less shipping cost.',
    way: lineOf('shipping_cost', 'Orders by shipping cost'),
  },
  transaction_fees: {
    label: 'Transaction fees',
    text: 'Payment fees and commissions.',
    way: lineOf('transaction_fees', 'Orders by fees'),
  },
  ad_spend: {
    label: 'Ad spend',
    text: 'More or less was spent on ads.',
    way: { path: '/ads', label: 'Ads of these days' },
  },
  fixed_costs: {
    label: 'Fixed costs',
    text: 'Recurring costs of the days.',
    way: { path: '/costs/fixed', label: 'Fixed costs' },
  },
  fx: {
    label: 'Exchange rates',
    text: 'What other exchange rates made of the same amounts.',
    way: { path: '/stores', label: 'Stores side by side' },
  },
}
