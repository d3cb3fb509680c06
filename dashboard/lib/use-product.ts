import useSWR from 'swr'
import { get, post, remove, withQuery } from './api.ts'
import type { Range } from './period.ts'
import type { ProfitEffect } from './profit-effect.ts'
import type { Order } from './use-orders.ts'
import { type Product, useTellOfCosts } from './use-unit-costs.ts'

/** A SKU of one store; `list_price` in the store's currency, `grams` the weight of a piece. */
export type Variant = {
  id: number
  store: string
  sku: string
  title: string
  list_price: number | null
  grams: number | null
}

/** A unit cost for lines of at least so many pieces, or of orders to one country (null: to any). */
export type CostTier = {
  id: number
  country: string | null
  min_quantity: number
  from: string | null
  to: string | null
  unit_cost: number
  currency: string
}
export type NewTier = Omit<CostTier, 'id' | 'unit_cost'> & { unit_cost: string }

export const useProduct = (id: string) => useSWR<Product>(`/products/${encodeURIComponent(id)}`, get)

export const useVariants = (id: number) => useSWR<{ data: Variant[] }>(`/products/${id}/variants?limit=200`, get)

export const useCostTiers = (id: number) => useSWR<{ data: CostTier[] }>(`/products/${id}/cost-tiers?limit=200`, get)

/** Changes of tiers; a preview keeps nothing. All throw `ApiError`. */
export const useCostTierChanges = (id: number) => {
  const told = useTellOfCosts()
  const done = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work
    await told()
    return value
  }
  return {
    preview: (tier: NewTier) => post<ProfitEffect>(`/products/${id}/cost-tiers/preview`, tier),
    add: (tier: NewTier) => done(post<CostTier>(`/products/${id}/cost-tiers`, tier)),
    drop: (tier: number) => done(remove(`/products/${id}/cost-tiers/${tier}`)),
  }
}

/** The newest orders of the range with a line of this product. Waits while the range is unknown. */
export const useProductOrders = (id: number, store: string | null, range: Range | undefined) =>
  useSWR<{ data: Order[] }>(
    range ? withQuery('/orders', { ...range, store, product_id: String(id), limit: '10' }) : null,
    get,
  )
