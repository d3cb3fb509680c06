import * as v from 'valibot'
import type { Sql } from '../../../sql/connect.ts'
import type { Store } from '../../../sql/stores.ts'
import { AppError } from '../../errors.ts'
import { type ShopifyAdmin, ShopRefusal } from '../../shopify/admin.ts'
import { disputesOf } from './disputes.ts'
import { mapOrder } from './map-order.ts'
import { READ_ORDER, READ_TRANSACTIONS } from './order-document.ts'
import {
  numberOf,
  ShopifyAgreement,
  type ShopifyOrder,
  ShopifyOrderHead,
  ShopifyRefundLine,
  ShopifySale,
  ShopifyTransaction,
} from './order-shape.ts'
import { type Saved, saveOrders, voidOrder } from './save-orders.ts'

const PageInfo = v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) })
const Refund = v.object({
  id: v.string(),
  processedAt: v.nullable(v.string()),
  refundLineItems: v.object({ pageInfo: PageInfo, nodes: v.array(ShopifyRefundLine) }),
})
const Agreement = v.object({
  ...ShopifyAgreement.entries,
  sales: v.object({ pageInfo: PageInfo, nodes: v.array(ShopifySale) }),
  refund: v.optional(v.nullable(Refund)),
})
const Read = v.object({
  order: v.nullable(
    v.object({
      ...ShopifyOrderHead.entries,
      agreements: v.object({ pageInfo: PageInfo, edges: v.array(v.object({ cursor: v.string(), node: Agreement })) }),
    }),
  ),
})
const Transactions = v.object({ order: v.nullable(v.object({ transactions: v.array(ShopifyTransaction) })) })
type Read = NonNullable<v.InferOutput<typeof Read>['order']>

/** Agreements and sales of each in one page, largest first: a page may cost the shop more than it allows. */
const PAGES = [
  { agreements: 3, sales: 20 },
  { agreements: 1, sales: 20 },
  { agreements: 1, sales: 5 },
]

/** An order as the shop has it now, whole however long it is; undefined when the shop has none with this number. */
export async function readOrder({ ask }: ShopifyAdmin, number: string): Promise<ShopifyOrder | undefined> {
  let size = 0
  const page = async (at: {
    after: string | null
    agreements?: number
    sales_after?: string | null
    lines_after?: string | null
  }) => {
    for (;;) {
      try {
        const variables = {
          id: `gid://shopify/Order/${number}`,
          sales_after: null,
          lines_after: null,
          ...PAGES[size],
          ...at,
        }
        return (await ask(READ_ORDER, variables, Read)).order
      } catch (error) {
        if (!(error instanceof ShopRefusal) || error.reason !== 'MAX_COST_EXCEEDED' || size === PAGES.length - 1)
          throw error
        size++
      }
    }
  }
  let read = await page({ after: null })
  if (!read) return undefined
  const { agreements: _, ...head } = read
  if ((head.transactionsCount?.count ?? 0) > head.transactions.length) {
    const { order } = await ask(READ_TRANSACTIONS, { id: head.id }, Transactions)
    head.transactions = order?.transactions ?? []
  }
  const agreements: ShopifyOrder['agreements'] = []
  let before: string | null = null
  for (;;) {
    for (const { cursor, node } of read.agreements.edges) {
      agreements.push(await whole(node, before, page))
      before = cursor
    }
    if (!read.agreements.pageInfo.hasNextPage) break
    read = await page({ after: before })
    if (!read) return undefined
  }
  return { ...head, agreements }
}

type Page = (at: {
  after: string | null
  agreements: number
  sales_after: string | null
  lines_after: string | null
}) => Promise<Read | null>

/** The rest of an agreement, which is found again by the one `before` it. */
async function whole(first: v.InferOutput<typeof Agreement>, before: string | null, page: Page) {
  const { sales, refund, ...about } = first
  const [all, lines] = [[...sales.nodes], [...(refund?.refundLineItems.nodes ?? [])]]
  let [more, moreLines] = [sales.pageInfo, refund?.refundLineItems.pageInfo]
  while (more.hasNextPage || moreLines?.hasNextPage) {
    const read = await page({
      after: before,
      agreements: 1,
      sales_after: more.endCursor,
      lines_after: moreLines?.endCursor ?? null,
    })
    const node = read?.agreements.edges[0]?.node
    if (node?.id !== first.id) throw new AppError('unavailable', 'The order was changed while it was read.')
    if (more.hasNextPage) all.push(...node.sales.nodes)
    if (moreLines?.hasNextPage) lines.push(...(node.refund?.refundLineItems.nodes ?? []))
    if (more.hasNextPage) more = node.sales.pageInfo
    if (moreLines?.hasNextPage) moreLines = node.refund?.refundLineItems.pageInfo
  }
  return {
    ...about,
    refund: refund && { id: refund.id, processedAt: refund.processedAt },
    sales: all,
    refund_lines: lines,
  }
}

/**
 * Reads one order again in the shop and books it as it is now; one that the shop does not have any more is voided. Safe to do again, and
 * in any order: what was read before a later change does not undo it.
 * @param given.number of the order in the shop: `450789469` of `gid://shopify/Order/450789469`
 * @param given.reason of what is restated
 */
export async function rereadOrder(
  { sql, admin }: { sql: Sql; admin: ShopifyAdmin },
  { store, number, reason }: { store: Pick<Store, 'id' | 'currency'>; number: string; reason: string },
): Promise<Saved> {
  const order = await readOrder(admin, number)
  if (!order) {
    const entries = await voidOrder(sql, { store_id: store.id, source_id: numberOf(number), reason })
    return { created: 0, changed: entries > 0 ? 1 : 0, unchanged: entries > 0 ? 0 : 1, entries }
  }
  const said = mapOrder(order, store.currency, await disputesOf(admin, [order]))
  return saveOrders(sql, { store_id: store.id, orders: [said], reason })
}
