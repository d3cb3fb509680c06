import { useEffect, useMemo } from 'react'
import useSWRInfinite from 'swr/infinite'
import { get, withQuery } from './api.ts'
import type { Range } from './period.ts'

/** A product from `start` to `end`, both included; `revenue` is its net sales. */
export type TrendStep = {
  start: string
  end: string
  units_sold: number
  revenue: number
  cm1: number
  direct_ad_spend: number
}
export type ProductTrend = { product_id: number; currency: string; steps: TrendStep[] }

const AT_ONCE = 50

/**
 * How products went through the range, in at most `steps` steps, asked for in parts: those of further products are added to those that are
 * there. Waits while the range is unknown.
 */
export const useProductTrends = (ids: number[], store: string | null, range: Range | undefined, steps: number) => {
  const parts = range ? Math.ceil(ids.length / AT_ONCE) : 0
  const { data, size, setSize } = useSWRInfinite<{ data: ProductTrend[] }>(
    (part) => {
      const asked = ids.slice(part * AT_ONCE, (part + 1) * AT_ONCE)
      return !range || asked.length === 0
        ? null
        : withQuery('/financials/product-trends', {
            ...range,
            store,
            steps: String(steps),
            product_ids: asked.join(','),
          })
    },
    get,
    { revalidateFirstPage: false, parallel: true, keepPreviousData: true },
  )
  useEffect(() => {
    if (size < parts) void setSize(parts)
  }, [size, parts, setSize])
  return useMemo(
    () => ({
      data: data && new Map(data.flatMap((part) => part.data.map((trend) => [trend.product_id, trend] as const))),
    }),
    [data],
  )
}
