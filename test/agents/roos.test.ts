import { afterAll, describe, expect, test } from 'bun:test'
import { connectShopifyShop } from '../../sql/shopify-shops.ts'
import { createUser, type Role } from '../../sql/users.ts'
import type { Who } from '../../src/access.ts'
import { createDesk } from '../../src/agents/desk.ts'
import { createModel } from '../../src/agents/model.ts'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { appPool } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRefund, aStore, bookAll } from '../support/factories.ts'

const { sql, appUrl } = await testDatabase()
const claude = await startAnthropic()
afterAll(() => claude.stop())
const reported: unknown[] = []
const now = () => new Date('2026-04-13T10:00:00Z')
const model = createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0 })
const desk = createDesk({ sql: appPool(appUrl), now, model, report: (error) => reported.push(error) })
afterAll(() => expect(reported).toEqual([]))

const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP' })
const lamp = await aProduct(sql, nl, { name: 'Blue lamp', sku: 'LAMP', unit_cost: '4' })
await sql`update variants set list_price = 19.95 where product_id = ${lamp}`
const first = await anOrder(sql, nl, {
  external_id: '1001',
  day: '2026-04-08',
  taxes_minor: 420,
  lines: [{ product_id: lamp, price_minor: 2_000 }],
})
await aRefund(sql, first, { day: '2026-04-10', taxes_minor: 105, lines: [{ quantity: 0, amount_minor: 500 }] })
await anOrder(sql, nl, { external_id: '1002', day: '2026-04-09', lines: [{ price_minor: 1_000 }] })
await anOrder(sql, uk, { external_id: '1001', day: '2026-04-09', lines: [{ price_minor: 3_000 }] })
await sql`update orders set customer = 'c-77' where external_id = '1001'`
for (const store of [nl, uk]) await bookAll(sql, store)
await connectShopifyShop(sql, { store_id: nl.id, domain: 'nl.myshopify.com', client_id: 'x' })

let people = 0
async function someone(role: Role = 'owner', stores: Who['stores'] = 'all'): Promise<Who> {
  const user = await createUser(sql, { email: `${role}-${++people}@example.com`, role, password_hash: 'none' })
  return { user_id: user!.id, email: user!.email, role, stores }
}
const ann = await someone()
/** Lets Roos call one tool; resolves to what she got back, and to the ids of what she proposed. */
async function roos(name: string, input: object, who = ann) {
  claude.script([calls(name, input), says('Done.')])
  const { action_ids } = await desk.ask({ who, channel: 'api', agent: 'roos', text: 'x' })
  const { isError, result } = resultsOf(claude.requests.at(-1)!)[0]!
  return { isError, result: result as Record<string, unknown>, action_ids }
}

describe('find_orders', () => {
  const numbers = async (input: object, who = ann) => {
    const { orders } = (await roos('find_orders', input, who)).result as { orders: { store: string; number: string }[] }
    return orders.map(({ store, number }) => `${store} ${number}`)
  }
  test('finds by number, customer, product and days, in the stores that the person sees', async () => {
    expect(await numbers({ number: '#1001' })).toEqual(['uk 1001', 'nl 1001'])
    expect(await numbers({ number: '1001', store: 'nl' })).toEqual(['nl 1001'])
    expect(await numbers({ customer: 'C-77' })).toEqual(['uk 1001', 'nl 1001'])
    expect(await numbers({ product: 'blue' })).toEqual(['nl 1001'])
    expect(await numbers({ from: '2026-04-09', to: '2026-04-09', store: 'nl' })).toEqual(['nl 1002'])
    expect(await numbers({ number: '1001' }, await someone('owner', [nl.id]))).toEqual(['nl 1001'])
  })

  test('shows what an order earned and gave back, before tax', async () => {
    const { result } = await roos('find_orders', { number: '1001', store: 'nl' })
    expect(result).toMatchObject({
      orders: [{ revenue: '15.00', refunded: '5.00', cm2: '11.00', currency: 'EUR', customer: 'c-77' }],
    })
  })

  test('says what is missing', async () => {
    expect((await roos('find_orders', {})).result).toMatch('Give a number, a customer, a product or days.')
    expect((await roos('find_orders', { from: '2026-04-09', to: '2026-04-08' })).isError).toBe(true)
    expect((await roos('find_orders', { number: '1001' }, await someone('viewer'))).result).toMatch(
      'does not include orders:read',
    )
  })
})

