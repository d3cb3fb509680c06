import { expect, test } from 'bun:test'
import { wording } from '../../src/wording.ts'
import { actionMessage } from '../../src/bot/action-message.ts'
import { shopDesk } from '../support/shop-desk.ts'

const { anOrderOf, card, press, propose, roos, sent, shop, yes } = await shopDesk()

test('tags are added and taken off after a yes, others stay, and the change is taken back', async () => {
  const { number, inShop } = await anOrderOf()
  inShop.tags = ['vip', 'late']
  const { result, id } = await roos('propose_order_tags', { order: number, add: ['fragile', 'VIP'], remove: ['Late'] })
  expect(result).toMatchObject({ old_value: { tags: ['vip', 'late'] }, new_value: { tags: ['vip', 'fragile'] } })
  expect(actionMessage(await card(id), wording('en'))).toContain('tags: vip, late → <b>vip, fragile</b>')
  expect(inShop.tags).toEqual(['vip', 'late'])
  inShop.tags = [...inShop.tags, 'by an app']
  expect(await yes(id)).toMatchObject({ status: 'executed', result: { tags: ['vip', 'by an app', 'fragile'] } })
  expect(await yes(id)).toMatchObject({ status: 'executed' })
  expect([sent('AddTags'), sent('RemoveTags')]).toEqual([1, 1])
  expect((await press(id, 'undo')).body).toMatchObject({ status: 'executed' })
  expect(inShop.tags).toEqual(['vip', 'by an app', 'late'])
})

test('a change that broke off between adding and taking off is finished by the next press', async () => {
  const { number, inShop } = await anOrderOf()
  inShop.tags = ['late']
  const id = await propose({ kind: 'tag', order: number, add: ['paid'], remove: ['late'] })
  shop.faults.push({ operation: 'RemoveTags', fault: 'broken' })
  expect(await yes(id)).toMatchObject({ status: 'executing' })
  expect(inShop.tags).toEqual(['late', 'paid'])
  const before = sent('AddTags')
  expect(await yes(id)).toMatchObject({ status: 'executed' })
  expect(inShop.tags).toEqual(['paid'])
  expect(sent('AddTags')).toBe(before)
})

test('tags that change nothing, or are none, are not proposed; what Shopify refuses is said', async () => {
  const { number, inShop } = await anOrderOf()
  inShop.tags = ['vip']
  const nothing = { kind: 'tag' as const, order: number, add: ['Vip'] }
  expect(propose(nothing)).rejects.toThrow('The tags of the order are vip: nothing would change.')
  await propose(nothing).catch(() => undefined)
  for (const add of [['a,b'], [''], ['x'.repeat(41)], []])
    expect((await roos('propose_order_tags', { order: number, add })).id).toBeUndefined()
  const id = await propose({ kind: 'tag', order: number, add: ['new'] })
  shop.faults.push({ operation: 'AddTags', fault: 'refused' })
  expect(await yes(id)).toMatchObject({ status: 'failed', error: 'Shopify refused: Order does not exist.' })
})
