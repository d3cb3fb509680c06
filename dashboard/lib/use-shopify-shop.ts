import useSWR, { useSWRConfig } from 'swr'
import { change, get, remove } from './api.ts'
import type { Store } from './use-stores.ts'

/** The Shopify shop behind a store; its secret is never shown. `client_id` is null where a permanent token is used. */
export type ShopifyShop = {
  store: string
  domain: string
  client_id: string | null
  scopes: string[]
  /** What the app may not do, in words. */
  notes: string[]
  connected_at: string
}

/** An app with its secret, or a permanent token with the secret that its webhooks are signed with, if it is known. */
export type ShopifyKey =
  | { client_id: string; client_secret: string }
  | { access_token: string; webhook_secret?: string | undefined }

const pathOf = (slug: string) => `/stores/${encodeURIComponent(slug)}/shopify`

/** The shop behind a store that is connected. */
export const useShopifyShop = ({ slug, shopify_domain }: Pick<Store, 'slug' | 'shopify_domain'>) =>
  useSWR<ShopifyShop>(shopify_domain === null ? null : pathOf(slug), get)

/** Connects a store to its shop, which is asked whether the credentials are good, and disconnects it. Both throw `ApiError`, in words. */
export const useShopConnection = (slug: string) => {
  const { mutate } = useSWRConfig()
  const again = () =>
    Promise.all([
      mutate('/stores'),
      mutate('/reconciliation/stores'),
      mutate((key) => typeof key === 'string' && key.startsWith('/sync')),
    ])
  return {
    connect: async (shop: { domain: string } & ShopifyKey) => {
      const connected = await change<ShopifyShop>('PUT', pathOf(slug), shop)
      await Promise.all([mutate(pathOf(slug), connected, { revalidate: false }), again()])
    },
    disconnect: async () => {
      await remove(pathOf(slug))
      // Not asked for again: it is gone.
      await Promise.all([mutate(pathOf(slug), undefined, { revalidate: false }), again()])
    },
  }
}
