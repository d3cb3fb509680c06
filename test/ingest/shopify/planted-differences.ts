import type { Sql } from '../../../sql/connect.ts'
import type { Cause } from '../../../sql/reconciliation.ts'
import type { Store } from '../../../sql/stores.ts'
import { bookOrders } from '../../../src/ledger/book.ts'
import { addDays } from '../../../src/day.ts'
import { anOrder } from '../../support/factories.ts'
import { cancel, edit, itemsOf, refund } from '../../support/shopify-changes.ts'
import type { NewOrder, ShopOrder } from '../../support/shopify-objects.ts'
import type { aReconciledShop } from './reconciled-shop.ts'

type Shop = Awaited<ReturnType<typeof aReconciledShop>>['shop']
type Place = {
  sql: Sql
  store: Store
  shop: Shop
  /** The order in the shop, which was brought in; and the id that ours has. */
  order: ShopOrder
  id: number
  day: string
  /** Books the order again, as its rows say now. */
  book: () => Promise<unknown>
}

/** Something that goes wrong after orders came in, in our database or in the shop, and the cause that must be named for it. */
export type Planted = {
  what: string
  cause: Cause
  /** Whether reading the order again mends it. */
  mended: boolean
  /** What the order is besides the usual, such as when it was placed. */
  order?: Partial<NewOrder>
  /** What happens to it before it comes in. */
  before?: (order: ShopOrder, day: string) => void
  plant: (place: Place) => unknown
  /** Days on which it shows besides that of the order, each so many days later. */
  also?: number[]
  /** The day on which it shows when it is not that of the order. */
  instead?: number
}

const later = (day: string, days: number, time = '12:00:00') => `${addDays(day, days)}T${time}Z`
const first = (order: ShopOrder) => itemsOf(order)[0]!
const givesBack = (order: ShopOrder, day: string) => refund(order, { at: later(day, 1), lines: [{ item: first(order), quantity: 1 }] }) // prettier-ignore

const line = (change: 'quantity' | 'price' | 'cent' | 'discount') => async ({ sql, id, book }: Place) => {
  const of = sql`order_id = ${id} and line_no = 1`
  if (change === 'quantity') await sql`update order_lines set quantity = 1, amount_minor = amount_minor / 2 where ${of}`
  if (change === 'price') await sql`update order_lines set amount_minor = amount_minor + 500 where ${of}`
  if (change === 'cent') await sql`update order_lines set amount_minor = amount_minor + 1 where ${of}`
  if (change === 'discount') await sql`update order_lines set discount_minor = discount_minor + 300 where ${of}`
  await book()
} // prettier-ignore

