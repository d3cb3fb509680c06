import { describe, expect, test } from 'bun:test'
import { calls, says } from '../support/anthropic-turns.ts'
import { problemOf } from '../support/api.ts'
import { anOrder, aStore, bookAll } from '../support/factories.ts'
import { shopDesk } from '../support/shop-desk.ts'

const { sql, api, ann, bob, shop, shopify, claude, propose, press, shown, auditOf, anOrderOf } = await shopDesk()
const lonely = await aStore(sql, { slug: 'lonely' })
const refundOf = (number: string, amount?: string) => propose({ kind: 'refund', order: number, amount })

describe('a refund', () => {
  test('shows what it changes, what that takes from the profit without tax, and until when it waits', async () => {
    const { number } = await anOrderOf()
    const id = await refundOf(number, '12.10')
    expect(await shown(id)).toMatchObject({
      kind: 'refund',
      store: 'nl',
      target: `order ${number} of nl`,
      old_value: { left: '60.50', refunded: '0.00', currency: 'EUR' },
      new_value: { amount: '12.10', currency: 'EUR', order: number },
      effect: [{ amount: -10, currency: 'EUR', basis: 'this order, tax left out' }],
      amount: 12.1,
      status: 'pending',
      approvals_needed: 1,
      approvals: [],
      proposed_by: ann.email,
      agent: 'roos',
      expires_at: '2026-04-14T10:00:00.000Z',
    })
  })

  test('is carried out once though the button is pressed three times at the same moment, and three times after', async () => {
    const { number, inShop } = await anOrderOf()
    const id = await refundOf(number)
    const answers = await Promise.all([press(id), press(id), press(id, 'approve', bob)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    for (let time = 0; time < 3; time++) expect((await press(id)).body).toMatchObject({ status: 'executed' })
    expect(inShop.refunds.map(({ amount }) => amount)).toEqual([6_050n])
    expect(shopify.requests.filter(({ operation }) => operation === 'RefundOrder')).toHaveLength(1)
    expect(await shown(id)).toMatchObject({
      status: 'executed',
      result: { refund_id: inShop.refunds[0]!.id, amount: '60.50' },
    })
    expect((await auditOf(id)).toSorted()).toEqual(['action.approved', 'action.executed'])
  })

  test('that was rejected or has expired is never carried out', async () => {
    const { number, inShop } = await anOrderOf()
    const rejected = await refundOf(number, '1')
    expect((await press(rejected, 'reject')).body).toMatchObject({ status: 'rejected' })
    expect((await press(rejected, 'reject')).status).toBe(200)
    expect(problemOf(await press(rejected), 409).detail).toBe('It was rejected.')
    const late = await refundOf(number, '2')
    await api.at('2026-04-14T09:59:59Z', async () => expect((await shown(late))['status']).toBe('pending'))
    await api.at('2026-04-14T10:00:00Z', async () => {
      const { token } = await api.signIn(ann.id)
      expect(problemOf(await press(late, 'approve', { ...ann, token }), 409).detail).toContain('expired')
      expect((await api.get('/actions?status=expired', token)).body['data']).toContainEqual(
        expect.objectContaining({ id: late }),
      )
    })
    expect(inShop.refunds).toEqual([])
  })

  test('whose answer was lost goes on with the next press, and still happens once', async () => {
    const { number, inShop } = await anOrderOf()
    const id = await refundOf(number)
    shop.faults.push({ operation: 'RefundOrder', fault: 'answer lost' })
    expect((await press(id)).body).toMatchObject({
      status: 'executing',
      error: 'nl.myshopify.com does not answer right now. Try again in a moment.',
    })
    expect(inShop.refunds).toHaveLength(1)
    expect((await press(id)).body).toMatchObject({ status: 'executed', error: null })
    expect(inShop.refunds).toHaveLength(1)
  })

  for (const fault of ['unauthorized', 'throttled', 'too many'] as const)
    test(`gets through when the shop says ${fault} once`, async () => {
      const { number, inShop } = await anOrderOf()
      const id = await refundOf(number)
      shop.faults.push({ operation: 'RefundOrder', fault })
      expect((await press(id)).body).toMatchObject({ status: 'executed' })
      expect(inShop.refunds).toHaveLength(1)
    })

  test('that the shop refuses has failed, with its words', async () => {
    const { number, inShop } = await anOrderOf()
    inShop.payments[0]!.amount = 100n
    const id = await refundOf(number)
    expect((await press(id)).body).toMatchObject({
      status: 'failed',
      error: `No payment of the order ${number} has 60.50 EUR left to refund.`,
    })
    expect(await auditOf(id)).toEqual(['action.approved', 'action.failed'])
    expect((await press(id)).body).toMatchObject({ status: 'failed' })
  })

  test('waits for a second person above the limit, who must be another one', async () => {
    const { number, inShop } = await anOrderOf(20_000)
    const id = await refundOf(number)
    expect(await shown(id)).toMatchObject({ amount: 242, approvals_needed: 2 })
    expect((await press(id)).body).toMatchObject({ status: 'pending', approvals: [{ email: ann.email }] })
    expect((await press(id)).body).toMatchObject({ status: 'pending' })
    expect(inShop.refunds).toEqual([])
    expect((await press(id, 'approve', bob)).body).toMatchObject({ status: 'executed' })
    expect(inShop.refunds).toHaveLength(1)
  })

  test('is refused at once for a store without a shop', async () => {
    await anOrder(sql, lonely, { external_id: '9', lines: [{}] })
    await bookAll(sql, lonely)
    expect(refundOf('9')).rejects.toThrow('The store lonely has no Shopify connection yet.')
    await refundOf('9').catch(() => undefined)
  })

  test('is found by its order', async () => {
    const { number } = await anOrderOf()
    const id = await refundOf(number, '3')
    const { order_id } = await shown(id)
    const found = (await api.get(`/actions?order_id=${Number(order_id)}`, ann.token)).body['data'] as { id: number }[]
    expect(found.map((action) => action.id)).toEqual([id])
  })

  test('of more than is left is refused, with what is left', async () => {
    const { number } = await anOrderOf()
    expect(refundOf(number, '60.51')).rejects.toThrow(`60.50 EUR of the order ${number} can still be refunded`)
    await refundOf(number, '60.51').catch(() => undefined)
  })
})

test('a note is added to the one that is there, and read again', async () => {
  const { number, inShop } = await anOrderOf()
  inShop.note = 'Ring twice'
  const note = () => propose({ kind: 'note', order: number, note: 'Gift wrap' })
  const id = await note()
  expect((await press(id)).body).toMatchObject({ status: 'executed', result: { note: 'Ring twice\nGift wrap' } })
  expect(inShop.note).toBe('Ring twice\nGift wrap')
  expect(problemOf(await press(id, 'undo'), 409).detail).toContain('cannot be taken back here')
  shop.faults.push({ operation: 'NoteOrder', fault: 'refused' })
  inShop.note = null
  expect((await press(await note())).body).toMatchObject({
    status: 'failed',
    error: 'Shopify refused: Order does not exist.',
  })
})

describe('do it differently', () => {
  const differently = (id: number, text: string) =>
    api.send(`/actions/${id}`, { method: 'PATCH', json: { text }, token: ann.token })
  test('asks the agent again, whose new proposal takes the place of the old one', async () => {
    const { number } = await anOrderOf()
    const id = await refundOf(number)
    claude.script([
      calls('take_over', {}),
      calls('route_to_agent', { agent: 'roos', question: `Refund 5.00 of ${number} in nl` }),
      calls('propose_refund', { order: number, store: 'nl', amount: '5.00', reason: 'Only half' }),
      says('Proposed.'),
      says('It waits for your yes.'),
    ])
    const { status, body } = await differently(id, 'Only 5 euro')
    expect(status).toBe(200)
    const [made] = (body['answer'] as { action_ids: number[] }).action_ids
    expect(body['action']).toMatchObject({ id, status: 'replaced', replaced_by: made })
    expect(await shown(made!)).toMatchObject({ status: 'pending', new_value: { amount: '5.00' } })
    expect(problemOf(await press(id), 409).detail).toBe('Another proposal took its place.')
    expect(problemOf(await differently(id, 'Again'), 409).detail).toContain('it is replaced')
  })

  test('leaves the proposal waiting when nothing else is proposed', async () => {
    const { number } = await anOrderOf()
    const id = await refundOf(number)
    claude.script([says('Tell me how much.')])
    expect((await differently(id, 'Less')).body).toMatchObject({
      answer: { text: 'Tell me how much.' },
      action: { status: 'pending' },
    })
  })
})
