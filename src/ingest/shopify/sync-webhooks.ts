import * as v from 'valibot'
import { seeing, type Sql } from '../../../sql/connect.ts'
import { listLostEvents } from '../../../sql/shopify-events.ts'
import { listStoresOfShop, findShopifyShop } from '../../../sql/shopify-shops.ts'
import { getStoreOfId } from '../../../sql/stores.ts'
import { noteSync } from '../../../sql/sync-state.ts'
import { AppError } from '../../errors.ts'
import type { Connector } from '../../jobs/run-sync.ts'
import type { ShopifyAdmin } from '../../shopify/admin.ts'
import { hasScope } from '../../shopify/app-scopes.ts'
import type { OpenShop } from '../../shopify/open-shop.ts'
import { TOPICS, topicName } from './webhook-topics.ts'

export const LIST_WEBHOOKS = /* GraphQL */ `
  query ListWebhooks($uri: String!, $after: String) {
    webhookSubscriptions(first: 100, uri: $uri, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        topic
        includeFields
      }
    }
  }
`
export const CREATE_WEBHOOK = /* GraphQL */ `
  mutation CreateWebhook($topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!) {
    webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) {
      webhookSubscription {
        id
      }
      userErrors {
        field
        message
      }
    }
  }
`
export const DELETE_WEBHOOK = /* GraphQL */ `
  mutation DeleteWebhook($id: ID!) {
    webhookSubscriptionDelete(id: $id) {
      deletedWebhookSubscriptionId
      userErrors {
        field
        message
      }
    }
  }
`
const UserErrors = v.array(v.object({ field: v.nullable(v.array(v.string())), message: v.string() }))
const Subscription = v.object({ id: v.string(), topic: v.string(), includeFields: v.array(v.string()) })
type Subscription = v.InferOutput<typeof Subscription>
const Listed = v.object({
  webhookSubscriptions: v.object({
    pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
    nodes: v.array(Subscription),
  }),
})
const Created = v.object({
  webhookSubscriptionCreate: v.object({
    webhookSubscription: v.nullable(v.object({ id: v.string() })),
    userErrors: UserErrors,
  }),
})
const Deleted = v.object({ webhookSubscriptionDelete: v.object({ userErrors: UserErrors }) })
/** Events that are named as lost at most. */
const MOST_NAMED = 5

/**
 * Sees to it that a shop tells us of every change: what it does not tell yet, it is asked to. Says which changes could not be read.
 * @param publicUrl where shops reach us
 */
export const syncWebhooks =
  ({
    sql,
    now,
    openShop,
    publicUrl,
  }: {
    sql: Sql
    now: () => Date
    openShop: OpenShop
    publicUrl: string | undefined
  }): Connector =>
  async ({ sync: { id, store_id } }) => {
    if (store_id === null) throw new AppError('conflict', 'Webhooks belong to a store.')
    if (!publicUrl)
      return { note: 'PUBLIC_URL is not set, so the shop cannot tell us of changes: they come in every 15 minutes.' }
    const { store, admin, signed } = await seeing(sql, 'all', async (tx) => {
      const found = await getStoreOfId(tx, { id: store_id })
      const shop = await findShopifyShop(tx, { store_id })
      const stores = await listStoresOfShop(tx, { domain: shop?.domain ?? '' })
      return {
        store: found,
        admin: await openShop(tx, found),
        signed: stores.some((one) => one.store_id === store_id && one.signing !== null),
      }
    })
    if (!signed)
      return {
        note: `Without the secret of its app the shop’s messages cannot be told from forged ones: changes come in every 15 minutes. Connect ${store.slug} again with its webhook_secret, or with an app.`,
      }
    const begun = now()
    const missing = await missingWebhooks(admin, publicUrl)
    await addWebhooks(admin, publicUrl, missing)
    await seeing(sql, 'all', (tx) => noteSync(tx, { id, cursor: {}, done: 0, expected: null, added: missing.length }))
    const lost = await seeing(sql, 'all', (tx) => listLostEvents(tx, { store_id }))
    if (lost.length > 0)
      throw new AppError(
        'conflict',
        `${lost.length} changes in the shop could not be read: ${lost
          .slice(0, MOST_NAMED)
          .map(({ kind, number, error }) => `${kind.replace('_', ' ')} ${number}: ${error}`)
          .join(' ')}`,
      )
    return { covered_until: begun }
  }

