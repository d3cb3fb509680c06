import { createHmac } from 'node:crypto'
import { newId } from './shopify-objects.ts'
import { connection } from './shopify-shown.ts'

export type Subscription = { id: string; topic: string; uri: string; includeFields: string[] }
type Listening = {
  domain: string
  client_secret: string
  /** With which an app of a permanent token signs. */
  api_secret: string
  subscriptions: Subscription[]
  scopes: readonly string[]
}

/** What an app needs to be told of the topics that begin so. */
const SCOPES = {
  ORDER: 'read_orders',
  REFUNDS: 'read_orders',
  DISPUTES: 'read_shopify_payments_disputes',
  PRODUCTS: 'read_products',
  INVENTORY_ITEMS: 'read_inventory',
}

/** Only the fields that were asked for, as Shopify cuts them. */
const cutTo = (payload: object, fields: readonly string[]) =>
  fields.length === 0 ? payload : Object.fromEntries(Object.entries(payload).filter(([name]) => fields.includes(name)))

/** The queries and mutations of webhook subscriptions. */
export const webhookRoots = (shop: Listening) => ({
  webhookSubscriptions: ({ uri, ...page }: { first: number; after?: string; uri?: string }) =>
    connection(shop.subscriptions.filter((one) => uri === undefined || one.uri === uri))(page),
  webhookSubscriptionCreate: ({
    topic,
    webhookSubscription: { uri, includeFields = [] },
  }: {
    topic: string
    webhookSubscription: { uri: string; includeFields?: string[] }
  }) => {
    const no = (message: string) => ({
      webhookSubscription: null,
      userErrors: [{ field: ['webhookSubscription', 'callbackUrl'], message }],
    })
    // The loopback stands for an address of the world.
    if (!/^https:\/\/|^http:\/\/127\.0\.0\.1:/.test(uri)) return no('Address protocol http:// is not supported')
    const scope = Object.entries(SCOPES).find(([start]) => topic.startsWith(start))?.[1]
    const has = scope === undefined || shop.scopes.some((one) => one.replace(/^write_/, 'read_') === scope)
    if (!has)
      return no(
        `You do not have permission to create or update webhooks with ${topic} topic. This topic requires the ${scope} access scope.`,
      )
    if (shop.subscriptions.some((one) => one.topic === topic && one.uri === uri))
      return no('Address for this topic has already been taken')
    const made = { id: newId('WebhookSubscription'), topic, uri, includeFields }
    shop.subscriptions.push(made)
    return { webhookSubscription: made, userErrors: [] }
  },
  webhookSubscriptionDelete: ({ id }: { id: string }) => {
    const at = shop.subscriptions.findIndex((one) => one.id === id)
    if (at < 0)
      return {
        deletedWebhookSubscriptionId: null,
        userErrors: [{ field: ['id'], message: 'Webhook subscription does not exist' }],
      }
    shop.subscriptions.splice(at, 1)
    return { deletedWebhookSubscriptionId: id, userErrors: [] }
  },
})

/** A webhook as it is sent: where to, and what. Send it as often, as late and in whatever order. */
export type Delivery = { uri: string; topic: string; body: string; headers: Record<string, string> }

/**
 * What a shop sends of an event, one for each subscription of the topic: signed over the bytes with the secret of the app.
 * @param topic as a webhook names it: `orders/create`
 */
export function deliveriesOf(shop: Listening, topic: string, payload: object, at = new Date()): Delivery[] {
  const event = crypto.randomUUID()
  const name = topic.replace('/', '_').toUpperCase()
  return shop.subscriptions.filter((one) => one.topic === name).map(({ uri, includeFields }) => {
    const body = JSON.stringify(cutTo(payload, includeFields))
    return { uri, topic, body, headers: headersOf(shop, { topic, event, body, at }) }
  }) // prettier-ignore
}

/** The headers that Shopify sends with a webhook, its signature among them. */
export const headersOf = (
  { domain, client_secret, api_secret }: Omit<Listening, 'subscriptions' | 'scopes'>,
  { topic, event, body, at = new Date() }: { topic: string; event: string; body: string; at?: Date },
): Record<string, string> => ({
  'content-type': 'application/json',
  'x-shopify-topic': topic,
  'x-shopify-shop-domain': domain,
  'x-shopify-api-version': '2026-10',
  'x-shopify-webhook-id': crypto.randomUUID(),
  'x-shopify-event-id': event,
  'x-shopify-triggered-at': at.toISOString(),
  'x-shopify-hmac-sha256': createHmac('sha256', api_secret || client_secret)
    .update(body)
    .digest('base64'),
})

/** Sends a webhook; Shopify waits five seconds for an answer. */
export const deliver = ({ uri, body, headers }: Delivery) =>
  fetch(uri, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) })

const number = (gid: string) => Number(gid.split('/').at(-1))

/** The bodies of webhooks, as far as we know them: what is asked for and a little more. */
export const told = {
  order: ({ id, name }: { id: string; name: string }) => ({
    id: number(id),
    name,
    email: 'buyer@example.com',
    admin_graphql_api_id: id,
  }),
  ofOrder: ({ id }: { id: string }) => ({
    id: number(newId('Refund')),
    order_id: number(id),
    note: 'secret words of a customer',
  }),
  edited: ({ id }: { id: string }) => ({ order_edit: { id: number(newId('OrderEdit')), order_id: number(id) } }),
  gone: ({ id }: { id: string }) => ({ id: number(id) }),
  product: (id: string) => ({ id: number(id), title: 'Thing' }),
  inventoryItem: (id: string) => ({ id: number(id), cost: '1.00' }),
}
