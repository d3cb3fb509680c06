import * as v from 'valibot'
import { AppError } from '../errors.ts'
import type { ShopifyAdmin } from './admin.ts'
import { mustBeFine, UserErrors } from './user-errors.ts'

const Money = v.object({ shopMoney: v.object({ amount: v.string(), currencyCode: v.string() }) })

const ShopOrder = v.object({
  id: v.string(),
  name: v.string(),
  note: v.nullable(v.string()),
  currencyCode: v.string(),
  presentmentCurrencyCode: v.string(),
  cancelledAt: v.nullable(v.string()),
  cancellation: v.nullable(v.object({ staffNote: v.nullable(v.string()) })),
  displayFulfillmentStatus: v.string(),
  transactions: v.array(
    v.object({
      id: v.string(),
      kind: v.string(),
      status: v.string(),
      gateway: v.nullable(v.string()),
      maximumRefundableV2: v.nullable(v.object({ amount: v.string(), currencyCode: v.string() })),
    }),
  ),
  refunds: v.array(
    v.object({
      id: v.string(),
      createdAt: v.nullable(v.string()),
      note: v.nullable(v.string()),
      totalRefundedSet: Money,
    }),
  ),
})
export type ShopOrder = v.InferOutput<typeof ShopOrder>

const FIND_ORDER = /* GraphQL */ `
  query FindOrder($query: String!) {
    orders(first: 2, query: $query) {
      nodes {
        id
        name
        note
        currencyCode
        presentmentCurrencyCode
        cancelledAt
        cancellation {
          staffNote
        }
        displayFulfillmentStatus
        transactions(first: 50) {
          id
          kind
          status
          gateway
          maximumRefundableV2 {
            amount
            currencyCode
          }
        }
        refunds(first: 100) {
          id
          createdAt
          note
          totalRefundedSet {
            shopMoney {
              amount
              currencyCode
            }
          }
        }
      }
    }
  }
`

const REFUND = /* GraphQL */ `
  mutation RefundOrder($input: RefundInput!, $key: String!) {
    refundCreate(input: $input) @idempotent(key: $key) {
      refund {
        id
      }
      userErrors {
        message
      }
    }
  }
`

const NOTE = /* GraphQL */ `
  mutation NoteOrder($input: OrderInput!) {
    orderUpdate(input: $input) {
      order {
        id
        note
      }
      userErrors {
        message
      }
    }
  }
`

/** Every document that we send, for the test that holds them against Shopify's schema. */
export const ORDER_DOCUMENTS = [FIND_ORDER, REFUND, NOTE]

/** The order with this number in the shop, as it is now. @throws AppError `not_found` */
export async function findShopOrder({ ask }: ShopifyAdmin, number: string): Promise<ShopOrder> {
  const name = number.replace(/^#/, '')
  const quoted = name.replace(/["\\]/g, '\\$&')
  const { orders } = await ask(
    FIND_ORDER,
    { query: `name:"${quoted}"` },
    v.object({ orders: v.object({ nodes: v.array(ShopOrder) }) }),
  )
  const found = orders.nodes.filter((order) => order.name.replace(/^#/, '') === name)
  if (found.length !== 1 || !found[0]) throw new AppError('not_found', `The shop has no order ${number}.`)
  return found[0]
}

type Refund = {
  amount: string
  currency: string
  note: string
  key: string
  notify: boolean
  transactions: { id: string; gateway: string; amount: string }[]
}

/** Gives money back. The same key again does it only once. Answers the id of the refund. @throws AppError `conflict` when the shop refuses */
export async function refundShopOrder(
  { ask }: ShopifyAdmin,
  order_id: string,
  refund: Refund,
): Promise<string | undefined> {
  const { refundCreate } = await ask(
    REFUND,
    {
      key: refund.key,
      input: {
        orderId: order_id,
        note: refund.note,
        notify: refund.notify,
        transactions: refund.transactions.map(({ id, gateway, amount }) => ({
          orderId: order_id,
          parentId: id,
          kind: 'REFUND',
          gateway,
          amount,
        })),
      },
    },
    v.object({
      refundCreate: v.nullable(v.object({ refund: v.nullable(v.object({ id: v.string() })), userErrors: UserErrors })),
    }),
  )
  mustBeFine(refundCreate?.userErrors)
  return refundCreate?.refund?.id
}

/** Replaces the note of an order. @throws AppError `conflict` when the shop refuses */
export async function noteShopOrder({ ask }: ShopifyAdmin, order_id: string, note: string): Promise<void> {
  const { orderUpdate } = await ask(
    NOTE,
    { input: { id: order_id, note } },
    v.object({ orderUpdate: v.nullable(v.object({ userErrors: UserErrors })) }),
  )
  mustBeFine(orderUpdate?.userErrors)
}
