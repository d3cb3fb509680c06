import * as v from 'valibot'
import { seeing, type Sql } from '../../../sql/connect.ts'
import type { Store } from '../../../sql/stores.ts'
import { dayIn } from '../../day.ts'
import type { ShopifyAdmin } from '../../shopify/admin.ts'
import { saidVariant, saveVariants, ShopifyVariant, VARIANT } from './variants-of-shop.ts'

/** Variants of one page. */
const PAGE = 100

export const READ_PRODUCT = /* GraphQL */ `
  query ReadProduct($id: ID!, $first: Int!, $after: String) {
    product(id: $id) {
      variants(first: $first, after: $after) {
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes ${VARIANT}
      }
    }
  }
`
export const READ_INVENTORY_ITEM = /* GraphQL */ `
  query ReadInventoryItem($id: ID!, $first: Int!) {
    inventoryItem(id: $id) {
      variants(first: $first) {
        nodes ${VARIANT}
      }
    }
  }
`
const Product = v.object({
  product: v.nullable(
    v.object({
      variants: v.object({
        pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
        nodes: v.array(ShopifyVariant),
      }),
    }),
  ),
})
const InventoryItem = v.object({
  inventoryItem: v.nullable(v.object({ variants: v.nullable(v.object({ nodes: v.array(ShopifyVariant) })) })),
})

type Deps = { sql: Sql; now: () => Date; admin: ShopifyAdmin }
type Asked = { store: Store; number: string }

/** Reads the SKUs of one product again, with what a piece costs from today on. One that is gone stays in the books as it was. */
export async function rereadProduct({ sql, now, admin }: Deps, { store, number }: Asked): Promise<void> {
  for (let after: string | null = null; ;) {
    const asked: Record<string, unknown> = { id: `gid://shopify/Product/${number}`, first: PAGE, after }
    const { product }: v.InferOutput<typeof Product> = await admin.ask(READ_PRODUCT, asked, Product)
    if (!product) return
    await save({ sql, now }, store, product.variants.nodes)
    if (!product.variants.pageInfo.hasNextPage) return
    after = product.variants.pageInfo.endCursor
  }
}

/** Reads the SKU behind an inventory item again: its unit cost may have changed. */
export async function rereadInventoryItem({ sql, now, admin }: Deps, { store, number }: Asked): Promise<void> {
  const asked = { id: `gid://shopify/InventoryItem/${number}`, first: PAGE }
  const { inventoryItem } = await admin.ask(READ_INVENTORY_ITEM, asked, InventoryItem)
  await save({ sql, now }, store, inventoryItem?.variants?.nodes ?? [])
}

const save = ({ sql, now }: Pick<Deps, 'sql' | 'now'>, store: Store, variants: ShopifyVariant[]) =>
  variants.length === 0
    ? Promise.resolve()
    : seeing(sql, 'all', (tx) =>
        saveVariants(tx, { store, variants: variants.map(saidVariant), today: dayIn(store.time_zone, now()) }),
      )
