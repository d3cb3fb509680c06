import * as v from 'valibot'
import type { ActionKind } from '../../sql/action-limits.ts'
import { ProductCost } from '../../sql/product-costs.ts'
import type { Scope } from '../access.ts'
import { Day } from '../day.ts'

const Money = v.pipe(v.string(), v.regex(/^\d{1,12}(\.\d{1,6})?$/))
const OrderId = v.string()

/** What each kind does, as it stands in `new_value` and is carried out. Amounts in major units as decimal text. */
export const NEW_VALUES = {
  /** Tax included. */
  refund: v.object({ order: OrderId, amount: Money, currency: v.string(), notify_customer: v.boolean() }),
  cancel: v.object({ order: OrderId, amount: Money, currency: v.string(), notify_customer: v.boolean() }),
  address: v.object({
    order: OrderId,
    first_name: v.string(),
    last_name: v.string(),
    address1: v.string(),
    address2: v.string(),
    zip: v.string(),
    city: v.string(),
    country: v.string(),
  }),
  note: v.object({ order: OrderId, note: v.string() }),
  price: v.object({ sku: v.string(), price: Money, currency: v.string() }),
  tracking_mail: v.object({ order: OrderId, number: v.string(), company: v.string() }),
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
  tracking_mail: 'orders:write',
  price: 'products:write',
  unit_cost: 'products:write',
}

/** Kinds that happen in the shop itself, so that the store must be connected. */
export const IN_THE_SHOP: Record<ActionKind, boolean> = {
  refund: true,
  cancel: true,
  address: true,
  note: true,
  price: true,
  tracking_mail: true,
  unit_cost: false,
}
