import * as v from 'valibot'
import { seeing, type Sql } from '../../../sql/connect.ts'
import { getStoreOfId } from '../../../sql/stores.ts'
import { noteSync } from '../../../sql/sync-state.ts'
import { dayIn } from '../../day.ts'
import { AppError } from '../../errors.ts'
import type { Connector } from '../../jobs/run-sync.ts'
import type { OpenShop } from '../../shopify/open-shop.ts'
import { saidVariant, saveVariants, ShopifyVariant, VARIANT } from './variants-of-shop.ts'

/** Variants of one page. */
const PAGE = 100

export const READ_VARIANTS = /* GraphQL */ `
  query ReadVariants($first: Int!, $after: String) {
    productVariants(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes ${VARIANT}
    }
  }
`
const Page = v.object({
  productVariants: v.object({
    pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
    nodes: v.array(ShopifyVariant),
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
        await saveVariants(tx, { store, variants: page.nodes.map(saidVariant), today: dayIn(store.time_zone, now()) })
        await noteSync(tx, { id, cursor: { after }, done, expected: null, added: page.nodes.length })
      })
      if (!more) return { covered_until: begun }
    }
  }
