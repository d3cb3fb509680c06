import { afterAll, beforeEach, expect, test } from 'bun:test'
import { connect } from '../../../sql/connect.ts'
import { testDatabase } from '../../support/database.ts'
import { itemsOf, refund } from '../../support/shopify-changes.ts'
import { aHistory } from '../../support/shopify-history.ts'
import { saleOf } from '../../support/shopify-objects.ts'
import { startShopify } from '../../support/shopify.ts'
import { addDays, dayIn } from '../../../src/day.ts'
import { bookOrders } from '../../../src/ledger/book.ts'
import { PLANTED, usual } from './planted-differences.ts'
import { aReconciledShop } from './reconciled-shop.ts'

const { sql: owner, appUrl } = await testDatabase()
const sql = connect(appUrl, { max: 4 })
afterAll(() => sql.end({ timeout: 1 }))
const shopify = startShopify()
afterAll(() => shopify.stop())
const clock = { now: new Date() }
beforeEach(() => {
  void owner`truncate graphile_worker._private_jobs`.execute()
  clock.now = new Date('2026-04-01T10:00:00Z')
})
const aShop = (made = {}) => aReconciledShop({ owner, sql, shopify, clock }, made)

test('two years of orders with edits, refunds, tips, gift cards, tests and voided ones match the shop on every day, by its report and by its orders', async () => {
  const of = await aShop()
  const { shop, bringIn, compare, differing, days, state } = of
  aHistory(shop, 1_200)
  await bringIn()
  await compare({ from: '2025-10-01', to: '2026-04-30' })
  expect(await differing()).toEqual([])
  expect(await state()).toMatchObject({ status: 'done', error: null, gaps: [], rows: 212 })
  shop.scopes = shop.scopes.filter((scope) => scope !== 'read_reports')
  await compare({ from: '2024-04-01', to: '2026-04-30' })
  expect(await differing()).toEqual([])
  expect(await days()).toHaveLength(760)
  const [sold] = await owner<{ days: number }[]>`
    select count(*)::int as days from reconciled_figures where store_id = ${of.store.id} and measure = 'net_sales' and ours <> 0`
  expect(sold!.days).toBeGreaterThan(500)
  expect(shopify.refused).toEqual([])
})

/** Each planted difference has days of its own, a week apart from the next, over the clock change of March. */
const PLACES = PLANTED.map((planted, at) => ({ planted, at, day: addDays('2025-10-06', at * 7) }))
const daysOf = ({ planted: { instead = 0, also = [] }, day }: (typeof PLACES)[number]) =>
  [instead, ...also].map((days) => addDays(day, days))

/** Plants everything in a shop whose orders are in. */
async function planted(of: Awaited<ReturnType<typeof aShop>>) {
  const { store, shop, bringIn } = of
  const orders = PLACES.map(({ planted: { order, before }, at, day }) => {
    const made = shop.buys(`planted-${at}`, usual(day, order))
    before?.(made, day)
    return made
  })
  await bringIn()
  for (const [at, { planted, day }] of PLACES.entries()) {
    const order = orders[at]!
    const [row] = await owner<
      { id: number }[]
    >`select id from orders where store_id = ${store.id} and external_id = ${order.name}`
    const { id } = row!
    const book = () => bookOrders(owner, { store_id: store.id, order_ids: [id], reason: 'planted' })
    await planted.plant({ sql: owner, store, shop, order, id, day, book })
  }
}
const ALL = { from: '2025-10-01', to: '2026-04-30' }

test(`each of ${PLANTED.length} planted differences is found, its cause is named, and reading again mends what can be mended`, async () => {
  clock.now = new Date('2026-05-15T10:00:00Z')
  const of = await aShop()
  await planted(of)
  await of.compare(ALL)
  const expected = PLACES.map((place) => [place.planted.what, daysOf(place).map((day) => [day, place.planted.cause])])
  const found = await of.causes()
  const causes = PLACES.map((place) => [
    place.planted.what,
    daysOf(place).map((day) => [day].concat((found[day] ?? ['nothing']).map((one) => one.split(' ').at(-1)!))),
  ])
  expect(causes).toEqual(expected)
  expect(Object.keys(found)).toEqual(PLACES.flatMap(daysOf))
  expect(await of.reread()).toBeUndefined()
  await of.compare(ALL)
  const left = PLACES.filter(({ planted: { mended } }) => !mended)
  expect(Object.keys(await of.causes())).toEqual(left.flatMap(daysOf))
})

