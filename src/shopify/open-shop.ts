import type { Sql } from '../../sql/connect.ts'
import { findSecret } from '../../sql/secrets.ts'
import { findShopifyShop } from '../../sql/shopify-shops.ts'
import { AppError } from '../errors.ts'
import type { Seal } from '../secrets.ts'
import type { Shopify, ShopifyAdmin } from './admin.ts'

/** Under which name the client secret, or the permanent token, of a store's shop is sealed. */
export const shopSecretName = (store_id: number) => `shopify/${store_id}`

/** Under which name is sealed what the shop signs its webhooks with, where that is not the client secret of an app. */
export const webhookSecretName = (store_id: number) => `${shopSecretName(store_id)}/webhooks`

/** Opens the shop behind a store. */
export type OpenShop = (sql: Sql, store: { id: number; slug: string }) => Promise<ShopifyAdmin>

/** @throws AppError `conflict` for a store that has no shop */
export const createOpenShop =
  ({ shopify, seal }: { shopify: Shopify; seal: Seal }): OpenShop =>
  async (sql, { id, slug }) => {
    const name = shopSecretName(id)
    const [shop, secret] = await Promise.all([findShopifyShop(sql, { store_id: id }), findSecret(sql, { name })])
    if (!shop || !secret) throw notConnected(slug)
    const opened = seal.open(name, secret.sealed)
    const { domain, client_id } = shop
    return shopify(client_id === null ? { domain, access_token: opened } : { domain, client_id, client_secret: opened })
  }

export const notConnected = (slug: string) =>
  new AppError(
    'conflict',
    `The store ${slug} has no Shopify connection yet. An admin can add it: PUT /stores/${slug}/shopify.`,
  )