test('get_customer_orders adds up a customer’s orders per currency, in the stores that the person sees', async () => {
  expect((await roos('get_customer_orders', { customer: 'c-77' })).result).toMatchObject({
    totals: [
      { currency: 'EUR', stores: ['nl'], orders: 1, revenue: '15.00', refunded: '5.00', first_order: '2026-04-08' },
      { currency: 'GBP', stores: ['uk'], orders: 1, revenue: '30.00', refunded: '0.00' },
    ],
    orders: [{ store: 'uk' }, { store: 'nl' }],
  })
  const { result } = await roos('get_customer_orders', { customer: 'c-77' }, await someone('owner', [nl.id]))
  expect((result['totals'] as unknown[]).length).toBe(1)
  expect((await roos('get_customer_orders', { customer: 'c-7' })).result).toMatchObject({
    orders: [],
    hint: expect.any(String),
  })
})

test('get_stock says that no stock is known, and makes nothing up', async () => {
  expect(await roos('get_stock', { product: 'Blue lamp' })).toMatchObject({
    isError: true,
    result: expect.stringContaining('No stock levels are known'),
  })
})

describe('a proposal', () => {
  test('answers the card: old and new value, effect, limits, who may approve and until when; nothing is done', async () => {
    const { result, action_ids } = await roos('propose_refund', {
      order: '#1001',
      store: 'nl',
      amount: '6.05',
      reason: 'Scratched',
    })
    expect(result).toMatchObject({
      status: 'pending',
      target: 'order 1001 of nl',
      old_value: { refunded: '6.05', left: '18.15', currency: 'EUR' },
      new_value: { amount: '6.05', currency: 'EUR' },
      effect_on_profit: [{ amount: -5, currency: 'EUR', basis: 'this order, tax left out' }],
      within_limits: true,
      approvals_needed: 1,
      who_may_approve: 'One person with orders:write, who see the store',
      expires_at: '2026-04-14T10:00:00.000Z',
    })
    expect(action_ids).toEqual([result['action_id'] as number])
    const [row] = await sql`select status, agent, conversation_id, reason from actions where id = ${action_ids[0]!}`
    expect(row).toEqual({ status: 'pending', agent: 'roos', conversation_id: expect.any(Number), reason: 'Scratched' })
  })

  test('that is not possible comes back with what to do', async () => {
    const refused = async (name: string, input: object, who = ann) => {
      const { isError, result, action_ids } = await roos(name, { reason: 'x', ...input }, who)
      expect([isError, action_ids]).toEqual([true, []])
      return JSON.stringify(result)
    }
    expect(await refused('propose_refund', { order: '1001' })).toContain('name the store when several have one')
    expect(await refused('propose_refund', { order: '1001', store: 'uk' })).toContain(
      'The store uk has no Shopify connection yet',
    )
    expect(await refused('propose_refund', { order: '1001', store: 'nl', amount: '18.16' })).toContain(
      '18.15 EUR of the order 1001 can still be refunded',
    )
    expect(await refused('propose_refund', { order: '1001', store: 'nl', amount: '-5' })).toContain(
      'must be a decimal amount',
    )
    expect(await refused('propose_refund', { order: '9999', store: 'nl' })).toContain('There is no single order 9999')
    expect(await refused('propose_cancel', { order: '1001', store: 'nl' })).toContain(
      'shop cannot be reached from here',
    )
    expect(await refused('propose_price', { store: 'nl', sku: 'LAMP', price: '18' })).toContain('cannot be reached')
    expect(await refused('propose_price', { store: 'nl', sku: 'LUMP', price: '18' })).toContain('has no SKU')
    expect(
      await refused('propose_address_change', {
        order: '1002',
        store: 'nl',
        first_name: 'A',
        last_name: 'B',
        address1: 'C 1',
        zip: '1',
        city: 'D',
        country: 'NL',
      }),
    ).toContain('cannot be reached')
    expect(
      await refused('propose_tracking_mail', { order: '1002', store: 'nl', number: '3S', company: 'PostNL' }),
    ).toContain('cannot be reached')
    expect(await refused('propose_unit_cost', { product_id: lamp, unit_cost: '8.01', currency: 'EUR' })).toContain(
      'above the limit of 100.00 %',
    )
    expect(await refused('propose_refund', { order: '1001', store: 'nl' }, await someone('viewer'))).toContain(
      'orders:read',
    )
  })

  test('of a unit cost says what it does to orders that are booked, and to the next 30 days', async () => {
    const { result } = await roos('propose_unit_cost', {
      product_id: lamp,
      unit_cost: '5',
      currency: 'EUR',
      from: '2026-04-01',
      reason: 'New supplier',
    })
    expect(result).toMatchObject({
      target: 'Blue lamp',
      old_value: { unit_cost: '4', currency: 'EUR' },
      effect_on_profit: [
        { amount: -1, currency: 'EUR', basis: 'orders that are booked already' },
        { amount: -1, currency: 'EUR', basis: '30 days, when as many are sold as in the last 30' },
      ],
      who_may_approve: 'One person with products:write, who see the store',
    })
  })
})
