import * as v from 'valibot'
import type { ShopifyAdmin } from '../../shopify/admin.ts'
import { numberOf } from './order-shape.ts'

/** Orders of one page, and pages at most: more come faster as a file. */
const PAGE = 100
const MOST_PAGES = 3

export const CHANGED_ORDERS = /* GraphQL */ `
  query ChangedOrders($search: String!, $first: Int!, $after: String) {
    orders(query: $search, first: $first, after: $after, sortKey: UPDATED_AT) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        processedAt
      }
    }
  }
`
const Page = v.object({
  orders: v.object({
    pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
    nodes: v.array(v.object({ id: v.string(), processedAt: v.string() })),
  }),
})

/** An order by its number in the shop, and the day on which it was placed. */
export type ChangedOrder = { number: string; day: string }

/** The orders that a search finds, longest unchanged first; undefined when they are more than 300. */
export async function changedOrders({ ask }: ShopifyAdmin, search: string): Promise<ChangedOrder[] | undefined> {
  const found: ChangedOrder[] = []
  let after: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const { orders }: v.InferOutput<typeof Page> = await ask(CHANGED_ORDERS, { search, first: PAGE, after }, Page)
    found.push(...orders.nodes.map(({ id, processedAt }) => ({ number: numberOf(id), day: processedAt.slice(0, 10) })))
    if (!orders.pageInfo.hasNextPage) return found
    after = orders.pageInfo.endCursor
  }
  return undefined
}
