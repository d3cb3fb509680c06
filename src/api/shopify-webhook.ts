import { Elysia } from 'elysia'
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { seeing, type Sql } from '../../sql/connect.ts'
import { keepShopifyEvent, telling } from '../../sql/shopify-events.ts'
import { listStoresOfShop } from '../../sql/shopify-shops.ts'
import { AppError } from '../errors.ts'
import { TOPICS } from '../ingest/shopify/webhook-topics.ts'
import type { Seal } from '../secrets.ts'
import { bytesWithin } from './body.ts'

/** Shopify sends at most this much; of what we subscribe to it is a line. */
const LARGEST = 1024 * 1024

const Head = v.object({
  'x-shopify-shop-domain': v.pipe(v.string(), v.maxLength(100)),
  'x-shopify-topic': v.pipe(v.string(), v.maxLength(100)),
  'x-shopify-event-id': v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  'x-shopify-triggered-at': v.pipe(v.string(), v.isoTimestamp()),
})

/**
 * What Shopify tells us of: that an object of a shop changed, signed over the bytes with the secret of the app. It is stored with the job
 * that reads the object again, and answered at once; the same event again changes nothing.
 */
export const shopifyWebhookRoutes = ({ sql, now, seal }: { sql: Sql; now: () => Date; seal: Seal }) =>
  new Elysia({ name: 'shopify webhook', tags: ['sync'] }).post(
    '/webhooks/shopify',
    async ({ request, set }) => {
      const bytes = await bytesWithin(request.body, LARGEST)
      const domain = request.headers.get('x-shopify-shop-domain') ?? ''
      const signature = request.headers.get('x-shopify-hmac-sha256') ?? ''
      await seeing(sql, 'all', async (tx) => {
        const stores = (await listStoresOfShop(tx, { domain })).filter(
          ({ signing, name }) => signing !== null && isSigned(bytes, seal.open(name, signing), signature),
        )
        if (stores.length === 0)
          throw new AppError('unauthorized', 'Only a connected shop may call this, signed with the secret of its app.')
        const head = v.safeParse(Head, Object.fromEntries(request.headers))
        if (!head.success)
          throw new AppError('invalid', `The header ${v.getDotPath(head.issues[0])} is missing or wrong.`)
        const topic = TOPICS[head.output['x-shopify-topic']]
        if (!topic) return // Somebody subscribed to more than we read.
        const number = v.safeParse(topic.number, parsed(bytes))
        if (!number.success)
          throw new AppError(
            'invalid',
            `The body does not say which object changed: ${v.getDotPath(number.issues[0])}.`,
          )
        if (number.output === null) return // A dispute without an order.
        const event = {
          topic: head.output['x-shopify-topic'],
          event_id: head.output['x-shopify-event-id'],
          kind: topic.kind,
          number: number.output,
          triggered_at: new Date(head.output['x-shopify-triggered-at']),
          now: now(),
        }
        // One after another on the connection, without a wait between them.
        await Promise.all(
          stores.flatMap(({ store_id }) => [telling(tx, { store_id }), keepShopifyEvent(tx, { store_id, ...event })]),
        )
      })
      set.status = 200
      return {}
    },
    {
      body: v.record(v.string(), v.unknown()), // Its bytes are read above.
      response: v.object({}),
      detail: {
        summary: 'What Shopify tells of: an object of a shop changed. Signed over the bytes with the secret of the app',
        description:
          'Stored by `X-Shopify-Event-Id`, answered at once, and handled by reading the object again in the shop. A webhook that is forged, or of a shop that is not connected, is refused with 401 and leaves nothing.',
      },
    },
  )

function isSigned(bytes: Uint8Array, secret: string, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(bytes).digest()
  const given = Buffer.from(signature, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new AppError('malformed', 'The body is not JSON.')
  }
}
