import * as v from 'valibot'
import { costPace, findPriceTarget } from '../../sql/action-targets.ts'
import type { Sql } from '../../sql/connect.ts'
import { costsWithin, findCurrency, storesOfProduct } from '../../sql/product-costs.ts'
import { findProductName } from '../../sql/products.ts'
import { findStore } from '../../sql/stores.ts'
import { storeScope } from '../access.ts'
import { dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { previewUnitCost } from '../ledger/set-unit-cost.ts'
import { mustBeExecutable } from './executors.ts'
import type { Drawn, Proposal, Proposer } from './proposal.ts'

/** What a proposal about the price of a SKU changes. @throws AppError when there is no such SKU, or the store cannot do it */
export async function drawPrice(
  sql: Sql,
  { now }: Proposer,
  { kind, store: slug, sku, price }: Extract<Proposal, { kind: 'price' }>,
): Promise<Drawn> {
  const store = await mustFindStore(sql, slug)
  await mustBeExecutable(sql, kind, store)
  const today = dayIn(store.time_zone, now)
  const found = await findPriceTarget(sql, { store_id: store.id, sku, price, today })
  if (!found) throw new AppError('not_found', `The store ${slug} has no SKU "${sku}". Look it up with find_products.`)
  const { currency } = store
  if (!found.fits) throw new AppError('invalid', `The price ${price} has more decimals than ${currency} has.`)
  return {
    store_id: store.id,
    order_id: null,
    product_id: found.product_id,
    product_ids: [found.product_id],
    target: `${found.product} (${sku}) in ${slug}`,
    old_value: { sku, price: found.price, currency },
    new_value: { sku, price, currency },
    effect:
      found.effect === null
        ? []
        : [
            {
              amount: found.effect,
              currency,
              basis: '30 days, when as many are sold as in the last 30; tax as in the price',
            },
          ],
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
