import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { clearReconciliation } from '../../sql/reconciled.ts'
import { removeSecret, setSecret } from '../../sql/secrets.ts'
import { connectShopifyShop, findShopifyShop, keepShopSyncs } from '../../sql/shopify-shops.ts'
import { readShopifyEventsNow, removeShopifyEvents } from '../../sql/shopify-events.ts'
import type { Store } from '../../sql/stores.ts'
import { removeSyncs } from '../../sql/sync-state.ts'
import type { Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import type { Seal } from '../secrets.ts'
import type { Shopify, ShopifyShopKey } from './admin.ts'
import { shopSecretName, webhookSecretName } from './open-shop.ts'

/** Where a shop is reached, whatever domain its customers see. */
export const ShopDomain = v.pipe(
  v.string(),
  v.maxLength(100),
  v.regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/, 'must be a domain such as example.myshopify.com'),
)

/** Scopes without which nothing comes in, with what each is for. */
export const NEEDED: Readonly<Record<string, string>> = {
  read_orders: 'orders, refunds and fees of payments',
  read_products: 'products and their SKUs',
  read_inventory: 'unit costs',
  read_customers: 'telling first orders from later ones',
}
/** Scopes without which a part is missing. */
export const WANTED: Readonly<Record<string, string>> = {
  read_all_orders: 'orders older than 60 days: without it history begins there',
  read_reports: 'its own sales report, which the books are held against; without it they are held against its orders',
  read_shopify_payments_disputes: 'chargebacks: without it they are not booked',
  write_orders: 'approved refunds, cancellations, addresses, notes and tags: without it they are refused',
  write_products: 'approved prices: without it they are refused',
  write_inventory: 'approved stock levels: without it they are refused',
  read_locations: 'the place whose stock is changed: without it approved stock levels are refused',
  write_merchant_managed_fulfillment_orders: 'approved tracking numbers: without it they are refused',
}

export const ABOUT_SHOP = /* GraphQL */ `
  query AboutShop {
    shop {
      name
      currencyCode
      ianaTimezone
    }
    currentAppInstallation {
      accessScopes {
        handle
      }
    }
  }
`
export const AboutShop = v.object({
  shop: v.object({ name: v.string(), currencyCode: v.string(), ianaTimezone: v.string() }),
  currentAppInstallation: v.object({ accessScopes: v.array(v.object({ handle: v.string() })) }),
})

export type CheckedShop = { key: ShopifyShopKey; scopes: string[]; notes: string[] }

/**
 * Asks a shop whether these credentials are good, and fit the store.
 * @throws AppError `conflict` with what is wrong in words: credentials refused, scopes missing and what each is for, another currency
 */
export async function checkShop(
  shopify: Shopify,
  store: Pick<Store, 'name' | 'currency' | 'time_zone'>,
  key: ShopifyShopKey,
): Promise<CheckedShop> {
  const { shop, currentAppInstallation: app } = await shopify(key).ask(ABOUT_SHOP, {}, AboutShop)
  const scopes = app.accessScopes.map(({ handle }) => handle).toSorted()
  // To write is to read as well.
  const has = (scope: string) => scopes.includes(scope) || scopes.includes(scope.replace(/^read_/, 'write_'))
  const missing = (of: typeof NEEDED) =>
    Object.entries(of).flatMap(([scope, why]) => (has(scope) ? [] : [`${scope} (${why})`]))
  const needed = missing(NEEDED)
  if (needed.length > 0)
    throw new AppError(
      'conflict',
      `The app may not read what is needed: it lacks ${needed.join(', ')}. Add ${needed.length === 1 ? 'it' : 'them'} to the app in Shopify, approve that in the shop, and connect again.`,
    )
  if (shop.currencyCode !== store.currency)
    throw new AppError('conflict', `The shop counts in ${shop.currencyCode}, and the store in ${store.currency}.`)
  const otherDays = shop.ianaTimezone !== store.time_zone
  return {
    key,
    scopes,
    notes: [
      ...missing(WANTED).map((scope) => `The app lacks ${scope}.`),
      ...(otherDays
        ? [
            `The shop cuts its days in ${shop.ianaTimezone}, the store in ${store.time_zone}: its own reports show other days.`,
          ]
        : []),
    ],
  }
}

/** Minutes between two looks at what is new, and until the first; what comes once a day comes at night. */
const RESOURCES = {
  products: { every: 60, first: 0 },
  orders: { every: 15, first: 0 },
  'orders-90-days': { every: 1_440, first: 0 },
  webhooks: { every: 60, first: 0 },
  reconciliation: { every: 60, first: 15 },
}

/** Lets what there is of a shop come in, or of all shops that are connected. */
export async function keepComingIn(
  sql: Sql,
  given: { store_id: number | null; anew: boolean; now: Date },
): Promise<void> {
  const kept = Object.values(RESOURCES)
  await keepShopSyncs(sql, {
    ...given,
    resources: Object.keys(RESOURCES),
    every_minutes: kept.map(({ every }) => every),
    first_minutes: kept.map(({ first }) => first),
  })
}

type Connecting = {
  store: Pick<Store, 'id' | 'slug'>
  checked: CheckedShop
  /** What a shop with a permanent token signs its webhooks with; apps sign with their secret. */
  webhook_secret?: string | undefined
  who: Who | null
  now: Date
}

/** Ties a store to a shop that was checked, in place of another one, and lets its orders and products come in. */
export async function connectShop(
  sql: Sql,
  seal: Seal,
  { store, checked, webhook_secret, who, now }: Connecting,
): Promise<void> {
  const { key, scopes, notes } = checked
  const [client_id, secret] = 'access_token' in key ? [null, key.access_token] : [key.client_id, key.client_secret]
  const name = shopSecretName(store.id)
  const before = await findShopifyShop(sql, { store_id: store.id })
  if (before && before.domain !== key.domain) {
    await removeSyncs(sql, { connector: 'shopify', store_id: store.id })
    await removeShopifyEvents(sql, { store_id: store.id })
    await clearReconciliation(sql, { store_id: store.id })
  }
  await connectShopifyShop(sql, { store_id: store.id, domain: key.domain, client_id, scopes, notes })
  const by = { user_id: who?.user_id ?? null, email: who?.email ?? 'the terminal' }
  await setSecret(sql, { name, sealed: seal.seal(name, secret), ...by, now })
  const signing = webhookSecretName(store.id)
  if (webhook_secret === undefined) await removeSecret(sql, { name: signing })
  else await setSecret(sql, { name: signing, sealed: seal.seal(signing, webhook_secret), ...by, now })
  await keepComingIn(sql, { store_id: store.id, anew: true, now })
  await readShopifyEventsNow(sql, { store_id: store.id })
  await audit(sql, who, {
    action: 'shopify.connected',
    subject: `store ${store.slug}`,
    new_value: { domain: key.domain, client_id },
  })
}
