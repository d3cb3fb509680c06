import * as v from 'valibot'
import { lockStores } from '../../../sql/booking.ts'
import type { Sql } from '../../../sql/connect.ts'
import { lockProducts } from '../../../sql/product-rows.ts'
import {
  createVariantsOfShop,
  newCostsOfShop,
  noteVariantsOfShop,
  type SaidVariant,
} from '../../../sql/shopify-variants.ts'
import { listStores, type Store } from '../../../sql/stores.ts'
import { setUnitCosts } from '../../ledger/set-unit-cost.ts'
import { numberOf } from './order-shape.ts'

/** What we read of a SKU. */
export const VARIANT = `{
  id sku displayName price
  inventoryItem { unitCost { amount currencyCode } measurement { weight { unit value } } }
}`
const Weight = v.object({ unit: v.picklist(['GRAMS', 'KILOGRAMS', 'OUNCES', 'POUNDS']), value: v.number() })
/** A SKU as the shop tells it. */
export const ShopifyVariant = v.object({
  id: v.string(),
  sku: v.nullable(v.string()),
  displayName: v.string(),
  price: v.string(),
  inventoryItem: v.object({
    unitCost: v.nullable(v.object({ amount: v.string(), currencyCode: v.string() })),
    measurement: v.object({ weight: v.nullable(Weight) }),
  }),
})
export type ShopifyVariant = v.InferOutput<typeof ShopifyVariant>

const GRAMS = { GRAMS: 1, KILOGRAMS: 1_000, OUNCES: 28.349_523_125, POUNDS: 453.592_37 }

/** What we keep of it. */
export function saidVariant({ id, sku, displayName, price, inventoryItem }: ShopifyVariant): SaidVariant {
  const { unitCost, measurement } = inventoryItem
  const { weight } = measurement
  return {
    source_id: numberOf(id),
    sku: sku || displayName,
    title: displayName,
    price,
    // Shopify says 0 for what nobody weighed.
    grams: weight && weight.value > 0 ? Math.round(weight.value * GRAMS[weight.unit]) : null,
    unit_cost: unitCost?.amount ?? null,
    cost_currency: unitCost?.currencyCode ?? null,
  }
}

/**
 * Saves SKUs of a shop. Its unit costs hold from `today` on, as it tells no past ones; where it says the same as when we looked last, what a
 * person set here stays.
 */
export async function saveVariants(
  sql: Sql,
  { store, variants, today }: { store: Store; variants: SaidVariant[]; today: string },
) {
  const said = { store_id: store.id, variants: [...new Map(variants.map((one) => [one.sku, one])).values()] }
  await createVariantsOfShop(sql, said)
  const known = await newCostsOfShop(sql, { ...said, today })
  if (known.length > 0) {
    await lockProducts(sql, { ids: known.map(({ product_id }) => product_id) })
    const store_ids = (await listStores(sql, {})).map(({ id }) => id)
    await lockStores(sql, { store_ids })
    const costs = await newCostsOfShop(sql, { ...said, today })
    const spans = costs.map(({ product_id, unit_cost, currency, until: to }) => ({
      product_id,
      unit_cost,
      currency,
      from: today,
      to,
    }))
    if (spans.length > 0) await setUnitCosts(sql, { spans, store_ids, reason: 'unit cost in Shopify' })
  }
  await noteVariantsOfShop(sql, said)
}
