import { cancel } from './shopify-changes.ts'
import { cents, leftToRefund, newId, saleOf, type ShopAddress, type ShopOrder } from './shopify-objects.ts'
import { shownOrder } from './shopify-shown.ts'

type Shop = {
  orders: readonly ShopOrder[]
  scopes: readonly string[]
  answers: Map<string, { input: string; answer: object }>
  jobs: Map<string, { done: boolean; work: () => void }>
  cancelling: 'works' | 'fails'
  clock: () => Date
}
type Asked = { key: string; refuses: boolean }
type RefundInput = {
  orderId: string
  note: string
  transactions: { parentId: string; kind: string; gateway: string; amount: string }[]
}
type Cancel = {
  orderId: string
  restock: boolean
  staffNote: string
  refundMethod: { originalPaymentMethodsRefund?: boolean }
}
type Tags = { id: string; tags: string[] }
type Track = {
  fulfillmentId: string
  notifyCustomer: boolean
  trackingInfoInput: { number: string; company: string }
}

const refusal = (field: string, message: string) => [{ field: [field], message }]

/** The mutations of orders. The same idempotency key again is answered as before; with other parameters it is an error. */
export const orderMutations = (shop: Shop, { key, refuses }: Asked) => ({
  refundCreate: ({ input }: { input: RefundInput }) => {
    const said = JSON.stringify(input)
    const before = shop.answers.get(key)
    if (before && before.input !== said) throw new Error('The idempotency key was used with other parameters.')
    if (before) return before.answer
    const order = shop.orders.find(({ id }) => id === input.orderId)
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
      return { refund: null, userErrors: refusal('transactions', 'Transaction is invalid.') }
    if (amount > leftToRefund(order))
      return { refund: null, userErrors: refusal('transactions', 'Refund amount is higher than the remaining amount.') }
    const at = shop.clock().toISOString()
    const refund = { id: newId('Refund'), note: input.note, amount, at }
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
    const answer = { refund, userErrors: [] }
    shop.answers.set(key, { input: said, answer })
    return answer
  },
  orderUpdate: ({ input }: { input: { id: string; note?: string; shippingAddress?: Partial<ShopAddress> } }) => {
    const order = shop.orders.find(({ id }) => id === input.id)
    if (refuses || !order) return { order: null, userErrors: refusal('id', 'Order does not exist.') }
    const { note, shippingAddress: to } = input
    if (to && !to.address1)
      return { order: null, userErrors: refusal('shippingAddress', "Shipping address1 can't be blank") }
    if (note !== undefined) order.note = note
    if (to) {
      const said = Object.fromEntries(Object.entries(to).map(([field, text]) => [field, text === '' ? null : text]))
      // Shopify writes postal codes in capitals.
      order.address = { ...order.address!, ...said, zip: to.zip?.toUpperCase() ?? null }
    }
    order.updated = shop.clock().toISOString()
    return { order: shownOrder(order), userErrors: [] }
  },
  orderCancel: ({ orderId, restock, staffNote, refundMethod }: Cancel) => {
    const order = shop.orders.find(({ id }) => id === orderId)
    const no = (code: string, message: string) => ({
      job: null,
      orderCancelUserErrors: [{ code, field: ['orderId'], message }],
    })
    if (!order) return no('NOT_FOUND', 'Order does not exist.')
    if (order.cancelled) return no('INVALID', 'Order has already been cancelled.')
    if (refuses || order.sent !== 'UNFULFILLED')
      return no('INVALID', 'Order has fulfillments that cannot be cancelled.')
    if (!restock || !refundMethod.originalPaymentMethodsRefund)
      throw new Error('The stand-in cancels only with goods and money going back.')
    if (staffNote.length > 255) return no('INVALID', 'Staff note is too long.')
    const id = newId('Job')
    const at = shop.clock().toISOString()
    shop.jobs.set(id, {
      done: false,
      work: () => {
        if (order.cancelled || shop.cancelling === 'fails') return
        cancel(order, { at })
        order.cancelNote = staffNote
      },
    })
    return { job: { id, done: false }, orderCancelUserErrors: [] }
  },
  /** A job is through when it is asked about the second time. */
  job: ({ id }: { id: string }) => {
    const job = shop.jobs.get(id)
    if (!job) return null
    const { done } = job
    job.done = true
    if (!done) queueMicrotask(job.work)
    return { id, done }
  },
  tagsAdd: ({ id, tags }: Tags) => {
    const order = taggable(shop, id)
    if (refuses || !order) return { node: null, userErrors: refusal('id', 'Order does not exist.') }
    if (tags.some((tag) => tag.length > 40))
      return { node: null, userErrors: refusal('tags', 'Tags is too long (maximum is 40 characters)') }
    for (const tag of tags)
      if (!order.tags.some((one) => one.toLowerCase() === tag.toLowerCase())) order.tags = [...order.tags, tag]
    return { node: shownOrder(order), userErrors: [] }
  },
  tagsRemove: ({ id, tags }: Tags) => {
    const order = taggable(shop, id)
    if (refuses || !order) return { node: null, userErrors: refusal('id', 'Order does not exist.') }
    const gone = new Set(tags.map((tag) => tag.toLowerCase()))
    order.tags = order.tags.filter((tag) => !gone.has(tag.toLowerCase()))
    return { node: shownOrder(order), userErrors: [] }
  },
  fulfillmentTrackingInfoUpdate: ({ fulfillmentId, notifyCustomer, trackingInfoInput }: Track) => {
    const parcel = shop.orders.flatMap(({ parcels }) => parcels).find(({ id }) => id === fulfillmentId)
    if (refuses || !parcel)
      return { fulfillment: null, userErrors: refusal('fulfillmentId', 'Fulfillment does not exist.') }
    Object.assign(parcel, trackingInfoInput)
    if (notifyCustomer) parcel.mails++
    return { fulfillment: { id: parcel.id }, userErrors: [] }
  },
})

/** The table of scopes does not tell that tagging an order takes write_orders, as Shopify's pages do. */
function taggable({ orders, scopes }: Shop, id: string): ShopOrder | undefined {
  if (!scopes.includes('write_orders')) throw new Error('Access denied for tags of orders.')
  return orders.find((order) => order.id === id)
}
