import * as v from 'valibot'
import { lockStores } from '../../../sql/booking.ts'
import { seeing, type Sql } from '../../../sql/connect.ts'
import { lockProducts } from '../../../sql/product-rows.ts'
import {
  createVariantsOfShop,
  newCostsOfShop,
  noteVariantsOfShop,
  type SaidVariant,
} from '../../../sql/shopify-variants.ts'
import { getStoreOfId, listStores, type Store } from '../../../sql/stores.ts'
import { noteSync } from '../../../sql/sync-state.ts'
import { dayIn } from '../../day.ts'
import { AppError } from '../../errors.ts'
import type { Connector } from '../../jobs/run-sync.ts'
import { setUnitCosts } from '../../ledger/set-unit-cost.ts'
import type { OpenShop } from '../../shopify/open-shop.ts'
import { numberOf } from './order-shape.ts'

/** Variants of one page. */
const PAGE = 100

export const READ_VARIANTS = /* GraphQL */ `
  query ReadVariants($first: Int!, $after: String) {
    productVariants(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        sku
        displayName
        price
        inventoryItem {
          unitCost {
            amount
            currencyCode
          }
          measurement {
            weight {
              unit
              value
            }
          }
        }
      }
    }
  }
`
const Weight = v.object({ unit: v.picklist(['GRAMS', 'KILOGRAMS', 'OUNCES', 'POUNDS']), value: v.number() })
const Variant = v.object({
  id: v.string(),
  sku: v.nullable(v.string()),
  displayName: v.string(),
  price: v.string(),
  inventoryItem: v.object({
    unitCost: v.nullable(v.object({ amount: v.string(), currencyCode: v.string() })),
    measurement: v.object({ weight: v.nullable(Weight) }),
  }),
})
const Page = v.object({
  productVariants: v.object({
    pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
    nodes: v.array(Variant),
  }),
})
const Cursor = v.object({ after: v.optional(v.nullable(v.string()), null) })

/**
 * Brings in what a shop sells, page by page: SKUs with price and weight, and their unit costs as they are today. The shop tells no past
 * costs, so a cost holds from the day on which we see it, and another one from the day on which it changes; the past stays.
 */
export const syncProducts =
  ({ sql, now, openShop }: { sql: Sql; now: () => Date; openShop: OpenShop }): Connector =>
  async ({ sync, signal }) => {
    const { id, store_id } = sync
    if (store_id === null) throw new AppError('conflict', 'Products belong to a store.')
    const begun = now()
    const { store, admin } = await seeing(sql, 'all', async (tx) => {
      const found = await getStoreOfId(tx, { id: store_id })
      return { store: found, admin: await openShop(tx, found) }
    })
    let { after } = v.parse(Cursor, sync.cursor)
    for (let done = sync.done; ;) {
      signal.throwIfAborted()
      const { productVariants: page } = await admin.ask(READ_VARIANTS, { first: PAGE, after }, Page)
      const more = page.pageInfo.hasNextPage
      after = more ? page.pageInfo.endCursor : null
      done += page.nodes.length
      await seeing(sql, 'all', async (tx) => {
        await saveVariants(tx, { store, variants: page.nodes.map(saidOf), today: dayIn(store.time_zone, now()) })
        await noteSync(tx, { id, cursor: { after }, done, expected: null, added: page.nodes.length })
      })
      if (!more) return { covered_until: begun }
    }
  }

const GRAMS = { GRAMS: 1, KILOGRAMS: 1_000, OUNCES: 28.349_523_125, POUNDS: 453.592_37 }

function saidOf({ id, sku, displayName, price, inventoryItem }: v.InferOutput<typeof Variant>): SaidVariant {
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

async function saveVariants(
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
