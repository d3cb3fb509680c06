import useSWRInfinite from 'swr/infinite'
import { get, withQuery } from './api.ts'
import type { Range } from './period.ts'

/** Lines of the income statement that orders make. */
export const orderLines = [
  'gross_sales',
  'discounts',
  'returns',
  'net_sales',
  'shipping_income',
  'tips',
  'revenue',
  'cogs',
  'cm1',
  'shipping_cost',
  'transaction_fees',
  'cm2',
] as const
export type OrderLine = (typeof orderLines)[number]

/** Amounts in the currency of each store. */
export type LineOrders = {
  line: OrderLine
  start: string
  end: string
  stores: { store: string; currency: string; amount: number; orders: number }[]
  data: {
    order_id: number
    number: string
    store: string
    date: string
    currency: string
    amount: number
    entries: number
  }[]
  next: string | null
}

export const isOrderLine = (name: string): name is OrderLine => orderLines.some((line) => line === name)

const PAGE = '10'

/** The orders behind a line of the income statement, the largest amount first, page by page. Waits while the range is unknown. */
export const useLineOrders = (line: OrderLine, store: string | null, range: Range | undefined) => {
  const { data, error, mutate, size, setSize, isValidating } = useSWRInfinite<LineOrders>(
    (page, before: LineOrders | null) =>
      !range || (page > 0 && !before?.next)
        ? null
        : withQuery('/financials/line-orders', {
            line,
            start: range.start,
            end: range.end,
            store,
            limit: PAGE,
            cursor: before?.next,
          }),
    get,
    { revalidateFirstPage: false },
  )
  const last = data?.at(-1)
  return {
    stores: data?.[0]?.stores,
    orders: data?.flatMap((page) => page.data),
    error: error as unknown,
    mutate,
    isLoading: isValidating,
    more: last?.next ? () => setSize(size + 1) : undefined,
  }
}
