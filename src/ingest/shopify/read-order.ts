import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { type ShopifyAdmin, ShopRefusal } from '../../shopify/admin.ts'
import { READ_ORDER, READ_ORDERS, READ_TRANSACTIONS } from './order-document.ts'
import {
  ShopifyAgreement,
  type ShopifyOrder,
  ShopifyOrderHead,
  ShopifyRefundLine,
  ShopifySale,
  ShopifyTransaction,
} from './order-shape.ts'

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
const Part = v.object({
  ...ShopifyOrderHead.entries,
  agreements: v.object({ pageInfo: PageInfo, edges: v.array(v.object({ cursor: v.string(), node: Agreement })) }),
})
type Part = v.InferOutput<typeof Part>
const Read = v.object({ order: v.nullable(Part) })
const Together = v.object({ nodes: v.array(v.nullable(v.unknown())) })
const Transactions = v.object({ order: v.nullable(v.object({ transactions: v.array(ShopifyTransaction) })) })

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
}) => Promise<Part | null>

/** The rest of an agreement, which is found again by the one `before` it. */
async function whole(first: v.InferOutput<typeof Agreement>, before: string | null, page: Page) {
  const { sales, refund } = first
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
  return wholeOf(first, all, lines)
}

/** An agreement with all its sales and refunded lines. */
const wholeOf = (
  { sales, refund, ...about }: v.InferOutput<typeof Agreement>,
  all: ShopifyOrder['agreements'][number]['sales'] = sales.nodes,
  lines: ShopifyOrder['agreements'][number]['refund_lines'] = refund?.refundLineItems.nodes ?? [],
): ShopifyOrder['agreements'][number] => ({
  ...about,
  refund: refund && { id: refund.id, processedAt: refund.processedAt },
  sales: all,
  refund_lines: lines,
})

/** How much of each order is read when several are: what most have, at about 75 points. */
const SHORT = { agreements: 1, sales: 6 }

/**
 * Several orders as the shop has them now, by their numbers, undefined for those it does not have. Left out are those that are longer than
 * most, or not as the API says: they are to be read by themselves.
 */
export async function readShortOrders(
  { ask }: ShopifyAdmin,
  numbers: readonly string[],
): Promise<Map<string, ShopifyOrder | undefined>> {
  const ids = numbers.map((number) => `gid://shopify/Order/${number}`)
  const { nodes } = await ask(READ_ORDERS, { ids, ...SHORT }, Together)
  const found = new Map<string, ShopifyOrder | undefined>()
  for (const [at, number] of numbers.entries()) {
    const node = nodes[at]
    if (node === null) found.set(number, undefined)
    const { success, output } = v.safeParse(Part, node)
    if (!success || !isWhole(output)) continue
    const { agreements, ...head } = output
    found.set(number, { ...head, agreements: agreements.edges.map(({ node: one }) => wholeOf(one)) })
  }
  return found
}

const isWhole = ({ agreements, transactions, transactionsCount }: Part) =>
  !agreements.pageInfo.hasNextPage &&
  (transactionsCount?.count ?? 0) <= transactions.length &&
  agreements.edges.every(
    ({ node: { sales, refund } }) => !sales.pageInfo.hasNextPage && !refund?.refundLineItems.pageInfo.hasNextPage,
  )
