import * as v from 'valibot'
import type { ShopifyAdmin } from '../../shopify/admin.ts'
import { hasScope } from '../../shopify/app-scopes.ts'
import { numberOf, type ShopifyOrder } from './order-shape.ts'

export const READ_DISPUTES = /* GraphQL */ `
  query ReadDisputes($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on ShopifyPaymentsDispute {
        id
        initiatedAt
        finalizedOn
        status
        amount {
          amount
          currencyCode
        }
      }
    }
  }
`
/** Without it there are no chargebacks, which connecting the shop told. */
export const DISPUTES = 'read_shopify_payments_disputes'
/** Disputes that are read at once. */
const PAGE = 50

const Dispute = v.object({
  id: v.string(),
  initiatedAt: v.string(),
  finalizedOn: v.nullable(v.string()),
  status: v.string(),
  amount: v.object({ amount: v.string(), currencyCode: v.string() }),
})
export type Dispute = v.InferOutput<typeof Dispute>
const Disputes = v.object({ nodes: v.array(v.nullable(v.union([Dispute, v.strictObject({})]))) })

/** The chargebacks of orders by the number of the dispute; none where the app may not read them, which connecting the shop told. */
export async function disputesOf(admin: ShopifyAdmin, orders: readonly ShopifyOrder[]): Promise<Map<string, Dispute>> {
  const disputes = orders.flatMap((order) => order.disputes)
  const numbers = disputes.flatMap(({ id, initiatedAs }) => (initiatedAs === 'CHARGEBACK' ? [numberOf(id)] : []))
  const found = new Map<string, Dispute>()
  if (numbers.length === 0 || !(await hasScope(admin, DISPUTES))) return found
  for (let from = 0; from < numbers.length; from += PAGE) {
    const ids = numbers.slice(from, from + PAGE).map((number) => `gid://shopify/ShopifyPaymentsDispute/${number}`)
    const { nodes } = await admin.ask(READ_DISPUTES, { ids }, Disputes)
    for (const node of nodes) if (node && 'id' in node) found.set(numberOf(node.id), node)
  }
  return found
}
