import useSWR, { useSWRConfig } from 'swr'
import useSWRInfinite from 'swr/infinite'
import { change, get, getTagged, post, withQuery } from './api.ts'
import type { ProfitEffect } from './profit-effect.ts'
import type { Sort } from './sort.ts'

/** A product with the unit cost of today: since when it holds (null: always), and why it is so. */
export type Product = {
  id: number
  name: string
  cost_price: number | null
  cost_currency: string | null
  cost_from: string | null
  cost_source: string | null
  status: 'active' | 'archived'
}

/** A unit cost on the days `from`..`to`, both included; null is open. */
export type DatedCost = {
  id: number
  from: string | null
  to: string | null
  unit_cost: number
  currency: string
  source: string
  created_at: string
}

export type NewCost = { unit_cost: string; currency: string; from: string; to: string | null; reason?: string }

type ProductPage = { data: Product[]; next: string | null }

/** Products by name or SKU, page by page; `more` asks for the next one, and is undefined at the end. */
export const useProducts = (q: string | undefined, sort: Sort) => {
  const { data, error, mutate, size, setSize, isValidating } = useSWRInfinite<ProductPage>(
    (page, before: ProductPage | null) =>
      page > 0 && !before?.next
        ? null
        : withQuery('/products', { q, sort, status: 'active', limit: '50', cursor: before?.next }),
    get,
    { revalidateFirstPage: false },
  )
  return {
    products: data?.flatMap((page) => page.data),
    error: error as unknown,
    mutate,
    isLoading: isValidating,
    more: data?.at(-1)?.next ? () => setSize(size + 1) : undefined,
  }
}

const costsOf = (id: number) => `/products/${id}/costs?limit=500`

/** The unit costs of a product, latest first. */
export const useProductCosts = (id: number) => useSWR<{ data: DatedCost[] }>(costsOf(id), get)

/** Changes of unit costs. All throw `ApiError`: 412 when the product was changed since it was read. */
export const useUnitCostChanges = () => {
  const told = useTellOfCosts()
  return {
    read: (id: number) => getTagged<Product>(`/products/${id}`),
    preview: (id: number, cost: NewCost) => post<ProfitEffect>(`/products/${id}/costs/preview`, cost),
    /** Sets the cost; answers what puts back all that it took the place of. */
    save: async (id: number, cost: NewCost, etag: string) => {
      const { data: before } = await get<{ data: DatedCost[] }>(costsOf(id))
      await change('POST', `/products/${id}/costs`, cost, etag)
      await told()
      return async () => {
        const { from, to, currency } = cost
        const costs = within(before, cost)
        await post(`/products/${id}/costs`, { unit_cost: null, currency, from, to, costs, reason: 'taken back' })
        await told()
      }
    },
  }
}

/** The parts of costs that lie on the days `from`..`to`, earliest first. */
const within = (costs: DatedCost[], { from, to }: Pick<NewCost, 'from' | 'to'>) =>
  costs
    .filter((cost) => (to === null || cost.from === null || cost.from <= to) && (cost.to === null || cost.to >= from))
    .map(({ unit_cost, currency, ...days }) => ({
      unit_cost,
      currency,
      from: days.from === null || days.from < from ? from : days.from,
      to: to !== null && (days.to === null || days.to > to) ? to : days.to,
    }))
    .toSorted((one, other) => (one.from < other.from ? -1 : 1))

/** Asks again for all that a change of costs changes. */
export const useTellOfCosts = () => {
  const { mutate } = useSWRConfig()
  return () =>
    mutate(
      (key) =>
        typeof key === 'string' &&
        /^\/(financials|products|fee-rules|shipping-rules|fixed-costs|goals|imports|orders)\b/.test(key),
    )
}
