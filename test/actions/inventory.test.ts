import { expect, test } from 'bun:test'
import { shopDesk } from '../support/shop-desk.ts'

const { press, propose, roos, sent, shop, shopify, yes } = await shopDesk()
const [house, store] = [shop.keepsIn('Warehouse'), shop.keepsIn('Shop')]
const inShop = shop.sells({ sku: 'LAMP', stock: new Map([[house, 10]]) })
const asked = (available: number, location?: string) => ({
  kind: 'inventory' as const,
  store: 'nl',
  sku: 'LAMP',
  available,
  location,
})
const has = () => inShop.stock.get(house)

test('stock is set once after a yes, compared by the shop with what the card showed, and taken back', async () => {
  const { result, id } = await roos('propose_stock', { store: 'nl', sku: 'LAMP', available: 7 })
  expect(result).toMatchObject({
    target: 'Lamp (LAMP) in nl',
    old_value: { location: 'Warehouse', available: 10 },
    new_value: { location: 'Warehouse', available: 7 },
  })
  expect(has()).toBe(10)
  expect(await yes(id)).toMatchObject({ status: 'executed', result: { set_to: 7, available: 7 } })
  expect(await yes(id)).toMatchObject({ status: 'executed' })
  expect([has(), sent('SetStock')]).toEqual([7, 1])
  expect(shopify.requests.find(({ operation }) => operation === 'SetStock')?.variables).toMatchObject({
    input: { name: 'available', quantities: [{ changeFromQuantity: 10, quantity: 7, locationId: house }] },
  })
  expect((await press(id, 'undo')).body).toMatchObject({ status: 'executed' })
  expect(has()).toBe(10)
})

test('one whose answer was lost is done once, also when some were sold since', async () => {
  const id = await propose(asked(20))
  shop.faults.push({ operation: 'SetStock', fault: 'answer lost' })
  expect(await yes(id)).toMatchObject({ status: 'executing' })
  inShop.stock.set(house, 18)
  expect(await yes(id)).toMatchObject({ status: 'executed', result: { set_to: 20, available: 18 } })
  expect(has()).toBe(18)
})

test('a stock that changed in the shop before the yes is not written over', async () => {
  const id = await propose(asked(30))
  inShop.stock.set(house, 17)
  expect(await yes(id)).toMatchObject({
    status: 'failed',
    error: 'Warehouse has 17 on stock in the shop by now, not 18. Ask for a new proposal.',
  })
  expect(has()).toBe(17)
})

test('the place must be said where there are several, and what the shop does not count is refused', async () => {
  inShop.stock.set(store, 3)
  expect(propose(asked(5))).rejects.toThrow('Say in which place: LAMP is kept in Warehouse (17), Shop (3).')
  await propose(asked(5)).catch(() => undefined)
  expect(await yes(await propose(asked(5, 'shop')))).toMatchObject({ status: 'executed' })
  expect([has(), inShop.stock.get(store)]).toEqual([17, 5])
  expect(propose(asked(5, 'Shop'))).rejects.toThrow('Shop has 5 of LAMP already.')
  await propose(asked(5, 'Shop')).catch(() => undefined)
  inShop.tracked = false
  expect(propose(asked(6, 'Shop'))).rejects.toThrow('does not count the stock of LAMP')
  await propose(asked(6, 'Shop')).catch(() => undefined)
})
