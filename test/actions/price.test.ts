import { expect, test } from 'bun:test'
import { shopDesk } from '../support/shop-desk.ts'

const { bob, lamp, nl, press, propose, roos, sent, shop, shown, sql, yes } = await shopDesk()
const inShop = shop.sells({ sku: 'LAMP', price: '19.95', grams: 750 })
await sql`update variants set source_id = ${inShop.id.split('/').at(-1)!}, list_price = 18 where product_id = ${lamp}`
const asked = (price: string) => ({ kind: 'price' as const, store: 'nl', sku: 'LAMP', price })
const inBooks = async () => (await sql`select trim_scale(list_price)::text as list_price from variants where product_id = ${lamp}`)[0]!['list_price'] // prettier-ignore

test('a price is changed once after a yes, stands in the books at once, and is taken back', async () => {
  const { result, id } = await roos('propose_price', { store: 'nl', sku: 'LAMP', price: '21.5' })
  expect(result).toMatchObject({
    target: 'Lamp (LAMP) in nl',
    old_value: { sku: 'LAMP', price: '19.95', currency: 'EUR' },
    new_value: { sku: 'LAMP', price: '21.50', currency: 'EUR' },
  })
  expect(inShop.price).toBe('19.95')
  const answers = await Promise.all([press(id), press(id)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(await shown(id)).toMatchObject({ status: 'executed', result: { price: '21.50', currency: 'EUR' } })
  expect([inShop.price, await inBooks(), sent('ChangePrice')]).toEqual(['21.50', '21.5', 1])
  expect(await sql`select grams from variants where product_id = ${lamp}`).toMatchObject([{ grams: 750 }])
  expect((await press(id, 'undo')).body).toMatchObject({ status: 'executed', undo_of: id })
  expect([inShop.price, await inBooks()]).toEqual(['19.95', '19.95'])
})

test('one whose answer was lost is done by the next press, without being sent again', async () => {
  const id = await propose(asked('20'))
  shop.faults.push({ operation: 'ChangePrice', fault: 'answer lost' })
  expect(await yes(id)).toMatchObject({ status: 'executing' })
  const before = sent('ChangePrice')
  expect(await yes(id)).toMatchObject({ status: 'executed' })
  expect([inShop.price, sent('ChangePrice')]).toEqual(['20.00', before])
})

test('a price that changed in the shop before the yes is not written over', async () => {
  const id = await propose(asked('22'))
  inShop.price = '25.00'
  expect(await yes(id)).toMatchObject({
    status: 'failed',
    error: 'The price in the shop is 25.00 EUR by now, not 20.00. Ask for a new proposal.',
  })
  expect(inShop.price).toBe('25.00')
  expect(propose(asked('25'))).rejects.toThrow('LAMP costs 25.00 EUR in the shop already.')
  await propose(asked('25')).catch(() => undefined)
})

test('the limits count from the price in the shop: a second person above 20 %, and nothing above 50 %', async () => {
  inShop.price = '10.00'
  const id = await propose(asked('12.5'))
  expect(await shown(id)).toMatchObject({ change_percent: 25, approvals_needed: 2 })
  expect(await yes(id)).toMatchObject({ status: 'pending' })
  expect(inShop.price).toBe('10.00')
  expect((await press(id, 'approve', bob)).body).toMatchObject({ status: 'executed' })
  expect(inShop.price).toBe('12.50')
  expect(propose(asked('19'))).rejects.toThrow('A change of 52.00 % is above the limit')
  await propose(asked('19')).catch(() => undefined)
})

test('a missing scope is named before anything is sent, at the proposal and at the yes', async () => {
  const id = await propose(asked('13'))
  const all = shop.scopes
  shop.scopes = all.filter((scope) => scope !== 'write_products')
  const sentence =
    'The app in Shopify may not do this: changing a price takes write_products. Add it to the app, approve that in the shop, and connect the store again.'
  const before = sent('ChangePrice')
  expect(await yes(id)).toMatchObject({ status: 'failed', error: sentence })
  expect(sent('ChangePrice')).toBe(before)
  await sql`update shopify_shops set scopes = ${shop.scopes} where store_id = ${nl.id}`
  expect(propose(asked('14'))).rejects.toThrow(sentence)
  await propose(asked('14')).catch(() => undefined)
  shop.scopes = all
  await sql`update shopify_shops set scopes = ${all} where store_id = ${nl.id}`
  const refused = await propose(asked('14'))
  shop.faults.push({ operation: 'ChangePrice', fault: 'refused' })
  expect(await yes(refused)).toMatchObject({
    status: 'failed',
    error: 'Shopify refused: Product variant does not exist',
  })
})
