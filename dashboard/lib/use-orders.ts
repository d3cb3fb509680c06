import useSWR from 'swr'
import useSWRInfinite from 'swr/infinite'
import { get, withQuery } from './api.ts'
import type { Range } from './period.ts'

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
  amount: number
  basis: 'actual' | 'rule' | 'estimate'
  source: string
  reason: string
  booked_at: string
}

export type OrderDetail = Order & {
  customer: string | null
  accounts: { account: string; amount: number; effect_on_cm2: number; entries: Entry[] }[]
}

type OrderPage = { data: Order[]; next: string | null }

/** Orders placed in the range, newest first, page by page; `more` asks for the next one, and is undefined at the end. Waits while the range is unknown. */
export const useOrders = (store: string | null, range: Range | undefined, q: string | undefined) => {
  const { data, error, mutate, size, setSize, isValidating } = useSWRInfinite<OrderPage>(
    (page, before: OrderPage | null) =>
      !range || (page > 0 && !before?.next)
        ? null
        : withQuery('/orders', { ...range, store, q, limit: '50', cursor: before?.next }),
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

/** An order down to its ledger entries. */
export const useOrder = (id: string) => useSWR<OrderDetail, unknown>(`/orders/${encodeURIComponent(id)}`, get)
