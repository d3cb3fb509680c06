import useSWR from 'swr'
import useSWRInfinite from 'swr/infinite'
import { get, withQuery } from './api.ts'
import type { Box } from './boxes.ts'
import type { Coverage } from './figures.ts'
import type { Range } from './period.ts'
import type { ProductColumn } from './product-columns.ts'
import type { Sort } from './sort.ts'

/** Amounts in the currency of the report; null where there is nothing to divide by. */
export type ProductTotals = Record<ProductColumn, number | null>
/** `product_id` is null in the row of what no product accounts for. */
export type ProductRow = ProductTotals & {
  units_returned: number
  returns: number
  product_id: number | null
  product: string
  box: Box | null
}

type InBox = { products: number; units_sold: number; revenue: number; cm3: number }
/** The bounds of the four boxes, and what is in each. */
export type Boxes = Record<Box, InBox> & { cm3_percent: number | null; units_sold: number | null }

type ProductReport = {
  currency: string
  start: string
  end: string
  data: ProductRow[]
  totals: ProductTotals
  boxes: Boxes
  coverage: Coverage
  next: string | null
}

const PAGE = 50

/** What each product earned in the range, page by page; `more` asks for the next one, and is undefined at the end. Waits while the range is unknown. */
export const useProductReport = (
  store: string | null,
  range: Range | undefined,
  sort: Sort,
  { limit = PAGE, box }: { limit?: number; box?: Box | undefined } = {},
) => {
  const { data, error, mutate, size, setSize, isValidating } = useSWRInfinite<ProductReport>(
    (page, before: ProductReport | null) =>
      !range || (page > 0 && !before?.next)
        ? null
        : withQuery('/financials/product-report', {
            ...range,
            store,
            sort,
            box,
            limit: String(limit),
            cursor: before?.next,
          }),
    get,
    { revalidateFirstPage: false },
  )
  const last = data?.at(-1)
  return {
    report: data?.[0],
    rows: data?.flatMap((page) => page.data),
    error: error as unknown,
    mutate,
    isLoading: isValidating,
    more: last?.next ? () => setSize(size + 1) : undefined,
  }
}

/** The line of one product in the report of the range; `data` is empty when it was not sold. Waits while the range is unknown. */
export const useProductLine = (id: string, store: string | null, range: Range | undefined) =>
  useSWR<ProductReport>(
    range ? withQuery('/financials/product-report', { ...range, store, product_id: id, limit: '1' }) : null,
    get,
  )
