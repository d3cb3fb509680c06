import * as v from 'valibot'
import type { ActionKind } from '../../sql/action-limits.ts'
import { ProductCost } from '../../sql/product-costs.ts'
import type { Scope } from '../access.ts'
import { Day } from '../day.ts'
import { CancelReason } from '../shopify/cancel-order.ts'

const Money = v.pipe(v.string(), v.regex(/^\d{1,12}(\.\d{1,6})?$/))
const OrderId = v.string()

/**
 * What each kind does, as it stands in `new_value` and is carried out; `old_value` of what can be taken back has the same parts. Amounts in
 * major units as decimal text; `shop` is what it is called there.
 */
export const NEW_VALUES = {
  /** Tax included. */
  refund: v.object({ order: OrderId, amount: Money, currency: v.string(), notify_customer: v.boolean() }),
  /** `amount` is what goes back to the customer, tax included. */
  cancel: v.object({
    order: OrderId,
    amount: Money,
    currency: v.string(),
    notify_customer: v.boolean(),
    restock: v.boolean(),
    because: CancelReason,
  }),
  address: v.object({
    order: OrderId,
    first_name: v.string(),
    last_name: v.string(),
    company: v.string(),
    address1: v.string(),
    address2: v.string(),
    zip: v.string(),
    city: v.string(),
    province: v.string(),
    country: v.string(),
    phone: v.string(),
  }),
  note: v.object({ order: OrderId, note: v.string() }),
  /** All tags of the order: those in which old and new differ are added and taken off. */
  tag: v.object({ order: OrderId, tags: v.array(v.string()) }),
  price: v.object({ sku: v.string(), price: Money, currency: v.string(), shop: v.object({ variant: v.string() }) }),
  /** What can be sold in a place. */
  inventory: v.object({
    sku: v.string(),
    location: v.string(),
    available: v.pipe(v.number(), v.safeInteger()),
    shop: v.object({ variant: v.string(), item: v.string(), location: v.string() }),
  }),
  tracking_mail: v.object({
    order: OrderId,
    number: v.string(),
    company: v.string(),
    shop: v.object({ parcel: v.string() }),
  }),
  /** `costs`: what stood on these days, and what an undo puts back there; null for one cost on all of them. */
  unit_cost: v.object({
    unit_cost: v.nullable(Money),
    currency: v.string(),
    from: Day,
    to: v.nullable(Day),
    costs: v.nullable(v.array(ProductCost)),
  }),
} satisfies Record<ActionKind, v.GenericSchema>

/** What approves a kind takes beside seeing the store. */
export const NEEDS: Record<ActionKind, Scope> = {
  refund: 'orders:write',
  cancel: 'orders:write',
  address: 'orders:write',
  note: 'orders:write',
  tag: 'orders:write',
  tracking_mail: 'orders:write',
  price: 'products:write',
  inventory: 'products:write',
  unit_cost: 'products:write',
}

/** Kinds that happen in the shop itself, so that the store must be connected. */
export const IN_THE_SHOP: Record<ActionKind, boolean> = {
  refund: true,
  cancel: true,
  address: true,
  note: true,
  tag: true,
  price: true,
  inventory: true,
  tracking_mail: true,
  unit_cost: false,
}
