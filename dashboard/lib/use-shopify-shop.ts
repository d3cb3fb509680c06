import useSWR, { useSWRConfig } from 'swr'
import { change, get, remove } from './api.ts'
import type { Store } from './use-stores.ts'

/** The Shopify shop behind a store; its secret is never shown. */
export type ShopifyShop = { store: string; domain: string; client_id: string; connected_at: string }

/** The shop behind a store that is connected. `connect` and `disconnect` throw `ApiError`. */
export const useShopifyShop = ({ slug, shopify_domain }: Pick<Store, 'slug' | 'shopify_domain'>) => {
  const path = `/stores/${encodeURIComponent(slug)}/shopify`
  const asked = useSWR<ShopifyShop>(shopify_domain === null ? null : path, get)
  const { mutate } = useSWRConfig()
  const again = () => Promise.all([mutate('/stores'), mutate(path)])
  return {
    asked,
    connect: async (shop: { domain: string; client_id: string; client_secret: string }) => {
      await change('PUT', path, shop)
      await again()
    },
    disconnect: async () => {
      await remove(path)
      await again()
    },
  }
}
