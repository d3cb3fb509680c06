import * as v from 'valibot'
import { command, find } from './query.ts'

/**
 * The Shopify shop behind a store; its client secret, or without a client id its permanent token, is sealed in `secrets`. `notes` say in
 * words what the app may not do.
 */
export const ShopifyShop = v.object({
  store: v.string(),
  domain: v.string(),
  client_id: v.nullable(v.string()),
  scopes: v.array(v.string()),
  notes: v.array(v.string()),
  connected_at: v.string(),
})
export type ShopifyShop = v.InferOutput<typeof ShopifyShop>

export const findShopifyShop = find(
  ShopifyShop,
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`
    select s.slug as store, h.domain, h.client_id, h.scopes, h.notes, iso(h.connected_at) as connected_at
    from shopify_shops h
    join stores s on s.id = h.store_id
    where h.store_id = ${store_id}`,
)

type Connected = { store_id: number; domain: string; client_id: string | null; scopes?: string[]; notes?: string[] }
const CONNECTED: Connected = { store_id: 1, domain: 'nl.myshopify.com', client_id: 'id' }

/** Ties a store to a shop, in place of another one. */
export const connectShopifyShop = command(
  CONNECTED,
  (sql, { store_id, domain, client_id, scopes = [], notes = [] }: Connected) => sql`
    insert into shopify_shops (store_id, domain, client_id, scopes, notes)
    values (${store_id}, ${domain}, ${client_id}, ${scopes}, ${notes})
    on conflict (store_id) do update set
      domain = excluded.domain, client_id = excluded.client_id, scopes = excluded.scopes, notes = excluded.notes, connected_at = now()`,
)

export const disconnectShopifyShop = command(
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`delete from shopify_shops where store_id = ${store_id}`,
)
