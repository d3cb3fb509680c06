import { expect, test } from 'bun:test'
import { wording } from '../../src/wording.ts'
import { actionMessage } from '../../src/bot/action-message.ts'
import { shopDesk } from '../support/shop-desk.ts'

const { anOrderOf, card, press, propose, roos, sent, shop, shown, yes } = await shopDesk()
const HOME = {
  firstName: 'Ada',
  lastName: 'Smit',
  company: 'Smit BV',
  address1: 'Dam 1',
  address2: null,
  zip: '1012 AB',
  city: 'Amsterdam',
  provinceCode: null,
  countryCode: 'NL',
  phone: '+31 20 123 4567',
}
const TO = {
  first_name: 'Ada',
  last_name: 'Smit',
  address1: 'Kerkstraat 2',
  address2: '',
  zip: '3011 cd',
  city: 'Rotterdam',
  country: 'NL',
}
async function aParcel() {
  const { number, inShop } = await anOrderOf()
  inShop.address = { ...HOME }
  return { number, inShop, asked: { kind: 'address' as const, order: number, ...TO } }
}

test('an address is changed once after a yes, as the card showed it, and taken back to what it was', async () => {
  const { number, inShop } = await aParcel()
  const { result, id } = await roos('propose_address_change', { order: number, ...TO })
  expect(result).toMatchObject({
    old_value: { order: number, company: 'Smit BV', address1: 'Dam 1', city: 'Amsterdam', phone: '+31 20 123 4567' },
    new_value: { order: number, company: '', address1: 'Kerkstraat 2', city: 'Rotterdam', phone: '+31 20 123 4567' },
  })
  const lines = actionMessage(await card(id), wording('en')).split('\n')
  expect(lines).toContain('city: Amsterdam → <b>Rotterdam</b>')
  expect(lines).toContain('company: Smit BV → <b>none</b>')
  expect(lines.join()).not.toContain('first name')
  expect(inShop.address).toEqual(HOME)
  expect(await yes(id)).toMatchObject({ status: 'executed', result: { zip: '3011 CD', city: 'Rotterdam' } })
  expect(await yes(id)).toMatchObject({ status: 'executed' })
  expect(sent('ChangeAddress')).toBe(1)
  expect(inShop.address).toMatchObject({ company: null, address1: 'Kerkstraat 2', zip: '3011 CD' })
  expect((await press(id, 'undo')).body).toMatchObject({ status: 'executed', undo_of: id })
  expect(inShop.address).toEqual(HOME)
  expect(await shown(id)).toMatchObject({ status: 'undone' })
})

test('one whose answer was lost goes on with the next press', async () => {
  const { inShop, asked } = await aParcel()
  const id = await propose(asked)
  shop.faults.push({ operation: 'ChangeAddress', fault: 'answer lost' })
  expect(await yes(id)).toMatchObject({ status: 'executing' })
  const before = sent('ChangeAddress')
  expect(await yes(id)).toMatchObject({ status: 'executed' })
  expect(sent('ChangeAddress')).toBe(before)
  expect(inShop.address).toMatchObject({ city: 'Rotterdam' })
})

test('an address that changed in the shop before the yes is not written over', async () => {
  const { inShop, asked } = await aParcel()
  const id = await propose(asked)
  inShop.address = { ...HOME, city: 'Utrecht' }
  expect(await yes(id)).toMatchObject({
    status: 'failed',
    error:
      'The address was changed in the shop after this was proposed: city Utrecht, not Amsterdam. Ask for a new proposal.',
  })
  expect(inShop.address.city).toBe('Utrecht')
})

test('an order that was sent, or is sent nowhere, keeps its address, and what Shopify refuses is said', async () => {
  const { inShop, asked } = await aParcel()
  const late = await propose(asked)
  inShop.sent = 'FULFILLED'
  expect(await yes(late)).toMatchObject({ status: 'failed', error: expect.stringContaining('was sent already') })
  const { number } = await anOrderOf()
  expect(propose({ ...asked, order: number })).rejects.toThrow('The order has no shipping address.')
  await propose({ ...asked, order: number }).catch(() => undefined)
  const other = await aParcel()
  const refused = await propose(other.asked)
  shop.faults.push({ operation: 'ChangeAddress', fault: 'refused' })
  expect(await yes(refused)).toMatchObject({ status: 'failed', error: 'Shopify refused: Order does not exist.' })
  const same = { ...other.asked, address1: 'Dam 1', zip: '1012 AB', city: 'Amsterdam', company: 'Smit BV' }
  expect(propose(same)).rejects.toThrow('goes to this address already')
  await propose(same).catch(() => undefined)
})
