import { afterAll, expect, test } from 'bun:test'
import { listOrders } from '../../../sql/orders.ts'
import { numberOf } from '../../../src/ingest/shopify/order-shape.ts'
import { bookReadOrders, readOrders } from '../../../src/ingest/shopify/read-orders.ts'
import { createShopify } from '../../../src/shopify/admin.ts'
import { testDatabase } from '../../support/database.ts'
import { aFeeRule, aProduct, aStore } from '../../support/factories.ts'
import { startShopify } from '../../support/shopify.ts'
import { cancel, edit, itemsOf, refund } from '../../support/shopify-changes.ts'
import { newId, type NewOrder, saleOf, type ShopOrder, takenBack } from '../../support/shopify-objects.ts'
import { bookedOf, truthOf } from './books.ts'

const { sql } = await testDatabase()
const shopify = startShopify()
afterAll(() => shopify.stop())
const now = () => new Date()
let shops = 0

/** A store with its shop, and what reads an order of it again. */
async function aShop(product?: Parameters<typeof aProduct>[2]) {
  const store = await aStore(sql)
  if (product) await aProduct(sql, store, product)
  const shop = shopify.shop(`shop-${++shops}.myshopify.com`)
  const admin = createShopify({ root: shopify.root, now })(shop)
  let number = 1_000
  const read = async (order: ShopOrder, reason = 'changed in Shopify') => {
    const found = await readOrders(admin, [numberOf(order.id)])
    return bookReadOrders(sql, { store, read: found, reason, now: now() })
  }
  return {
    store,
    shop,
    admin,
    read,
    buys: (order: Partial<NewOrder> = {}) =>
      shop.buys(String(++number), { at: '2026-04-08T10:00:00Z', lines: [{ sku: 'CUP', price: '10.00' }], ...order }),
    agrees: async () => expect(await bookedOf(sql, store)).toEqual(truthOf(shop.orders)),
    day: async (day: string) => {
      const [row] = await sql`select * from daily_financials where store_id = ${store.id} and day = ${day}`
      return row
    },
  }
}

test('an order is booked by its sales: gross, discounts, shipping, tip and taxes apart, its fee as it was', async () => {
  const { shop, read, buys, agrees, day } = await aShop({ sku: 'CUP', unit_cost: '4' })
  const order = buys({
    lines: [
      { sku: 'CUP', quantity: 3, price: '10.00', discount: '5.00' },
      { sku: 'GIFT', price: '50.00', giftCard: true },
    ],
    shipping: '4.95',
    tip: '2.00',
    tax: 21,
    fee: '1.23',
  })
  expect(await read(order)).toMatchObject({ created: 1, changed: 0 })
  expect(await day('2026-04-08')).toMatchObject({
    orders: 1,
    units_sold: 3,
    gross_sales_minor: 3_000,
    discounts_minor: 500,
    shipping_income_minor: 495,
    tips_minor: 200,
    taxes_minor: 525 + 104,
    gift_cards_minor: 5_000,
    cogs_minor: 1_200,
    transaction_fees_minor: 123,
  })
  await agrees()
  expect(await read(order)).toEqual({ created: 0, changed: 0, unchanged: 1, entries: 0 })
  expect(shopify.refused).toEqual([])
  expect(shop.orders).toHaveLength(1)
})

test('prices that include tax are booked without it, to the cent', async () => {
  const { read, buys, agrees, day } = await aShop()
  const lines = [
    { sku: 'A', quantity: 3, price: '9.99', discount: '3.33' },
    { sku: 'B', price: '0.05' },
  ]
  await read(buys({ lines, shipping: '4.95', tax: 21, taxesIncluded: true }))
  await agrees()
  expect(await day('2026-04-08')).toMatchObject({ gross_sales_minor: 2_477 + 4, discounts_minor: 275 })
})

