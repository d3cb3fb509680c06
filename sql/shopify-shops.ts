import * as v from 'valibot'
import { command, find, query } from './query.ts'
import { nextRun } from './sync-state.ts'
import { Id } from './units.ts'

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

/** The stores behind a shop, each with the secrets that its webhooks may be signed with, sealed: the app's own, or one given beside a token. */
export const listStoresOfShop = query(
  v.object({ store_id: Id, slug: v.string(), signing: v.nullable(v.string()), name: v.string() }),
  { domain: 'nl.myshopify.com' },
  (sql, { domain }: { domain: string }) => sql`
    select h.store_id, s.slug, k.sealed as signing,
           'shopify/' || h.store_id || case when h.client_id is null then '/webhooks' else '' end as name
    from shopify_shops h
    join stores s on s.id = h.store_id
    left join secrets k on k.name = 'shopify/' || h.store_id || case when h.client_id is null then '/webhooks' else '' end
    where h.domain = ${domain}`,
)

type Kept = { store_id: number | null; resources: string[]; every_minutes: number[]; first_minutes: number[]; anew: boolean; now: Date } // prettier-ignore
const KEPT: Kept = { store_id: 1, resources: ['orders'], every_minutes: [15], first_minutes: [0], anew: true, now: new Date(0) } // prettier-ignore

/**
 * Lets these resources of a connected shop come in, or of all: first after so many minutes, or at night what comes once a day, then in
 * their rhythm. What comes in already keeps its time, or with `anew` is looked at no later than a new one.
 */
export const keepShopSyncs = command(
  KEPT,
  (sql, { store_id, resources, every_minutes, first_minutes, anew, now }: Kept) => sql`
    insert into sync_state as y (connector, store_id, resource, every_minutes, next_run_at)
    select 'shopify', h.store_id, r.resource, r.every,
           case when r.every = 1440 then ${nextRun(sql, now, { minutes: sql`r.every`, store_id: sql`h.store_id` })} else ${now}::timestamptz + make_interval(mins => r.first) end
    from shopify_shops h
    cross join unnest(${resources}::text[], ${every_minutes}::int[], ${first_minutes}::int[]) as r (resource, every, first)
    where ${store_id}::bigint is null or h.store_id = ${store_id}
    on conflict (connector, store_id, account, resource) do update set
      every_minutes = excluded.every_minutes,
      next_run_at = case when ${anew} then least(y.next_run_at, excluded.next_run_at) else y.next_run_at end`,
)