const addressAt = (publicUrl: string) => `${publicUrl}/webhooks/shopify`

/** The changes that a shop does not tell us of, or with more of the customers than we ask for; without those that the app may not read. */
export async function missingWebhooks(admin: ShopifyAdmin, publicUrl: string): Promise<string[]> {
  const known = await subscribed(admin, addressAt(publicUrl))
  const missing = Object.entries(TOPICS).filter(
    ([topic, { fields }]) => !isAsAsked(known.get(topicName(topic)), fields),
  )
  const scopes = new Set(missing.flatMap(([, { scope }]) => scope ?? []))
  for (const scope of scopes) if (await hasScope(admin, scope)) scopes.delete(scope)
  return missing.flatMap(([topic, { scope }]) => (scope !== undefined && scopes.has(scope) ? [] : topic))
}

const isAsAsked = (known: Subscription | undefined, fields: string[] | undefined) =>
  known !== undefined &&
  (fields === undefined ||
    (known.includeFields.length > 0 && fields.every((field) => known.includeFields.includes(field))))

/**
 * Asks a shop to tell us of these changes, each whatever becomes of the others.
 * @throws AppError `conflict` when it does not take one of them
 */
export async function addWebhooks(admin: ShopifyAdmin, publicUrl: string, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return
  const uri = addressAt(publicUrl)
  const known = await subscribed(admin, uri)
  const refused: string[] = []
  for (const topic of topics) {
    const other = known.get(topicName(topic))
    const error =
      (other && (await unsubscribe(admin, other))) ??
      (await subscribe(admin, { topic, uri, fields: TOPICS[topic]?.fields }))
    if (error !== undefined) refused.push(`${topic}: ${error}`)
  }
  if (refused.length > 0)
    throw new AppError('conflict', `Shopify does not take ${uri} for webhooks of ${refused.join(' ')}`)
}

/**
 * Asks a shop to tell us of nothing any more.
 * @throws AppError `conflict` when it keeps a subscription, `unavailable` when it does not answer
 */
export async function removeWebhooks(admin: ShopifyAdmin, publicUrl: string): Promise<void> {
  const kept: string[] = []
  for (const one of (await subscribed(admin, addressAt(publicUrl))).values()) {
    const error = await unsubscribe(admin, one)
    if (error !== undefined) kept.push(`${one.topic}: ${error}`)
  }
  if (kept.length > 0) throw new AppError('conflict', `Shopify did not end ${kept.join(' ')}`)
}

async function subscribed({ ask }: ShopifyAdmin, uri: string): Promise<Map<string, Subscription>> {
  const topics = new Map<string, Subscription>()
  for (let after: string | null = null; ;) {
    const { webhookSubscriptions: page }: v.InferOutput<typeof Listed> = await ask(
      LIST_WEBHOOKS,
      { uri, after },
      Listed,
    )
    for (const one of page.nodes) topics.set(one.topic, one)
    if (!page.pageInfo.hasNextPage) return topics
    after = page.pageInfo.endCursor
  }
}

/** Resolves to why the shop did not; undefined when it did. */
async function unsubscribe({ ask }: ShopifyAdmin, { id }: Subscription): Promise<string | undefined> {
  const { webhookSubscriptionDelete: gone } = await ask(DELETE_WEBHOOK, { id }, Deleted)
  return gone.userErrors[0]?.message
}

/** Resolves to why the shop did not; undefined when it did. */
async function subscribe(
  { ask }: ShopifyAdmin,
  { topic, uri, fields }: { topic: string; uri: string; fields: string[] | undefined },
): Promise<string | undefined> {
  const webhookSubscription = { uri, format: 'JSON', ...(fields && { includeFields: fields }) }
  const { webhookSubscriptionCreate: made } = await ask(
    CREATE_WEBHOOK,
    { topic: topicName(topic), webhookSubscription },
    Created,
  )
  return made.userErrors[0]?.message
}
