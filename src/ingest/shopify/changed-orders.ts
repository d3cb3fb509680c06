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
      }
    }
  }
`
const Page = v.object({
  orders: v.object({
    pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
    nodes: v.array(v.object({ id: v.string() })),
  }),
})

/** The numbers of the orders that a search finds, longest unchanged first; undefined when they are more than 300. */
export async function changedOrders({ ask }: ShopifyAdmin, search: string): Promise<string[] | undefined> {
  const numbers: string[] = []
  let after: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const { orders }: v.InferOutput<typeof Page> = await ask(CHANGED_ORDERS, { search, first: PAGE, after }, Page)
    numbers.push(...orders.nodes.map(({ id }) => numberOf(id)))
    if (!orders.pageInfo.hasNextPage) return numbers
    after = orders.pageInfo.endCursor
  }
  return undefined
}
