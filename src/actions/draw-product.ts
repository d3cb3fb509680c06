import * as v from 'valibot'
import { costPace, findSkuTarget, priceEffect } from '../../sql/action-targets.ts'
import type { Sql } from '../../sql/connect.ts'
import { costsWithin, findCurrency, storesOfProduct } from '../../sql/product-costs.ts'
import { findProductName } from '../../sql/products.ts'
import { findStore } from '../../sql/stores.ts'
import { storeScope } from '../access.ts'
import { dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { previewUnitCost } from '../ledger/set-unit-cost.ts'
import { minorOf } from '../money.ts'
import { findShopVariant, shopPrice, shopStock } from '../shopify/variants.ts'
import { shopOf } from './draw-in-shop.ts'
import { mustBeExecutable } from './executors.ts'
import type { Drawn, Proposal, Proposer, Proposing } from './proposal.ts'

/** A SKU of a store, with the variant of the shop that has it. @throws AppError when there is none, or the store cannot do it */
async function skuOf(deps: Proposing, { kind, store: slug, sku }: Extract<Proposal, { sku: string }>) {
  const { store, found } = await deps.db(async (sql) => {
    const store = await mustFindStore(sql, slug)
    await mustBeExecutable(sql, kind, store)
    return { store, found: await findSkuTarget(sql, { store_id: store.id, sku }) }
  })
  if (!found) throw new AppError('not_found', `The store ${slug} has no SKU "${sku}". Look it up with find_products.`)
  const admin = await shopOf(deps, store)
  const { product_id, product, source_id } = found
  const variant = source_id ? `gid://shopify/ProductVariant/${source_id}` : await findShopVariant(admin, sku)
  const about = {
    store_id: store.id,
    order_id: null,
    product_id,
    product_ids: [product_id],
    target: `${product} (${sku}) in ${slug}`,
  }
  return { store, admin, variant, about }
}

/**
 * What a proposal about the price of a SKU changes, from what it costs in the shop now.
 * @throws AppError when there is no such SKU, the store cannot do it, or nothing would change; `unavailable` when the shop does not answer
 */
export async function drawPrice(
  deps: Proposing,
  { now }: Proposer,
  asked: Extract<Proposal, { kind: 'price' }>,
): Promise<Drawn> {
  const { store, admin, variant, about } = await skuOf(deps, asked)
  const { sku, price } = asked
  const { currency } = store
  const { price: was } = await shopPrice(admin, variant)
  const today = dayIn(store.time_zone, now)
  const of = { store_id: store.id, product_id: about.product_id, was, becomes: price, today }
  const { fits, exact, effect } = await deps.db((sql) => priceEffect(sql, of))
  if (!fits) throw new AppError('invalid', `The price ${price} has more decimals than ${currency} has.`)
  if (minorOf(was, currency) === minorOf(exact, currency))
    throw new AppError('conflict', `${sku} costs ${was} ${currency} in the shop already.`)
  const shop = { variant }
  return {
    ...about,
    old_value: { sku, price: was, currency, shop },
    new_value: { sku, price: exact, currency, shop },
    effect: [
      { amount: effect, currency, basis: '30 days, when as many are sold as in the last 30; tax as in the price' },
    ],
  }
}

/**
 * What a proposal about the stock of a SKU changes, from what is available in the shop now.
 * @throws AppError when there is no such SKU or place, the store or the shop cannot do it, or nothing would change
 */
export async function drawInventory(deps: Proposing, asked: Extract<Proposal, { kind: 'inventory' }>): Promise<Drawn> {
  const { admin, variant, about } = await skuOf(deps, asked)
  const { sku, available } = asked
  const { item, tracked, places } = await shopStock(admin, variant)
  if (!tracked) throw new AppError('conflict', `The shop does not count the stock of ${sku}.`)
  const named = asked.location?.toLowerCase()
  const fitting = named === undefined ? places : places.filter(({ name }) => name.toLowerCase() === named)
  const [place] = fitting
  if (!place || fitting.length > 1)
    throw new AppError(
      'invalid',
      `Say in which place: ${sku} is kept in ${places.map(({ name, available: has }) => `${name} (${has})`).join(', ') || 'none'}.`,
    )
  if (place.available === available) throw new AppError('conflict', `${place.name} has ${available} of ${sku} already.`)
  const of = { sku, location: place.name, shop: { variant, item, location: place.id } }
  return {
    ...about,
    old_value: { ...of, available: place.available },
    new_value: { ...of, available },
    effect: [],
  }
}

/** What a proposal about the unit cost of a product changes; the effect is tried out and taken back. @throws AppError when there is no such product */
export async function drawUnitCost(
  sql: Sql,
  { now }: Proposer,
  asked: Extract<Proposal, { kind: 'unit_cost' }>,
): Promise<Drawn> {
  const { product_id, unit_cost, currency, to = null } = asked
  const product = await findProductName(sql, { id: product_id })
  if (!product) throw new AppError('not_found', `There is no product ${product_id}. Look it up with find_products.`)
  const store_ids = (await storesOfProduct(sql, { product_id })).map(({ id }) => id)
  const scope = await storeScope(sql, asked.store)
  const store_id = scope.store_ids.find((id) => store_ids.includes(id))
  if (store_id === undefined) throw new AppError('not_found', `${product.name} is not sold in ${scope.name}.`)
  if (!(await findCurrency(sql, { code: currency })))
    throw new AppError('invalid', `The currency ${currency} is not one that we know.`)
  const today = dayIn(scope.time_zone, now)
  const from = asked.from ?? today
  if (to !== null && to < from) throw new AppError('invalid', `The last day ${to} is before the first, ${from}.`)
  const days = { product_id, from, to }
  const costs = await costsWithin(sql, days)
  const first = costs.find((cost) => cost.from === null || cost.from <= from)
  const was = first ? { unit_cost: first.unit_cost, currency: first.currency } : { unit_cost: null, currency }
  const preview = await previewUnitCost(sql, { ...days, unit_cost, currency, reason: 'preview', now })
  const { totals } = v.parse(
    v.object({ totals: v.array(v.object({ currency: v.string(), net_profit_change: v.number() })) }),
    JSON.parse(preview),
  )
  const pace = await costPace(sql, {
    product_id,
    store_ids,
    was: was.unit_cost,
    was_currency: was.currency,
    becomes: unit_cost,
    currency,
    today,
  })
  return {
    store_id,
    order_id: null,
    product_id,
    product_ids: [product_id],
    target: product.name,
    old_value: { ...was, from, to, costs },
    new_value: { unit_cost, currency, from, to, costs: null },
    effect: [
      ...totals.map((total) => ({
        amount: String(total.net_profit_change),
        currency: total.currency,
        basis: 'orders that are booked already',
      })),
      ...(pace.amount === null
        ? []
        : [
            { amount: pace.amount, currency: pace.currency, basis: '30 days, when as many are sold as in the last 30' },
          ]),
    ],
  }
}

async function mustFindStore(sql: Sql, slug: string) {
  await storeScope(sql, slug)
  const store = await findStore(sql, { slug })
  if (!store) throw new AppError('not_found', `There is no store "${slug}".`)
  return store
}