test('returns are booked on their day: restocked goods give their cost back, others are written off', async () => {
  const { read, buys, agrees, day } = await aShop({ sku: 'CUP', unit_cost: '4' })
  const order = buys({ lines: [{ sku: 'CUP', quantity: 3, price: '10.00' }], shipping: '5.00', tax: 21, fee: '0.90' })
  await read(order)
  const [cup] = itemsOf(order)
  refund(order, { at: '2026-04-10T08:00:00Z', lines: [{ item: cup!, quantity: 1 }], shipping: '5.00', tax: 21 })
  refund(order, { at: '2026-04-11T08:00:00Z', lines: [{ item: cup!, quantity: 1, restock: 'NO_RESTOCK' }] })
  expect(await read(order)).toMatchObject({ created: 0, changed: 1 })
  await agrees()
  expect(await day('2026-04-10')).toMatchObject({
    units_returned: 1,
    returns_minor: 1_000,
    shipping_income_minor: -500,
    cogs_minor: -400,
    transaction_fees_minor: 0,
  })
  expect(await day('2026-04-11')).toMatchObject({
    units_returned: 1,
    returns_minor: 1_000,
    cogs_minor: 0,
    written_off_goods_minor: 400,
  })
})

test('an edit books what it adds and takes out on its own day', async () => {
  const { read, buys, agrees, day } = await aShop({ sku: 'CUP', unit_cost: '4' })
  const order = buys({ lines: [{ sku: 'CUP', quantity: 2, price: '10.00' }], tax: 21 })
  await read(order)
  edit(order, {
    at: '2026-04-09T08:00:00Z',
    remove: [{ item: itemsOf(order)[0]!, quantity: 1 }],
    add: [{ sku: 'POT', price: '30.00' }],
    tax: 21,
  })
  await read(order)
  await agrees()
  expect(await day('2026-04-08')).toMatchObject({ gross_sales_minor: 2_000, returns_minor: 0, orders: 1 })
  expect(await day('2026-04-09')).toMatchObject({
    gross_sales_minor: 3_000,
    returns_minor: 1_000,
    cogs_minor: -400,
    orders: 0,
  })
})

test('a cancelled order is sold on its day and taken back on the day of the cancellation', async () => {
  const { read, buys, agrees, day } = await aShop({ sku: 'CUP', unit_cost: '4' })
  const order = buys({ shipping: '5.00', tax: 9, taxesIncluded: true })
  cancel(order, { at: '2026-04-12T20:00:00Z' })
  await read(order)
  await agrees()
  expect(await day('2026-04-12')).toMatchObject({ units_returned: 1, cogs_minor: -400, shipping_income_minor: -459 })
})

test('test orders and voided ones are left out, also when they become so', async () => {
  const { read, buys, agrees, day } = await aShop()
  const [trial, voided] = [buys({ test: true }), buys()]
  await read(trial)
  await read(voided)
  expect(await day('2026-04-08')).toMatchObject({ orders: 1, revenue_minor: 1_000 })
  voided.financial = 'VOIDED'
  await read(voided)
  await agrees()
  expect(await day('2026-04-08')).toMatchObject({ orders: 0, revenue_minor: 0 })
})

test('money given back without goods is a return without units', async () => {
  const { read, buys, agrees, day } = await aShop()
  const order = buys()
  refund(order, { at: '2026-04-09T12:00:00Z', adjustment: '3.50' })
  await read(order)
  await agrees()
  expect(await day('2026-04-09')).toMatchObject({ returns_minor: 350, units_returned: 0 })
})

test('fees count when the shop gives them, on the day they were taken; without any, the rule of the gateway does', async () => {
  const { store, read, buys, agrees, day } = await aShop()
  await aFeeRule(sql, store, { gateway: 'paypal', percent: '2' })
  const order = buys({ fee: '0.55' })
  order.payments[0]!.at = '2026-04-10T07:00:00Z'
  await read(order)
  await agrees()
  expect(await day('2026-04-10')).toMatchObject({ transaction_fees_minor: 55 })
  await read(buys({ at: '2026-04-11T10:00:00Z', gateway: 'paypal' }))
  expect(await day('2026-04-11')).toMatchObject({ transaction_fees_minor: 20 })
})

