import * as v from 'valibot'
import { AppError } from '../errors.ts'
import type { ShopifyAdmin } from './admin.ts'
import { mustBeFine, UserErrors } from './user-errors.ts'

const FIND = /* GraphQL */ `
  query FindVariants($query: String!) {
    productVariants(first: 10, query: $query) {
      nodes {
        id
        sku
      }
    }
  }
`
const PRICE = /* GraphQL */ `
  query VariantPrice($id: ID!) {
    productVariant(id: $id) {
      price
      product {
        id
      }
    }
  }
`
const CHANGE_PRICE = /* GraphQL */ `
  mutation ChangePrice($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
    productVariantsBulkUpdate(productId: $product, variants: $variants) {
      userErrors {
        code
        message
      }
    }
  }
`
const STOCK = /* GraphQL */ `
  query VariantStock($id: ID!) {
    productVariant(id: $id) {
      product {
        id
      }
      inventoryItem {
        id
        tracked
        inventoryLevels(first: 50) {
          nodes {
            location {
              id
              name
            }
            quantities(names: ["available"]) {
              quantity
            }
          }
        }
      }
    }
  }
`
const SET_STOCK = /* GraphQL */ `
  mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
    inventorySetQuantities(input: $input) @idempotent(key: $key) {
      userErrors {
        code
        message
      }
    }
  }
`
/** What prices and stock are read and changed with. */
export const VARIANT_DOCUMENTS = [FIND, PRICE, CHANGE_PRICE, STOCK, SET_STOCK]

const gone = () => new AppError('not_found', 'The shop does not have this SKU any more.')

/** The variant with this SKU. @throws AppError `not_found`, or `conflict` when several have it */
export async function findShopVariant({ ask }: ShopifyAdmin, sku: string): Promise<string> {
  const Found = v.object({
    productVariants: v.object({ nodes: v.array(v.object({ id: v.string(), sku: v.nullable(v.string()) })) }),
  })
  const { productVariants } = await ask(FIND, { query: `sku:"${sku.replace(/["\\]/g, '\\$&')}"` }, Found)
  const found = productVariants.nodes.filter((one) => one.sku === sku)
  if (found.length > 1) throw new AppError('conflict', `Several products of the shop have the SKU "${sku}".`)
  if (!found[0]) throw new AppError('not_found', `The shop has no SKU "${sku}".`)
  return found[0].id
}

/** Price of a variant, in the currency of the shop, with its product. @throws AppError `not_found` */
export async function shopPrice({ ask }: ShopifyAdmin, id: string): Promise<{ price: string; product: string }> {
  const Read = v.object({
    productVariant: v.nullable(v.object({ price: v.string(), product: v.object({ id: v.string() }) })),
  })
  const { productVariant: found } = await ask(PRICE, { id }, Read)
  if (!found) throw gone()
  return { price: found.price, product: found.product.id }
}

type Priced = { product: string; variant: string; price: string }

/** Sets the price of a variant. @throws AppError `conflict` when the shop refuses */
export async function changeShopPrice({ ask }: ShopifyAdmin, { product, variant, price }: Priced): Promise<void> {
  const { productVariantsBulkUpdate: done } = await ask(
    CHANGE_PRICE,
    { product, variants: [{ id: variant, price }] },
    v.object({ productVariantsBulkUpdate: v.nullable(v.object({ userErrors: UserErrors })) }),
  )
  mustBeFine(done?.userErrors)
}

const Stock = v.object({
  productVariant: v.nullable(
    v.object({
      product: v.object({ id: v.string() }),
      inventoryItem: v.object({
        id: v.string(),
        tracked: v.boolean(),
        inventoryLevels: v.object({
          nodes: v.array(
            v.object({
              location: v.object({ id: v.string(), name: v.string() }),
              quantities: v.array(v.object({ quantity: v.number() })),
            }),
          ),
        }),
      }),
    }),
  ),
})
/** What is on stock of a variant, by place; `tracked` false: the shop does not count it. */
export type ShopStock = {
  product: string
  item: string
  tracked: boolean
  places: { id: string; name: string; available: number }[]
}

/** @throws AppError `not_found` */
export async function shopStock({ ask }: ShopifyAdmin, id: string): Promise<ShopStock> {
  const { productVariant: found } = await ask(STOCK, { id }, Stock)
  if (!found) throw gone()
  const { id: item, tracked, inventoryLevels } = found.inventoryItem
  const places = inventoryLevels.nodes.map(({ location: { id, name }, quantities }) => ({
    id,
    name,
    available: quantities[0]?.quantity ?? 0,
  }))
  return { product: found.product.id, item, tracked, places }
}

type Counted = { item: string; location: string; from: number; to: number; key: string; document: string }

/**
 * Sets what is available of an item in a place, only while it is `from` there; the same key again does it once.
 * @returns false when it is not `from` any more: nothing was changed
 * @throws AppError `conflict` when the shop refuses otherwise
 */
export async function setShopStock({ ask }: ShopifyAdmin, counted: Counted): Promise<boolean> {
  const { item, location, from, to, key, document } = counted
  const quantities = [{ inventoryItemId: item, locationId: location, quantity: to, changeFromQuantity: from }]
  const { inventorySetQuantities: done } = await ask(
    SET_STOCK,
    { key, input: { name: 'available', reason: 'correction', referenceDocumentUri: document, quantities } },
    v.object({ inventorySetQuantities: v.nullable(v.object({ userErrors: UserErrors })) }),
  )
  const errors = done?.userErrors ?? []
  if (errors.some(({ code }) => code === 'IDEMPOTENCY_CONCURRENT_REQUEST'))
    throw new AppError('unavailable', 'The shop is still at it. Approve again in a moment to see it.')
  if (errors.some(({ code }) => code === 'CHANGE_FROM_QUANTITY_STALE')) return false
  mustBeFine(errors)
  return true
}
