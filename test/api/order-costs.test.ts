import { describe, expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aFeeRule, anOrder, aProduct, aRefund, aShippingRule, aStore, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const person = await api.someone('finance')
const { token } = person

type Step = { cost: string; line_no: number | null; step: string; amount: number | null } & Record<string, unknown>
type Told = { cm2: number; cogs: number; costs: Step[]; accounts: { account: string; amount: number }[] }
const told = async (order: number) => (await api.get(`/orders/${order}`, token)).body as unknown as Told
const patch = (order: number, json: unknown, headers = {}) =>
  api.send(`/orders/${order}/costs`, { method: 'PATCH', token, json, headers })

describe('an order tells which step gave each of its costs', () => {
  test('from the store’s defaults over rules and dated unit costs to what its source and a person said', async () => {
    const store = await aStore(sql, { default_cost_percent: '40' })
    const lamp = await aProduct(sql, store, { unit_cost: '4', from: '2026-01-01', to: '2026-06-30' })
    const lines = [{ product_id: lamp, quantity: 2 }, {}]
    const order = await anOrder(sql, store, { country: 'DE', gateway: 'klarna', lines })
    const without = await anOrder(sql, await aStore(sql))
    await bookAll(sql, store)
    const stepsOf = async () => (await told(order)).costs.map(({ step, amount }) => [step, amount])
    expect(await stepsOf()).toEqual([['product_cost', 8], ['store_default', 4], ['unknown', null], ['unknown', null]]) // prettier-ignore
    expect((await told(without)).costs.map(({ step }) => step)).toEqual(['unknown', 'unknown', 'unknown'])
    expect((await told(order)).costs.slice(0, 2)).toMatchObject([
      { line_no: 1, id: expect.any(Number), from: '2026-01-01', to: '2026-06-30', unit_cost: 4, unit_currency: 'EUR', percent: null }, // prettier-ignore
      { line_no: 2, id: null, from: null, unit_cost: null, percent: 40 },
    ])
    await aFeeRule(sql, store, { percent: '1' })
    const shipping = await aShippingRule(sql, store, { country: 'DE', per_unit_minor: 10, from: '2026-04-01' })
    expect((await stepsOf()).slice(2)).toEqual([['rule', 5.3], ['store_default', 0.3]]) // prettier-ignore
    const fee = await aFeeRule(sql, store, { gateway: 'klarna', percent: '2', fixed_minor: 30, to: '2026-04-30' })
    expect((await told(order)).costs.slice(2)).toMatchObject([
      { id: shipping, from: '2026-04-01', to: null, of: 'DE', per_order: 5, per_unit: 0.1 },
      { step: 'rule', amount: 0.9, id: fee, to: '2026-04-30', of: 'klarna', percent: 2, per_order: 0.3 },
    ])
    await sql`update orders set shipping_cost_minor = 333, transaction_fee_minor = 44 where id = ${order}`
    expect((await stepsOf()).slice(2)).toEqual([['actual', 3.33], ['actual', 0.44]]) // prettier-ignore
    await patch(order, { shipping_cost: 1, transaction_fees: 2, lines: [{ line_no: 2, unit_cost: '0.123456' }] })
    expect(await stepsOf()).toEqual([['product_cost', 8], ['order_override', 0.12], ['order_override', 1], ['order_override', 2]]) // prettier-ignore
    const { costs, accounts } = await told(order)
    for (const account of ['cogs', 'shipping_cost', 'transaction_fees']) {
      const steps = costs.filter(({ cost }) => cost === account).reduce((sum, { amount }) => sum + (amount ?? 0), 0)
      expect(accounts.find((booked) => booked.account === account)?.amount).toBeCloseTo(steps, 6)
    }
  })
})

describe('costs that a person says of one order', () => {
  test('are previewed, booked as restatements, counted as known, audited, and taken back to the cent', async () => {
    const store = await aStore(sql, { default_cost_percent: '30' })
    const order = await anOrder(sql, store, { lines: [{ quantity: 3 }] })
    await aRefund(sql, order)
    await bookAll(sql, store)
    const before = await told(order)
    const path = `/financials/summary?store=${store.slug}&start=2026-04-01&end=2026-04-13`
    const summary = await api.get(path, token)
    const said = { shipping_cost: '6.95', transaction_fees: 0.5, lines: [{ line_no: 1, unit_cost: 4.005 }], reason: 'Invoice 7' } // prettier-ignore
    const preview = await api.post(`/orders/${order}/costs/preview`, said, token)
    // 12.02 for three, of which 4.01 comes back, in place of 9.00 and 3.00.
    expect(preview.body).toMatchObject({ orders: 1, totals: [{ net_profit_change: -9.46 }] })
    expect((await api.get(path, token)).text).toBe(summary.text)
    const etag = (await api.get(`/orders/${order}`, token)).headers.get('etag')!
    const answer = await patch(order, said, { 'if-match': etag })
    expect(answer.body).toMatchObject({ cm2: Number((before.cm2 - 9.46).toFixed(2)), cogs: 8.01 })
    problemOf(await patch(order, said, { 'if-match': etag }), 412)
    const after = await api.get(path, token)
    expect(after.body['coverage']).toMatchObject({ cogs_percent: 100, shipping_cost_percent: 100, transaction_fees_percent: 100 }) // prettier-ignore
    const [audit] = await sql`select email, old_value, new_value from audit_log where action = 'order.costs_said' order by id desc limit 1` // prettier-ignore
    expect(audit).toMatchObject({
      email: person.email,
      old_value: { shipping_cost: null, lines: [{ line_no: 1, unit_cost: null }] },
      new_value: { shipping_cost: '6.95', transaction_fees: '0.50', lines: [{ line_no: 1, unit_cost: '4.005' }], reason: 'Invoice 7' }, // prettier-ignore
    })
    const reasons = await sql`select distinct reason from ledger_entries where order_id = ${order} order by reason desc`
    expect(reasons).toMatchObject([{ reason: 'booked' }, { reason: 'Invoice 7' }])
    expect(answer.body['bookings']).toMatchObject([
      { reason: 'Invoice 7', by: person.email, effect_on_cm2: -9.46 },
      { reason: 'booked', by: null, effect_on_cm2: before.cm2 },
    ])
    await patch(order, { shipping_cost: null, transaction_fees: null, lines: [{ line_no: 1, unit_cost: null }] })
    expect((await told(order)).cm2).toBe(before.cm2)
    expect((await api.get(path, token)).text).toBe(summary.text)
  })

  test('stay when the unit cost changes or nothing is said of them', async () => {
    const store = await aStore(sql)
    const lamp = await aProduct(sql, store, { unit_cost: '4' })
    const order = await anOrder(sql, store, { lines: [{ product_id: lamp }, { product_id: lamp }] })
    await bookAll(sql, store)
    await patch(order, { shipping_cost: 5, lines: [{ line_no: 1, unit_cost: 1 }] })
    await patch(order, { transaction_fees: 0 })
    await api.post(`/products/${lamp}/costs`, { unit_cost: 7, currency: 'EUR', from: '2026-01-01' }, token)
    const { costs } = await told(order)
    expect(costs.map(({ step, amount }) => [step, amount])).toEqual([['order_override', 1], ['product_cost', 7], ['order_override', 5], ['order_override', 0]]) // prettier-ignore
  })

  test('are refused for lines that there are not, amounts that cannot be, and people who may not', async () => {
    const store = await aStore(sql)
    const order = await anOrder(sql, store, { external_id: 'X-1', lines: [{}, { account: 'tips' }] })
    await bookAll(sql, store)
    expect(problemOf(await patch(order, { lines: [{ line_no: 2, unit_cost: 1 }] }), 422).detail).toBe('Order X-1 has no line 2 of goods.') // prettier-ignore
    problemOf(await patch(order, { shipping_cost: -1 }), 422)
    problemOf(await patch(order, { shipping_cost: 0.001 }), 422)
    problemOf(await patch(order, { lines: [{ line_no: 1, unit_cost: 1 }, { line_no: 1, unit_cost: 2 }] }), 422) // prettier-ignore
    problemOf(await patch(999_999, {}), 404)
    const marketer = await api.someone('marketer')
    problemOf(await api.send(`/orders/${order}/costs`, { method: 'PATCH', token: marketer.token, json: {} }), 403)
    const elsewhere = await api.someone('finance')
    await sql`update users set store_ids = ${[(await aStore(sql)).id]} where id = ${elsewhere.id}`
    problemOf(await api.send(`/orders/${order}/costs`, { method: 'PATCH', token: elsewhere.token, json: {} }), 404)
  })
})
