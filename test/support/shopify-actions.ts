import { cents, newId, saleOf, type ShopOrder } from './shopify-objects.ts'
import { shownOrder } from './shopify-shown.ts'

type Asked = {
  input: {
    orderId: string
    note: string
    transactions: { parentId: string; kind: string; gateway: string; amount: string }[]
  }
}
type Answers = Map<string, { input: string; refund: ShopOrder['refunds'][number] }>

const leftOf = ({ payments, refunds }: ShopOrder) =>
  payments.reduce((sum, { amount }) => sum + amount, 0n) - refunds.reduce((sum, { amount }) => sum + amount, 0n)

/** The mutations of orders. The same idempotency key again is answered as before; with other parameters it is an error. */
export const orderMutations = (
  orders: readonly ShopOrder[],
  answers: Answers,
  { key, refuses }: { key: string; refuses: boolean },
) => ({
  refundCreate: ({ input }: Asked) => {
    const said = JSON.stringify(input)
    const before = answers.get(key)
    if (before && before.input !== said) throw new Error('The idempotency key was used with other parameters.')
    if (before) return { refund: before.refund, userErrors: [] }
    const order = orders.find(({ id }) => id === input.orderId)
    const asked = input.transactions.map((one) => ({
      one,
      payment: order?.payments.find(({ id }) => id === one.parentId),
    }))
    const amount = asked.reduce((sum, { one }) => sum + cents(one.amount), 0n)
    if (
      refuses ||
      !order ||
      asked.length === 0 ||
      asked.some(({ one, payment }) => !payment || one.kind !== 'REFUND' || one.gateway !== payment.gateway)
    )
      return { refund: null, userErrors: [{ field: ['transactions'], message: 'Transaction is invalid.' }] }
    if (amount > leftOf(order))
      return {
        refund: null,
        userErrors: [{ field: ['transactions'], message: 'Refund amount is higher than the remaining amount.' }],
      }
    const refund = { id: newId('Refund'), note: input.note, amount }
    const at = new Date().toISOString()
    order.refunds.push(refund)
    // Money without goods.
    const sales = [saleOf('ADJUSTMENT', `-${input.transactions[0]!.amount}`, {}, { action: 'RETURN', total: -amount })]
    order.agreements.push({
      id: newId('SalesAgreement'),
      kind: 'RefundAgreement',
      at,
      refund: { id: refund.id, at, lines: [] },
      sales,
    })
    order.updated = at
    answers.set(key, { input: said, refund })
    return { refund, userErrors: [] }
  },
  orderUpdate: ({ input: { id, note } }: { input: { id: string; note: string } }) => {
    const order = orders.find((order) => order.id === id)
    if (refuses || !order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist.' }] }
    order.note = note
    return { order: shownOrder(order), userErrors: [] }
  },
})
