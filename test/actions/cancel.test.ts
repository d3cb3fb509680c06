import { expect, test } from 'bun:test'
import { problemOf } from '../support/api.ts'
import { shopDesk } from '../support/shop-desk.ts'

const { anOrderOf, api, ann, propose, press, roos, sent, shop, shopify, shown, yes } = await shopDesk()
const asked = (order: string) => ({ kind: 'cancel' as const, order })

test('an order is cancelled once after a yes: money and goods go back, and the books follow at once', async () => {
  const { number, inShop } = await anOrderOf()
  const { result, id } = await roos('propose_cancel', { order: number, because: 'CUSTOMER' })
  expect(result).toMatchObject({
    status: 'pending',
    old_value: { status: 'placed', left: '60.50', currency: 'EUR' },
    new_value: {
      order: number,
      amount: '60.50',
      currency: 'EUR',
      notify_customer: false,
      restock: true,
      because: 'CUSTOMER',
    },
    effect_on_profit: [{ currency: 'EUR', basis: 'this order, goods back on the shelf, shipping and fees kept' }],
  })
  expect(inShop.cancelled).toBeNull()
  const answers = await Promise.all([press(id), press(id), press(id)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await shown(id)).toMatchObject({ status: 'executed', result: { amount: '60.50', restocked: true } })
  expect(sent('CancelOrder')).toBe(1)
  expect(shopify.requests.find(({ operation }) => operation === 'CancelOrder')?.variables).toMatchObject({
    reason: 'CUSTOMER',
    restock: true,
    notify: false,
    refund: { originalPaymentMethodsRefund: true },
  })
  expect(inShop.refunds.map(({ amount }) => amount)).toEqual([6_050n])
  const order = (await api.get(`/orders?store=nl&q=${number}`, ann.token)).body['data']
  expect(order).toMatchObject([{ revenue: 0, refunded: 60.5, cogs: 0 }])
  expect(problemOf(await press(id, 'undo'), 409).detail).toContain('cannot be taken back')
})

test('a cancellation whose end was not seen goes on with the next press, and happens once', async () => {
  const { number, inShop } = await anOrderOf()
  const id = await propose(asked(number))
  for (let at = 0; at < 3; at++) shop.faults.push({ operation: 'Cancellation(', fault: 'broken' })
  expect(await yes(id)).toMatchObject({ status: 'executing', error: expect.stringContaining('does not answer') })
  expect(await yes(id)).toMatchObject({ status: 'executed', error: null })
  expect(inShop.refunds).toHaveLength(1)
  const lost = await anOrderOf()
  const other = await propose(asked(lost.number))
  shop.faults.push({ operation: 'CancelOrder', fault: 'answer lost' })
  expect(await yes(other)).toMatchObject({ status: 'executing' })
  expect(await yes(other)).toMatchObject({ status: 'executed' })
  expect(lost.inShop.refunds).toHaveLength(1)
})

test('what changed in the shop before the yes refuses, with what changed', async () => {
  const given = await anOrderOf()
  const first = await propose(asked(given.number))
  given.inShop.refunds.push({ id: 'gid://shopify/Refund/1', note: null, amount: 1_000n, at: '2026-04-13T09:00:00Z' })
  expect(await yes(first)).toMatchObject({
    status: 'failed',
    error: 'The shop would give back 50.50 EUR by now, not 60.50. Ask for a new proposal.',
  })
  const packed = await anOrderOf()
  const second = await propose(asked(packed.number))
  packed.inShop.sent = 'PARTIALLY_FULFILLED'
  expect(await yes(second)).toMatchObject({
    status: 'failed',
    error: `The order #${packed.number} was in part sent already.`,
  })
  const gone = await anOrderOf()
  const third = await propose(asked(gone.number))
  Object.assign(gone.inShop, { cancelled: '2026-04-13T09:30:00Z', cancelNote: 'by hand' })
  expect(await yes(third)).toMatchObject({
    status: 'failed',
    error: 'The order was cancelled in the shop meanwhile, by somebody else.',
  })
})

test('what cannot be cancelled is not proposed, and what Shopify refuses or does not do is said', async () => {
  const { number, inShop } = await anOrderOf()
  inShop.sent = 'FULFILLED'
  expect(propose(asked(number))).rejects.toThrow(`The order #${number} was sent already.`)
  await propose(asked(number)).catch(() => undefined)
  inShop.sent = 'UNFULFILLED'
  const refused = await propose(asked(number))
  shop.faults.push({ operation: 'CancelOrder', fault: 'refused' })
  expect(await yes(refused)).toMatchObject({
    status: 'failed',
    error: 'Shopify refused: Order has fulfillments that cannot be cancelled.',
  })
  const again = await propose({ ...asked(number), because: 'STAFF' })
  shop.cancelling = 'fails'
  expect(await yes(again)).toMatchObject({
    status: 'failed',
    error: 'Shopify began to cancel the order and did not do it. Look at the order there.',
  })
  shop.cancelling = 'works'
  expect(inShop.refunds).toEqual([])
})