test('a customer who pays in another currency does not change what the shop counts', async () => {
  const { read, buys, agrees } = await aShop()
  const order = buys({ tax: 21 })
  order.presentment = 'USD'
  await read(order)
  await agrees()
})

test('a shop in another currency than the store is refused', async () => {
  const { read, buys } = await aShop()
  const order = buys()
  order.currency = 'USD'
  expect(read(order)).rejects.toThrow('The shop counts in USD, and the store in EUR.')
  await read(order).catch(() => undefined)
})

test('days are cut in the zone of the store, also the one of 25 hours', async () => {
  const { read, buys, agrees, day } = await aShop()
  for (const at of ['2026-10-24T21:59:59Z', '2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z', '2026-10-25T23:00:00Z'])
    await read(buys({ at }))
  await agrees()
  expect(await day('2026-10-25')).toMatchObject({ orders: 2 })
})

test('an order of 500 lines and one of 60 changes are read whole, page by page', async () => {
  const { read, buys, agrees, day } = await aShop()
  const long = buys({ lines: Array.from({ length: 500 }, (_, at) => ({ sku: `S-${at}`, price: '1.01' })), tax: 21 })
  refund(long, {
    at: '2026-04-09T08:00:00Z',
    lines: itemsOf(long)
      .slice(0, 120)
      .map((item) => ({ item, quantity: 1 })),
  })
  await read(long)
  expect(await day('2026-04-08')).toMatchObject({ units_sold: 500, gross_sales_minor: 50_500 })
  expect(await day('2026-04-09')).toMatchObject({ units_returned: 120, returns_minor: 12_120 })
  const often = buys({ at: '2026-04-01T10:00:00Z', lines: [{ sku: 'CUP', quantity: 60, price: '2.00' }] })
  for (let at = 10; at < 70; at++)
    refund(often, {
      at: `2026-04-02T10:00:${at % 60 < 10 ? '0' : ''}${at % 60}Z`,
      lines: [{ item: itemsOf(often)[0]!, quantity: 1 }],
    })
  await read(often)
  await agrees()
  expect(shopify.refused).toEqual([])
})

test('free and negative lines are booked with their units', async () => {
  const { read, buys, agrees, day } = await aShop({ sku: 'GIFT', unit_cost: '1.50' })
  await read(
    buys({
      lines: [
        { sku: 'CUP', price: '10.00' },
        { sku: 'GIFT', price: '0.00' },
        { sku: 'OLD-IN', price: '-4.00' },
      ],
    }),
  )
  await agrees()
  expect(await day('2026-04-08')).toMatchObject({ units_sold: 3, gross_sales_minor: 600, cogs_minor: 150 })
})

test('an order that came from a file is taken over, and not booked twice', async () => {
  const { store, read, buys, agrees } = await aShop()
  await sql`
    with made as (
      insert into orders (store_id, external_id, placed_at, business_day, currency)
      values (${store.id}, '#1001', '2026-04-08T10:00:00Z', '2026-04-08', 'EUR') returning id
    )
    insert into order_lines (order_id, line_no, account, sku, quantity, unit_price, amount_minor)
    select id, 1, 'gross_sales', 'CUP', 1, 12, 1200 from made`
  expect(await read(buys())).toMatchObject({ created: 0, changed: 1 })
  await agrees()
  const asked = { store_ids: [store.id], start: null, end: null, q: null, limit: 9, offset: 0, after: null }
  expect((await listOrders(sql, asked)).map(({ number }) => number)).toEqual(['#1001'])
})