test('without the sales report the sales agreements of the orders are added up, and the same differences are found', async () => {
  const of = await aShop()
  of.shop.scopes = of.shop.scopes.filter((scope) => scope !== 'read_reports')
  const voided = of.shop.buys('voided', usual('2025-10-03'))
  await planted(of)
  // The report of the shop counts it as our books do; what the order itself says is seen here alone.
  voided.financial = 'VOIDED'
  await of.compare(ALL)
  const { '2025-10-03': ofVoided, ...found } = await of.causes()
  expect(ofVoided).toEqual(['#voided void_counted'])
  // The report is behind with it, not the orders.
  const inOrders = PLACES.filter(({ planted: { cause } }) => cause !== 'report_differs')
  // An order that cannot be read is missing from the file as a whole.
  const seenOn = (place: (typeof PLACES)[number]) =>
    place.planted.cause === 'not_examined' ? [place.day] : daysOf(place)
  for (const place of inOrders)
    for (const day of seenOn(place))
      expect([place.planted.what, ...(found[day] ?? ['nothing'])]).toEqual([place.planted.what, expect.stringMatching(new RegExp(` ${place.planted.cause}$`))]) // prettier-ignore
  expect(Object.keys(found)).toEqual(inOrders.flatMap(seenOn))
  expect(new Set((await of.days()).map(({ source }) => source))).toEqual(new Set(['orders']))
  const { gaps } = await of.state()
  expect(gaps.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/it lacks read_reports, .* compared with the sales agreements of its orders instead\.$/),
    expect.stringContaining('is not as the API of the shop says'),
  ])
})

test('a day of 25 hours, one of 23, duties, gift cards, tips, money in another currency and two zones match to the cent', async () => {
  for (const made of [{}, { currency: 'USD', time_zone: 'America/New_York' }, { time_zone: 'Pacific/Auckland' }]) {
    const of = await aShop(made)
    const { shop } = of
    // The shop cuts its own days elsewhere: the report is asked in the zone of the store.
    shop.time_zone = 'Asia/Tokyo'
    // The clocks went back on 26 October and 2 November 2025 and 5 April 2026, forward on 28 September, 8 and 29 March.
    const days = ['2025-09-27', '2025-09-28', '2025-10-25', '2025-10-26', '2025-11-01', '2025-11-02', '2026-03-08', '2026-03-28', '2026-03-29', '2026-04-04', '2026-04-05'] // prettier-ignore
    for (const day of days)
      for (let hour = 0; hour < 24; hour++) {
        const at = `${day}T${String(hour).padStart(2, '0')}:30:00Z`
        const order = shop.buys(`${day}-${hour}`, {
          at,
          lines: [{ sku: 'A', quantity: 3, price: '9.99', discount: '1.00' }, ...(hour % 5 ? [] : [{ name: 'Gift card', price: '50.00', giftCard: true }])],
          shipping: '4.95',
          tax: 21,
          taxesIncluded: hour % 2 === 0,
          ...(hour % 3 === 0 && { duty: '12.34', tip: '2.00' }),
        }) // prettier-ignore
        if (hour % 4 === 0) order.presentment = 'JPY'
        if (hour % 6 === 0) refund(order, { at: `${day}T23:59:59Z`, lines: [{ item: itemsOf(order)[0]!, quantity: 1 }], shipping: '4.95', tax: 21 }) // prettier-ignore
      }
    await of.bringIn()
    await of.compare({ from: '2025-09-20', to: '2026-04-10' })
    expect(await of.causes()).toEqual({})
    expect((await of.ofDay('2025-10-26')).figures.find(({ measure }) => measure === 'orders')!.ours).not.toBe('0')
  }
})

