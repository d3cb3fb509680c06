import { AppError } from '../errors.ts'
import type { ShopifyAdmin } from '../shopify/admin.ts'
import { shopAddress } from '../shopify/order-address.ts'
import { shopTags } from '../shopify/order-tags.ts'
import { findShopOrder, type ShopOrder } from '../shopify/orders.ts'
import { shopParcels } from '../shopify/tracking.ts'
import { drawnOf, orderOf, type OrderTarget } from './draw-order.ts'
import { mustNotBeSent, refundable } from './order-in-shop.ts'
import type { Drawn, Proposal, Proposing } from './proposal.ts'

type Of<Kind extends Proposal['kind']> = Extract<Proposal, { kind: Kind }>
type FromTheShop = Of<'cancel' | 'address' | 'tag' | 'tracking_mail'>

/** The shop of a store, from where it can be reached. @throws AppError `conflict` */
export async function shopOf({ db, openShop }: Proposing, store: { id: number; slug: string }): Promise<ShopifyAdmin> {
  if (!openShop) throw new AppError('conflict', 'The shop cannot be reached from here.')
  return db((sql) => openShop(sql, store))
}

/**
 * What a proposal about an order changes, read from the shop as it is now: what it shows is what a yes is compared with.
 * @throws AppError when there is no such order, the store or the shop cannot do it, or nothing would change; `unavailable` when the shop
 * does not answer
 */
export async function drawInShop(deps: Proposing, proposal: FromTheShop): Promise<Drawn> {
  const target = await deps.db((sql) => orderOf(sql, proposal))
  const admin = await shopOf(deps, { id: target.store_id, slug: target.store })
  const order = await findShopOrder(admin, target.number)
  if (order.cancelledAt) throw new AppError('conflict', `The order ${target.number} is cancelled in the shop.`)
  switch (proposal.kind) {
    case 'cancel':
      return drawCancel(target, order, proposal)
    case 'address':
      return drawAddress(admin, target, order, proposal)
    case 'tag':
      return drawTags(admin, target, order, proposal)
  }
  return drawTracking(admin, target, order, proposal)
}

function drawCancel(target: OrderTarget, order: ShopOrder, asked: Of<'cancel'>): Drawn {
  mustNotBeSent(order, ['FULFILLED', 'PARTIALLY_FULFILLED'])
  const { status, refunded, currency } = target
  const left = refundable(order, currency)
  const { notify_customer = false, restock = true, because = 'OTHER' } = asked
  return drawnOf(
    target,
    { status, refunded, left, currency },
    { amount: left, currency, notify_customer, restock, because },
    [
      {
        amount: target.profit_without,
        currency,
        basis: restock
          ? 'this order, goods back on the shelf, shipping and fees kept'
          : 'this order, if the goods come back on the shelf; shipping and fees kept',
      },
    ],
  )
}

async function drawAddress(admin: ShopifyAdmin, target: OrderTarget, order: ShopOrder, asked: Of<'address'>) {
  mustNotBeSent(order, ['FULFILLED'])
  const before = await shopAddress(admin, order.id)
  const { kind: _, order: __, store: ___, company = '', province = '', phone = before.phone, ...rest } = asked
  const wanted = { ...rest, company, province, phone }
  if (Bun.deepEquals(wanted, before)) throw new AppError('conflict', 'The order goes to this address already.')
  return drawnOf(target, { order: target.number, ...before }, wanted)
}

async function drawTags(admin: ShopifyAdmin, target: OrderTarget, order: ShopOrder, asked: Of<'tag'>) {
  const before = await shopTags(admin, order.id)
  const named = (tags: readonly string[]) => new Set(tags.map((tag) => tag.toLowerCase()))
  const gone = named(asked.remove ?? [])
  const known = named(before)
  const fresh = (asked.add ?? []).filter((tag) => !known.has(tag.toLowerCase()) && !gone.has(tag.toLowerCase()))
  const tags = [...before.filter((tag) => !gone.has(tag.toLowerCase())), ...new Set(fresh)]
  if (fresh.length === 0 && tags.length === before.length)
    throw new AppError('conflict', `The tags of the order are ${before.join(', ') || 'none'}: nothing would change.`)
  return drawnOf(target, { order: target.number, tags: before }, { tags })
}

async function drawTracking(admin: ShopifyAdmin, target: OrderTarget, order: ShopOrder, asked: Of<'tracking_mail'>) {
  const parcels = await shopParcels(admin, order.id)
  const { number, company } = asked
  if (parcels.length === 0)
    throw new AppError('conflict', `Nothing of the order ${target.number} was sent in the shop yet.`)
  if (parcels.some((parcel) => parcel.number === number && parcel.company === company))
    throw new AppError('conflict', `The order has this tracking number already: its customer was told by the shop.`)
  const open = parcels.length === 1 ? parcels : parcels.filter((parcel) => parcel.number === '')
  const [parcel] = open
  if (!parcel || open.length > 1)
    throw new AppError('conflict', `The order was sent in ${parcels.length} parcels. Do it in Shopify itself.`)
  const shop = { parcel: parcel.id }
  const before = { order: target.number, number: parcel.number, company: parcel.company, shop }
  return drawnOf(target, before, { number, company, shop })
}
