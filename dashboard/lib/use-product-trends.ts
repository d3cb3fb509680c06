import useSWR from 'swr'
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

/** How products went through the range, in at most `steps` steps; those that were known stay while more are asked for. */
export const useProductTrends = (ids: number[], store: string | null, range: Range | undefined, steps: number) =>
  useSWR(
    range && ids.length > 0
      ? withQuery('/financials/product-trends', { ...range, store, steps: String(steps), product_ids: ids.join(',') })
      : null,
    async (path) => {
      const [address = ''] = path.split('&product_ids=')
      const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, at) =>
        ids.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
      )
      const answers = await Promise.all(
        parts.map((part) => get<{ data: ProductTrend[] }>(`${address}&product_ids=${part.join(',')}`)),
      )
      return new Map(answers.flatMap(({ data }) => data.map((trend) => [trend.product_id, trend] as const)))
    },
    { keepPreviousData: true },
  )
