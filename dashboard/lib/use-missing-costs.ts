import useSWRInfinite from 'swr/infinite'
import { get, withQuery } from './api.ts'
import type { Range } from './period.ts'

/** A cost that nobody said; `booked` stands for it now, `likely` is what it would be, `profit_effect` what that does to the profit. */
export type MissingCost = {
  id: number
  missing: 'unit_cost' | 'shipping_rule' | 'fee_rule'
  store: string
  product_id: number | null
  product: string | null
  sku: string | null
  country: string | null
  gateway: string | null
  orders: number
  units: number | null
  currency: string
  revenue: number
  booked: number
  likely: number | null
  profit_effect: number | null
}

type MissingPage = { data: MissingCost[]; next: string | null }

/** What is missing in the range, the most revenue at stake first, page by page. Waits while the range is unknown. */
export const useMissingCosts = (store: string | null, range: Range | undefined) => {
  const { data, error, mutate, size, setSize, isValidating } = useSWRInfinite<MissingPage>(
    (page, before: MissingPage | null) =>
      !range || (page > 0 && !before?.next)
        ? null
        : withQuery('/financials/missing-costs', { ...range, store, limit: '50', cursor: before?.next }),
    get,
    { revalidateFirstPage: true },
  )
  return {
    rows: data?.flatMap((page) => page.data),
    error: error as unknown,
    mutate,
    isLoading: isValidating,
    more: data?.at(-1)?.next ? () => setSize(size + 1) : undefined,
  }
}
