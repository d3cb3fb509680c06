import { type Operation } from './shopify-bulk.ts'
import { bucket } from './shopify-cost.ts'
import { type ShopOrder, type ShopVariant } from './shopify-objects.ts'
import { type Subscription } from './shopify-webhooks.ts'

type Fault =
  | 'unauthorized'
  | 'throttled'
  | 'too costly'
  | 'too many'
  | 'broken'
  | 'answer lost'
  | 'refused'
  /** The request is never answered: before anything was done, or after. */
  | 'silent before'
  | 'silent after'

/** What a shop is before anything happened in it: its credentials, what the app may do, and the faults that requests will meet. */
export function newShop(domain: string) {
  return {
    domain,
    client_id: `client-${domain}`,
    client_secret: `shpss_${crypto.randomUUID()}`,
    token: '',
    /** A token that lasts until it is revoked; empty: the shop has none. */
    permanent: '',
    /** What an app with such a token signs its webhooks with. */
    api_secret: '',
    subscriptions: [] as Subscription[],
    currency: 'EUR',
    time_zone: 'Europe/Amsterdam',
    /** What the app may do. */
    scopes: [
      'read_all_orders',
      'read_customers',
      'read_inventory',
      'read_locations',
      'read_products',
      'read_reports',
      'read_shopify_payments_disputes',
      'write_inventory',
      'write_merchant_managed_fulfillment_orders',
      'write_orders',
      'write_products',
    ],
    orders: [] as ShopOrder[],
    /** Whether its sales report counts tests, the ids of orders that it does not have yet, and a column that it does not know. */
    report: { tests: false, behind: new Set<string>(), lacks: '' },
    variants: [] as ShopVariant[],
    /** Where goods are kept: names by ids. */
    places: new Map<string, string>(),
    /** What was answered to idempotency keys. */
    answers: new Map<string, { input: string; answer: object }>(),
    /** Cancellations that are under way, and how they end. */
    jobs: new Map<string, { done: boolean; work: () => void }>(),
    cancelling: 'works' as 'works' | 'fails',
    clock: () => new Date(),
    faults: [] as { operation: string; fault: Fault }[],
    bucket: bucket(),
    /** How many requests are never answered. */
    silent: 0,
    /** How often a request was refused for want of points. */
    throttled: 0,
    operations: new Map<string, Operation>(),
    /** After how many bytes the next downloads break off, each once. */
    cuts: [] as number[],
    /** Whether files take ranges. */
    ranges: true,
  }
}

export type Shop = ReturnType<typeof newShop>