test('what our definitions count otherwise is named by order and is no difference', async () => {
  const of = await aShop()
  const { shop } = of
  const on = (day: string, more: object = {}) => shop.buys(day, { ...usual(day), ...more })
  on('2026-01-01', { financial: 'VOIDED' })
  on('2026-01-02', { test: true })
  on('2026-01-03', { lines: [{ sku: 'FREE', price: '0.00' }], shipping: '0' })
  on('2026-01-04').agreements[0]!.sales.push(saleOf('FEE', '2.50', {}))
  shop.report.tests = true
  await of.bringIn()
  await of.compare({ from: '2026-01-01', to: '2026-01-05' })
  expect(await of.differing()).toEqual([])
  const named = async (day: string) => (await of.ofDay(day)).orders.map(({ cause, by_rule }) => [cause, by_rule])
  expect(await named('2026-01-01')).toEqual([['voided', true]])
  expect(await named('2026-01-02')).toEqual([['test_order', true]])
  expect(await named('2026-01-03')).toEqual([['nothing_sold', true]])
  expect(await named('2026-01-04')).toEqual([['counted_elsewhere', true]])
  expect(await named('2026-01-05')).toEqual([])
  const { figures } = await of.ofDay('2026-01-01')
  expect(figures[3]).toEqual({ measure: 'net_sales', ours: '0.00', in_shop: '47.99', by_rule: '-47.99', difference: '0.00' }) // prettier-ignore
})

test('an order of the last minutes is on its way and no difference; when nothing comes in any more it is missing', async () => {
  const of = await aShop()
  clock.now = new Date()
  await of.bringIn()
  const soon = new Date(clock.now.getTime() + 60_000).toISOString()
  const day = dayIn('Europe/Amsterdam', new Date(soon))
  of.shop.buys('new', { ...usual('2026-01-01'), at: soon })
  await of.compare({ from: day, to: day })
  expect(await of.differing()).toEqual([])
  expect((await of.ofDay(day)).orders).toMatchObject([{ order: '#new', cause: 'on_its_way', by_rule: true }])
  await of.bringIn()
  of.shop.report.behind.add(of.shop.orders[0]!.id)
  await of.compare({ from: day, to: day })
  expect((await of.ofDay(day)).orders).toMatchObject([{ order: '#new', cause: 'on_its_way', words: expect.stringContaining('report of the shop does not have') }]) // prettier-ignore
  of.shop.report.behind.clear()
  of.shop.buys('newer', { ...usual('2026-01-01'), at: soon })
  clock.now = new Date(clock.now.getTime() + 3 * 3_600_000)
  await of.compare({ from: day, to: day })
  expect(await of.causes()).toEqual({ [day]: ['#newer order_missing'] })
  await of.reread()
  await of.compare({ from: day, to: day })
  expect(await of.differing()).toEqual([])
})

test('all 90 days are compared the first time and every night, the last three in between', async () => {
  const of = await aShop()
  const last = async () => (await of.state()).rows
  await of.compare()
  expect(await of.state()).toMatchObject({ status: 'done', rows: 0, gaps: [{ from: '2026-01-02', to: '2026-04-01', reason: expect.stringContaining('not all in yet') }] }) // prettier-ignore
  await of.bringIn()
  const compared: number[] = []
  for (const time of [
    '2026-04-01T10:00',
    '2026-04-01T11:00',
    '2026-04-02T00:30',
    '2026-04-02T01:30',
    '2026-04-02T02:30',
  ]) {
    clock.now = new Date(`${time}:00Z`)
    const before = await last()
    await of.compare()
    compared.push((await last()) - before)
  }
  // In Amsterdam it is two hours later.
  expect(compared).toEqual([90, 3, 3, 90, 3])
  expect(await of.state()).toMatchObject({ gaps: [] })
})

