import * as v from 'valibot'
import type { ActionKind } from '../../sql/action-limits.ts'
import type { TakenAction } from '../../sql/actions.ts'
import type { Sql } from '../../sql/connect.ts'
import { costsWithin } from '../../sql/product-costs.ts'
import { updateProduct } from '../../sql/products.ts'
import { findShopifyShop } from '../../sql/shopify-shops.ts'
import { AppError } from '../errors.ts'
import { lockWholeProduct } from '../ledger/lock-product.ts'
import { restateUnitCost } from '../ledger/set-unit-cost.ts'
import { minorOf } from '../money.ts'
import type { ShopifyAdmin } from '../shopify/admin.ts'
import { notConnected } from '../shopify/open-shop.ts'
import { findShopOrder, noteShopOrder, refundShopOrder } from '../shopify/orders.ts'
import { NEW_VALUES } from './values.ts'

/**
 * How a kind is carried out: in our own data within the transaction of the approval, or in the shop outside of any. What it answers is kept
 * as the action's result. In the shop it must be safe to do again, since a connection may break after the shop has done it.
 */
export type Executor =
  | { where: 'here'; undo: boolean; run: (sql: Sql, action: TakenAction, now: Date) => Promise<object> }
  | { where: 'shop'; undo: boolean; run: (admin: ShopifyAdmin, action: TakenAction) => Promise<object> }

const setUnitCost: Executor = {
  where: 'here',
  undo: true,
  async run(sql, { product_id, old_value, new_value, reason, id }, now) {
    if (product_id === null) throw new AppError('not_found', 'The product is gone.')
    const { unit_cost, currency, from, to, costs } = v.parse(NEW_VALUES.unit_cost, new_value)
    await lockWholeProduct(sql, product_id)
    const before = costsOf(v.parse(NEW_VALUES.unit_cost, old_value))
    if (!Bun.deepEquals(await costsWithin(sql, { product_id, from, to }), before))
      throw new AppError('conflict', 'The cost was changed after this was proposed. Ask for a new proposal.')
    const within = costs?.map((cost) => ({
      unit_cost: cost.unit_cost,
      currency: cost.currency,
      from: later(cost.from, from),
      to: earlier(cost.to, to),
    }))
    const cost = { product_id, unit_cost, currency, from, to, ...(within && { costs: within }) }
    const effect = await restateUnitCost(sql, { ...cost, reason: `action ${id}: ${reason}`, now })
    await updateProduct(sql, { id: product_id, name: null, status: null })
    return { effect: JSON.parse(effect) as unknown }
  },
}
const costsOf = ({ unit_cost, currency, from, to, costs }: v.InferOutput<typeof NEW_VALUES.unit_cost>) =>
  costs ?? (unit_cost === null ? [] : [{ from, to, unit_cost: trimmed(unit_cost), currency }])
/** A decimal text as the database tells it: `700.50` is `700.5`. */
const trimmed = (decimal: string) => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)
const later = (one: string | null, other: string) => (one === null || one < other ? other : one)
const earlier = (one: string | null, other: string | null) =>
  one === null ? other : other === null || one < other ? one : other

const refund: Executor = {
  where: 'shop',
  undo: false,
  async run(admin, { id, idempotency_key: key, new_value, reason }) {
    const { order: number, amount, currency, notify_customer } = v.parse(NEW_VALUES.refund, new_value)
    const order = await findShopOrder(admin, number)
    const given = order.refunds.find(({ note }) => note?.includes(key))
    if (!given) {
      if (order.currencyCode !== currency || order.presentmentCurrencyCode !== currency)
        throw new AppError(
          'conflict',
          `The customer paid in ${order.presentmentCurrencyCode}, not in ${currency}. Refund it in Shopify itself.`,
        )
      const payment = order.transactions.find(
        ({ kind, status, maximumRefundableV2 }) =>
          (kind === 'SALE' || kind === 'CAPTURE') &&
          status === 'SUCCESS' &&
          minorOf(maximumRefundableV2?.amount ?? '0', currency) >= minorOf(amount, currency),
      )
      if (!payment?.gateway)
        throw new AppError('conflict', `No payment of the order ${number} has ${amount} ${currency} left to refund.`)
      await refundShopOrder(admin, order.id, {
        amount,
        currency,
        key,
        note: `${reason} (action ${id}, ${key})`,
        notify: notify_customer,
        transactions: [{ id: payment.id, gateway: payment.gateway, amount }],
      })
    }
    const done = (await findShopOrder(admin, number)).refunds.find(({ note }) => note?.includes(key))
    const money = done?.totalRefundedSet.shopMoney
    if (!money || minorOf(money.amount, currency) !== minorOf(amount, currency))
      throw new AppError(
        'conflict',
        `The shop shows ${money?.amount ?? 'no'} ${currency} for this refund. Look at the order there.`,
      )
    return { refund_id: done.id, amount: money.amount, currency: money.currencyCode }
  },
}

const note: Executor = {
  where: 'shop',
  undo: false,
  async run(admin, { new_value }) {
    const { order: number, note: line } = v.parse(NEW_VALUES.note, new_value)
    const order = await findShopOrder(admin, number)
    const wanted = order.note?.split('\n').includes(line) ? order.note : [order.note, line].filter(Boolean).join('\n')
    if (wanted !== order.note) await noteShopOrder(admin, order.id, wanted)
    const { note: shown } = await findShopOrder(admin, number)
    if (shown !== wanted)
      throw new AppError('conflict', 'The shop shows another note than the one we wrote. Look there.')
    return { note: shown }
  },
}

/** The kinds that can be carried out. */
export const EXECUTORS: Partial<Record<ActionKind, Executor>> = { unit_cost: setUnitCost, refund, note }

/** @throws AppError `conflict` for what could not be carried out even with a yes, so that nobody is asked for one */
export async function mustBeExecutable(sql: Sql, kind: ActionKind, store: { id: number; slug: string }): Promise<void> {
  const executor = EXECUTORS[kind]
  if (executor?.where === 'here') return
  if (!(await findShopifyShop(sql, { store_id: store.id }))) throw notConnected(store.slug)
  if (!executor)
    throw new AppError(
      'conflict',
      `Actions of the kind "${kind}" cannot be carried out in Shopify yet; ${Object.keys(EXECUTORS).join(', ')} can. Do it in Shopify itself.`,
    )
}