test('a return without word of its goods is written off, until a refund says that they are back on the shelf', async () => {
  const { read, buys, agrees, day } = await aShop({ sku: 'CUP', unit_cost: '4' })
  const order = buys({ lines: [{ sku: 'CUP', quantity: 2, price: '10.00' }] })
  const [cup] = itemsOf(order)
  const sales = [takenBack(order, cup!, 1, 'RETURN')]
  order.agreements.push({ id: newId('SalesAgreement'), kind: 'ReturnAgreement', at: '2026-04-10T08:00:00Z', sales })
  await read(order)
  await agrees()
  expect(await day('2026-04-10')).toMatchObject({ returns_minor: 1_000, written_off_goods_minor: 400, cogs_minor: 0 })
  const lines = [{ id: newId('RefundLineItem'), item: cup!, quantity: 1, restock: 'RETURN' as const }]
  const refund = { id: newId('Refund'), at: '2026-04-12T08:00:00Z', lines }
  order.agreements.push({ id: newId('SalesAgreement'), kind: 'RefundAgreement', at: refund.at, refund, sales: [] })
  await read(order)
  expect(await day('2026-04-10')).toMatchObject({ returns_minor: 1_000, written_off_goods_minor: 0, cogs_minor: -400 })
})

test('duties are collected for others, fees of the shop are income, and what it keeps of a refund is no return', async () => {
  const { read, buys, agrees, day } = await aShop()
  const order = buys({ duty: '7.00', tax: 21 })
  order.agreements[0]!.sales.push(saleOf('ADDITIONAL_FEE', '1.50', { tax: 21 }))
  refund(order, { at: '2026-04-10T08:00:00Z', lines: [{ item: itemsOf(order)[0]!, quantity: 1 }] })
  order.agreements[1]!.sales.push(saleOf('FEE', '2.00', {}, { action: 'RETURN' }))
  await read(order)
  await agrees()
  expect(await day('2026-04-08')).toMatchObject({ taxes_minor: 700 + 210 + 32, shipping_income_minor: 150 })
  expect(await day('2026-04-10')).toMatchObject({ returns_minor: 800, units_returned: 1 })
})

test('two orders of one name are two', async () => {
  const { store, shop, read, agrees } = await aShop()
  for (const sku of ['A', 'B'])
    await read(shop.buys('7', { at: '2026-04-08T10:00:00Z', lines: [{ sku, price: '1.00' }] }))
  await agrees()
  expect(await sql`select 1 from orders where store_id = ${store.id}`).toHaveLength(2)
})

test('an older state of an order does not undo a newer one, and a deleted order leaves the books', async () => {
  const { shop, read, buys, agrees } = await aShop()
  const order = buys()
  const before = structuredClone(order)
  refund(order, { at: '2026-04-09T12:00:00Z', lines: [{ item: itemsOf(order)[0]!, quantity: 1 }] })
  await read(order)
  shop.orders[0] = before
  expect(await read(before)).toMatchObject({ changed: 0, entries: 0 })
  shop.orders[0] = order
  await agrees()
  shop.orders.length = 0
  expect(await read(order)).toMatchObject({ changed: 1 })
  await agrees()
})

test('a chargeback is a fee on the day it began, and given back on the day it is won', async () => {
  const { shop, read, buys, day } = await aShop()
  const order = buys({ fee: '0.30' })
  const id = newId('ShopifyPaymentsDispute')
  const dispute = {
    id,
    status: 'NEEDS_RESPONSE',
    at: '2026-04-20T10:00:00Z',
    ended: null as string | null,
    amount: 1_000n,
  }
  order.disputes.push(dispute)
  await read(order)
  expect(await day('2026-04-20')).toMatchObject({ transaction_fees_minor: 1_000, revenue_minor: 0 })
  Object.assign(dispute, { status: 'WON', ended: '2026-05-02T10:00:00Z' })
  await read(order)
  expect(await day('2026-05-02')).toMatchObject({ transaction_fees_minor: -1_000 })
  expect(await day('2026-04-08')).toMatchObject({ transaction_fees_minor: 30 })
  shop.scopes = shop.scopes.filter((scope) => !scope.includes('disputes'))
  await read(buys({ at: '2026-04-09T10:00:00Z' }))
  order.disputes.push({ ...dispute, id: newId('ShopifyPaymentsDispute') })
  expect(await read(order)).toMatchObject({ changed: 1 }) // Without the right to read them there are none.
  expect(await day('2026-04-20')).toMatchObject({ transaction_fees_minor: 0 })
})