test('a shop that does not answer, one that lost its report and one with a revoked token are told in words, and what was found stays', async () => {
  const of = await aShop()
  const { shop } = of
  const today = '2026-04-01'
  shop.buys('one', usual(today))
  await of.bringIn()
  await of.compare({ from: today, to: today })
  const failed = async () => {
    await of.compare({ from: today, to: today }).catch(() => undefined)
    return (await of.state()).error
  }
  shop.faults.push(...Array.from({ length: 3 }, () => ({ operation: 'SalesReport', fault: 'broken' as const })))
  expect(await failed()).toContain('does not answer right now')
  shop.client_secret = 'another one'
  shop.token = ''
  expect(await failed()).toContain('Connect the store again.')
  expect(await of.days()).toMatchObject([{ day: today, source: 'report' }])
})

test('an app that reads neither reports nor older orders compares what it sees, and says what it does not', async () => {
  const of = await aShop()
  of.shop.scopes = of.shop.scopes.filter((scope) => scope !== 'read_reports')
  clock.now = new Date()
  const daysAgo = (days: number) => addDays(dayIn('Europe/Amsterdam', clock.now), -days)
  of.shop.buys('old', usual(daysAgo(70)))
  of.shop.buys('young', usual(daysAgo(10)))
  await of.bringIn()
  of.shop.scopes = of.shop.scopes.filter((scope) => scope !== 'read_all_orders').concat('read_orders')
  await of.compare()
  expect(await of.differing()).toEqual([])
  const days = await of.days()
  expect([days[0]!.day, days.length]).toEqual([daysAgo(58), 59])
  expect((await of.ofDay(daysAgo(10))).figures[3]).toMatchObject({ ours: '47.99', in_shop: '47.99' })
  expect((await of.state()).gaps).toEqual([
    { from: daysAgo(58), to: daysAgo(0), reason: expect.stringContaining('lacks read_reports') },
    { from: daysAgo(89), to: daysAgo(59), reason: expect.stringContaining('lacks read_all_orders') },
  ])
})

test('a file of orders that the shop forgot is asked for anew', async () => {
  const of = await aShop()
  of.shop.scopes = of.shop.scopes.filter((scope) => scope !== 'read_reports')
  of.shop.buys('one', usual('2026-03-31'))
  await of.bringIn()
  await of.begin()
  const [last] = [...of.shop.operations.values()].slice(-1)
  last!.status = 'EXPIRED'
  const before = of.shop.operations.size
  await of.compare()
  expect(of.shop.operations.size).toBe(before + 1)
  expect(await of.differing()).toEqual([])
  expect(await of.days()).toHaveLength(90)
})

test('a shop whose report does not know what is asked is compared with its orders, and its words are told', async () => {
  const of = await aShop()
  of.shop.report.lacks = 'return_fees'
  of.shop.buys('one', usual('2026-03-31'))
  await of.bringIn()
  await of.compare()
  expect(await of.days()).toContainEqual({ day: '2026-03-31', source: 'orders' })
  expect((await of.state()).gaps).toMatchObject([{ reason: expect.stringContaining('Column "return_fees" not found in table sales.') }]) // prettier-ignore
})

test('two orders that are off by the same amount on one day cancel out in its total and are found', async () => {
  const of = await aShop()
  const { store, shop } = of
  for (const name of ['more', 'less']) shop.buys(name, usual('2026-03-20'))
  await of.bringIn()
  for (const [name, amount] of [['#more', 100], ['#less', -100]] as const) {
    await owner`
      update order_lines l set amount_minor = amount_minor + ${amount}
      from orders o
      where o.id = l.order_id and o.store_id = ${store.id} and o.external_id = ${name} and l.line_no = 1`
  } // prettier-ignore
  const ids = (await owner<{ id: number }[]>`select id from orders where store_id = ${store.id}`).map(({ id }) => id)
  await bookOrders(owner, { store_id: store.id, order_ids: ids, reason: 'planted' })
  await of.compare()
  expect(await of.causes()).toEqual({ '2026-03-20': ['#more price', '#less price'] })
  expect(await of.differing()).toMatchObject([{ net_sales_difference: '0.00', differing_orders: 2 }])
  await of.reread()
  await of.compare({ from: '2026-03-20', to: '2026-03-20' })
  expect(await of.differing()).toEqual([])
})
