import useSWR, { useSWRConfig } from 'swr'
import { change, getTagged, post, type Tagged } from './api.ts'
import type { Store } from './use-stores.ts'

/** What can be set of a store; `default_cost_percent` is the unit cost as percent of the list price where none is known. */
export type StoreTerms = { name: string; time_zone: string; default_cost_percent: number | null }

export type NewStore = StoreTerms & { slug: string; currency: string }

/** What a change does to the net profit, by currency; `orders` are booked anew. */
export type StoreEffect = {
  orders: number
  totals: { currency: string; net_profit_change: number }[]
}

const pathOf = (slug: string) => `/stores/${encodeURIComponent(slug)}`

/** As it is on the server now. Throws `ApiError`. */
export const readStore = (slug: string): Promise<Tagged<Store>> => getTagged(pathOf(slug))

/** A store with its ETag, which holds a change of it to what was read. */
export const useTaggedStore = (slug: string) => useSWR<Tagged<Store>>(pathOf(slug), () => readStore(slug))

/** What can be done with stores. All throw `ApiError`. */
export const useStoreChanges = () => {
  const { mutate } = useSWRConfig()
  return {
    add: async (store: NewStore) => {
      const made = await post<Store>('/stores', store)
      await mutate('/stores')
      return made
    },
    /** 412 when somebody else was faster. */
    save: async (slug: string, terms: Partial<StoreTerms>, etag?: string) => {
      await change('PATCH', pathOf(slug), terms, etag)
      const now = await readStore(slug)
      await Promise.all([mutate('/stores'), mutate(pathOf(slug), now, { revalidate: false })])
      return now
    },
    preview: (slug: string, terms: Partial<StoreTerms>) => post<StoreEffect>(`${pathOf(slug)}/preview`, terms),
  }
}
