import * as v from 'valibot'
import type { EventKind } from '../../../sql/shopify-events.ts'
import { DISPUTES } from './disputes.ts'

const Number_ = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.transform(String))
const own = v.pipe(v.object({ id: Number_ }), v.transform(({ id }) => id)) // prettier-ignore
const ofOrder = v.pipe(v.object({ order_id: v.nullable(Number_) }), v.transform(({ order_id }) => order_id)) // prettier-ignore
const edited = v.pipe(v.object({ order_edit: v.object({ order_id: Number_ }) }), v.transform(({ order_edit }) => order_edit.order_id)) // prettier-ignore
const app = v.pipe(v.unknown(), v.transform(() => '0')) // prettier-ignore

type Topic = {
  kind: EventKind
  number: v.GenericSchema<unknown, string | null>
  fields?: string[]
  /** What the app needs for it beyond what connecting a shop asks for. */
  scope?: string
}

/**
 * What shops tell us of, by the topic as a webhook names it: the kind of object, and where its number stands. Of the object itself only
 * the `fields` are sent, so that no data of customers travels; null: all, where they are few.
 */
export const TOPICS: Readonly<Record<string, Topic>> = {
  'orders/create': { kind: 'order', number: own, fields: ['id'] },
  'orders/updated': { kind: 'order', number: own, fields: ['id'] },
  'orders/cancelled': { kind: 'order', number: own, fields: ['id'] },
  'orders/delete': { kind: 'order', number: own },
  'orders/edited': { kind: 'order', number: edited },
  'refunds/create': { kind: 'order', number: ofOrder, fields: ['order_id'] },
  'order_transactions/create': { kind: 'order', number: ofOrder, fields: ['order_id'] },
  'disputes/create': { kind: 'order', number: ofOrder, fields: ['order_id'], scope: DISPUTES },
  'disputes/update': { kind: 'order', number: ofOrder, fields: ['order_id'], scope: DISPUTES },
  'products/create': { kind: 'product', number: own, fields: ['id'] },
  'products/update': { kind: 'product', number: own, fields: ['id'] },
  'inventory_items/update': { kind: 'inventory_item', number: own, fields: ['id'] },
  'app/uninstalled': { kind: 'app', number: app },
}

/** The name of a topic in the Admin API: `ORDERS_CREATE` of `orders/create`. */
export const topicName = (topic: string) => topic.replace('/', '_').toUpperCase()