export const PLANTED: Planted[] = [
  {
    what: 'an order that never came in',
    cause: 'order_missing',
    mended: true,
    plant: ({ shop, day, order }) => {
      // The one that came in is another one, of the same day, that is as it should be.
      shop.buys(`${order.name.slice(1)}-missed`, { at: later(day, 0), lines: [{ sku: 'C', price: '15.00' }], tax: 21 })
    },
  },
  {
    what: 'an order that was deleted in the shop',
    cause: 'order_gone',
    mended: true,
    plant: ({ shop, order }) => void shop.orders.splice(shop.orders.indexOf(order), 1),
  },
  {
    what: 'an order of a file that the shop does not have',
    cause: 'not_of_the_shop',
    mended: false,
    plant: async ({ sql, store, day }) => {
      const id = await anOrder(sql, store, { day, external_id: `file-${day}` })
      await bookOrders(sql, { store_id: store.id, order_ids: [id], reason: 'imported' })
    },
  },
  {
    what: 'a test order that our books count',
    cause: 'test_counted',
    mended: true,
    order: { test: true },
    plant: async ({ sql, id, book }) => {
      await sql`update orders set status = 'placed' where id = ${id}`
      await book()
    },
  },
  {
    what: 'an order that our books leave out as voided',
    cause: 'wrongly_left_out',
    mended: true,
    plant: async ({ sql, id, book }) => {
      await sql`update orders set status = 'voided' where id = ${id}`
      await book()
    },
  },
  {
    what: 'an order on the day of UTC instead of the store’s',
    cause: 'wrong_day',
    mended: true,
    order: { at: '23:30:00' },
    plant: async ({ sql, id, book }) => {
      await sql`update orders set business_day = (placed_at at time zone 'UTC')::date where id = ${id}`
      await book()
    },
    also: [1],
  },
  {
    what: 'a refund on the day of UTC instead of the store’s',
    cause: 'wrong_day',
    mended: true,
    before: (order, day) =>
      refund(order, { at: later(day, 1, '23:45:00'), lines: [{ item: first(order), quantity: 1 }] }),
    plant: async ({ sql, id, book }) => {
      await sql`update refunds set business_day = (refunded_at at time zone 'UTC')::date where order_id = ${id}`
      await book()
    },
    instead: 1,
    also: [2],
  },
  {
    what: 'a refund that our books miss',
    cause: 'refund_missing',
    mended: true,
    plant: ({ order, day }) => givesBack(order, day),
    instead: 1,
  },
  {
    what: 'a refund of money alone that our books miss',
    cause: 'refund_missing',
    mended: true,
    plant: ({ order, day }) => refund(order, { at: later(day, 2), adjustment: '3.50' }),
    instead: 2,
  },
  {
    what: 'a refund that is booked twice',
    cause: 'refund_twice',
    mended: true,
    before: givesBack,
    plant: async ({ sql, id, book }) => {
      const [copy] = await sql<{ id: number; of: number }[]>`
        insert into refunds (order_id, external_id, refunded_at, business_day, shipping_refund_minor, taxes_minor)
        select order_id, 'again', refunded_at, business_day, shipping_refund_minor, taxes_minor from refunds where order_id = ${id}
        returning id, (select min(r.id) from refunds r where r.order_id = ${id}) as of`
      await sql`
        insert into refund_lines (refund_id, order_line_id, quantity, amount_minor, restocked)
        select ${copy!.id}, order_line_id, quantity, amount_minor, restocked from refund_lines where refund_id = ${copy!.of}`
      await book()
    },
    instead: 1,
  },
  {
    what: 'a refund that the shop does not have',
    cause: 'refund_unknown',
    mended: true,
    plant: async ({ sql, id, day, book }) => {
      await sql`
        insert into refunds (order_id, external_id, refunded_at, business_day, shipping_refund_minor, taxes_minor)
        values (${id}, 'by hand', ${later(day, 1)}, ${addDays(day, 1)}, 495, 0)`
      await book()
    },
    instead: 1,
  },
  {
    what: 'a refund of another amount',
    cause: 'refund_differs',
    mended: true,
    before: givesBack,
    plant: async ({ sql, id, book }) => {
      await sql`update refund_lines set amount_minor = amount_minor - 250 where refund_id in (select id from refunds where order_id = ${id})`
      await book()
    },
    instead: 1,
  },
  {
    what: 'a cancellation that our books did not see',
    cause: 'cancellation_missing',
    mended: true,
    plant: ({ order, day }) => cancel(order, { at: later(day, 1) }),
    instead: 1,
  },
  {
    what: 'an edit that our books miss',
    cause: 'edit_missing',
    mended: true,
    plant: ({ order, day }) => edit(order, { at: later(day, 1), add: [{ sku: 'D', price: '7.00' }], tax: 21 }),
    instead: 1,
  },
  {
    what: 'an edit that the shop does not have',
    cause: 'edit_unknown',
    mended: true,
    plant: async ({ sql, id, day, book }) => {
      await sql`
        insert into order_amounts (order_id, key, account, happened_at, business_day, amount_minor)
        values (${id}, '77', 'shipping_income', ${later(day, 1)}, ${addDays(day, 1)}, 300)`
      await book()
    },
    instead: 1,
  },
  {
    what: 'a line that our books miss',
    cause: 'line_missing',
    mended: true,
    plant: async ({ sql, id, book }) => {
      await sql`delete from order_lines where order_id = ${id} and line_no = 2`
      await book()
    },
  },
  {
    what: 'a line that the shop does not have',
    cause: 'line_unknown',
    mended: true,
    plant: async ({ sql, id, book }) => {
      await sql`
        insert into order_lines (order_id, line_no, source_id, account, sku, quantity, unit_price, amount_minor)
        values (${id}, 9, '4711', 'gross_sales', 'GHOST', 1, 12.5, 1250)`
      await book()
    },
  },
  { what: 'another quantity', cause: 'quantity', mended: true, plant: line('quantity') },
  { what: 'another price', cause: 'price', mended: true, plant: line('price') },
  { what: 'a cent of rounding', cause: 'rounding', mended: true, plant: line('cent') },
  { what: 'another discount', cause: 'discount', mended: true, plant: line('discount') },
  {
    what: 'other shipping',
    cause: 'shipping',
    mended: true,
    plant: async ({ sql, id, book }) => {
      await sql`update orders set shipping_income_minor = 0 where id = ${id}`
      await book()
    },
  },
  {
    what: 'other tax',
    cause: 'tax',
    mended: true,
    plant: async ({ sql, id, book }) => {
      await sql`update orders set taxes_minor = taxes_minor + 210 where id = ${id}`
      await book()
    },
  },
  {
    what: 'amounts in the currency that the customer paid in',
    cause: 'other_currency',
    mended: true,
    plant: async ({ sql, id, book }) => {
      await sql`update order_lines set amount_minor = amount_minor * 3, discount_minor = discount_minor * 3 where order_id = ${id}`
      await sql`update orders set shipping_income_minor = shipping_income_minor * 3, taxes_minor = taxes_minor * 3 where id = ${id}`
      await book()
    },
  },
  {
    what: 'an entry in the ledger that no row says',
    cause: 'not_booked',
    mended: true,
    plant: ({ sql, store, id, day }) => sql`
      insert into ledger_entries (store_id, business_day, order_day, account, order_id, amount_minor, currency, basis, source)
      values (${store.id}, ${day}, ${day}, 'shipping_income', ${id}, 77, ${store.currency}, 'actual', 'nobody')`,
  },
  {
    what: 'a total of the day that is not the sum of its entries',
    cause: 'total_of_day',
    mended: false,
    plant: ({ sql, store, day }) => sql`
      update daily_financials set gross_sales_minor = gross_sales_minor + 1 where store_id = ${store.id} and day = ${day}`,
  },
  {
    what: 'an order that the shop’s report does not have yet',
    cause: 'report_differs',
    mended: false,
    plant: ({ shop, order }) => void shop.report.behind.add(order.id),
  },
  {
    what: 'a changed order that cannot be read',
    cause: 'not_examined',
    mended: false,
    plant: ({ order, day }) => {
      givesBack(order, day)
      order.payments[0]!.id = 'gid://shopify/OrderTransaction/none'
    },
    instead: 1,
  },
]

/** The usual order of a day: two pieces with a discount, one without, shipping and tax. */
export const usual = (day: string, { at = '12:00:00', ...more }: Partial<NewOrder> = {}): NewOrder => ({
  at: `${day}T${at}Z`,
  lines: [
    { sku: 'A', quantity: 2, price: '20.00', discount: '2.00' },
    { sku: 'B', price: '9.99' },
  ],
  shipping: '4.95',
  tax: 21,
  ...more,
})
