import * as v from 'valibot'
import { listBulkChildren, listBulkRoots } from '../../../sql/bulk-objects.ts'
import type { Sql } from '../../../sql/connect.ts'
import { numberOf, ShopifyOrder } from './order-shape.ts'

type Line = { id?: string; __typename?: string; __parentId?: string; refund?: { id: string } | null }

/**
 * The next orders of a staged file with all that belongs to them, in whatever lines it stands.
 * @param asked.after the last line that was taken
 */
export async function nextBulkOrders(
  sql: Sql,
  asked: { sync_id: number; after: number; limit: number },
): Promise<{ orders: ShopifyOrder[]; unread: Unread[]; count: number; after: number }> {
  const { sync_id } = asked
  const roots = await listBulkRoots(sql, asked)
  const orders = roots.map(({ object }) => JSON.parse(object) as Line)
  const below = async (parents: string[]) => {
    const rows = parents.length > 0 ? await listBulkChildren(sql, { sync_id, parents }) : []
    return rows.map(({ object }) => JSON.parse(object) as Line)
  }
  const agreements = await below(orders.flatMap(({ id }) => id ?? []))
  // What is below a refund stands under the agreement, or under the refund itself.
  const parents = agreements.flatMap(({ id, refund }) => [id ?? [], refund?.id ?? []].flat())
  const rest = Map.groupBy(await below(parents), ({ __parentId }) => __parentId)
  const agreementsOf = Map.groupBy(agreements, ({ __parentId }) => __parentId)
  const isLine = ({ __typename }: Line) => __typename === 'RefundLineItem'
  const wholeAgreement = (agreement: Line) => {
    const children = [agreement.id, agreement.refund?.id].flatMap((id) => (id ? (rest.get(id) ?? []) : []))
    const [refund_lines, sales] = [children.filter(isLine), children.filter((one) => !isLine(one))]
    return Object.assign(agreement, { sales, refund_lines })
  }
  const whole = orders.map((order) =>
    Object.assign(order, { agreements: (agreementsOf.get(order.id) ?? []).map(wholeAgreement) }),
  )
  const read = whole.map((order) => v.safeParse(ShopifyOrder, order))
  return {
    orders: read.flatMap(({ success, output }) => (success ? [output] : [])),
    unread: read.flatMap(({ success, issues }, at) => (success ? [] : [unreadable(whole[at], issues[0])])),
    count: roots.length,
    after: roots.at(-1)?.line ?? asked.after,
  }
}

/** An order that is not in, with the reason in words: its number in the shop, and the day on which it was placed. */
export const Unread = v.object({ number: v.string(), day: v.string(), reason: v.string() })
export type Unread = v.InferOutput<typeof Unread>

function unreadable(order: unknown, issue: v.BaseIssue<unknown>): Unread {
  const { id = '', name = 'An order', processedAt = '' } = order as { id?: string; name?: string; processedAt?: string }
  const reason = `Order ${name} is not as the API of the shop says, at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`
  return { number: numberOf(id), day: processedAt.slice(0, 10), reason }
}
