import useSWR from 'swr'
import useSWRInfinite from 'swr/infinite'
import { get, getTagged, type Tagged, withQuery } from './api.ts'
import type { Range } from './period.ts'
import type { Sort } from './sort.ts'

/** Amounts in the order's own currency, of all that was booked for it until now. */
export type Order = {
  id: number
  number: string
  status: string
  date: string
  store: string
  currency: string
  country: string | null
  gateway: string | null
  revenue: number
  cogs: number
  cm1: number
  shipping_cost: number
  transaction_fees: number
  cm2: number
  refunded: number
}

export type Entry = {
  id: number
  date: string
  quantity: number
  amount: number
  basis: 'actual' | 'rule' | 'estimate'
  source: string
  reason: string
  booked_at: string
}

export type Line = {
  id: number
  line_no: number
  account: string
  sku: string
  product_id: number | null
  product: string | null
  quantity: number
  unit_price: number
  amount: number
  discount: number
}

export type Refund = {
  id: number
  date: string
  shipping: number
  lines: { line_no: number; quantity: number; amount: number; restocked: boolean }[]
}

/** What a cost of the order comes to, and by which step. */
export type CostStep = {
  cost: 'cogs' | 'shipping_cost' | 'transaction_fees'
  line_no: number | null
  sku: string | null
  step: 'order_override' | 'actual' | 'product_tier' | 'product_cost' | 'rule' | 'store_default' | 'unknown'
  amount: number | null
  from: string | null
  to: string | null
  of: string | null
  min_quantity: number | null
  unit_cost: number | null
  unit_currency: string | null
  source: string | null
  percent: number | null
  per_order: number | null
  per_unit: number | null
}

/** What was booked at one moment for one reason. */
export type Booking = {
  id: number
  booked_at: string
  reason: string
  by: string | null
  effect_on_cm2: number
  amounts: { account: string; amount: number }[]
}

/** What said costs would do to the net profit, by currency. */
export type CostsEffect = { totals: { currency: string; net_profit_change: number }[] }

/** What a person says that an order costs, as decimal text; null takes it back. */
export type SaidCosts = {
  shipping_cost: string | null
  transaction_fees: string | null
  lines: { line_no: number; unit_cost: string | null }[]
}

export type OrderDetail = Order & {
  type: 'sale' | 'credit_note'
  customer: string | null
  lines: Line[]
  refunds: Refund[]
  costs: CostStep[]
  bookings: Booking[]
  accounts: { account: string; amount: number; effect_on_cm2: number; entries: Entry[] }[]
}

type OrderPage = { data: Order[]; next: string | null }

/** Orders placed in the range, page by page; `more` asks for the next one, and is undefined at the end. Waits while the range is unknown. */
export const useOrders = (store: string | null, range: Range | undefined, q: string | undefined, sort: Sort) => {
  const { data, error, mutate, size, setSize, isValidating } = useSWRInfinite<OrderPage>(
    (page, before: OrderPage | null) =>
      !range || (page > 0 && !before?.next)
        ? null
        : withQuery('/orders', { ...range, store, q, sort, limit: '50', cursor: before?.next }),
    get,
    { revalidateFirstPage: false },
  )
  const last = data?.at(-1)
  return {
    orders: data?.flatMap((page) => page.data),
    error: error as unknown,
    mutate,
    isLoading: isValidating,
    more: last?.next ? () => setSize(size + 1) : undefined,
  }
}

/** An order down to its ledger entries, with the ETag that holds a change of it to what was read. */
export const useOrder = (id: string) =>
  useSWR<Tagged<OrderDetail>, unknown>(`/orders/${encodeURIComponent(id)}`, getTagged)
