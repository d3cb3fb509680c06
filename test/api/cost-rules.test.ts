import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRefund, aStore, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const person = await api.someone('finance')
const { token } = person
const limited = await api.someone('finance')
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP' })
await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`

/** A store of 10.00 orders in February and April 2026: two to Germany by klarna, one of three pieces, one without country or gateway. */
async function shop() {
  const store = await aStore(sql)
  const by = { country: 'DE', gateway: 'klarna' }
  await anOrder(sql, store, { ...by, day: '2026-02-10' })
  const back = await anOrder(sql, store, { ...by, day: '2026-04-02', lines: [{ quantity: 3 }] })
  await aRefund(sql, back, { day: '2026-04-05' })
  await anOrder(sql, store, { day: '2026-04-03' })
  await anOrder(sql, store, { ...by, day: '2026-04-04', shipping_cost_minor: 444, transaction_fee_minor: 33 })
  await bookAll(sql, store)
  return store
}
const days = 'start=2026-01-01&end=2026-04-13'
const costsOf = async (slug: string, range = days) => {
  const { body } = await api.get(`/financials/summary?store=${slug}&${range}`, token)
  return [body['shipping_cost'], body['transaction_fees']]
}
const profitOf = async (slug: string) =>
  String((await api.get(`/financials/summary?store=${slug}&${days}`, token)).body['net_profit'])
const entries = async () => (await sql<{ n: number }[]>`select count(*) as n from ledger_entries`)[0]!.n
const patch = (path: string, json: unknown, headers = {}) => api.send(path, { method: 'PATCH', token, json, headers })
const remove = (path: string) => api.send(path, { method: 'DELETE', token })
const idOf = ({ body }: { body: Record<string, unknown> }) => String(body['id'])
const changeOf = ({ body }: { body: Record<string, unknown> }) =>
  (body['totals'] as { net_profit_change: number }[]).reduce((sum, total) => sum + total.net_profit_change, 0)

describe('fee rules', () => {
  test('a rule prices the orders of its gateway and days, one without a gateway the others as an estimate', async () => {
    const { slug } = await shop()
    const rule = { store: slug, gateway: 'klarna', percent: 2.5, fixed: 0.35, from: '2026-04-01' }
    const answer = await api.post('/fee-rules', rule, token)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({ ...rule, id: expect.any(Number), to: null, currency: 'EUR' })
    // 2.5 % of 30.00 and 0.35, and the fee that the source gave.
    expect(await costsOf(slug)).toEqual([4.44, 1.43])
    await api.post('/fee-rules', { store: slug, percent: 1 }, token)
    expect(await costsOf(slug)).toEqual([4.44, 1.63])
    const coverage = (await api.get(`/financials/summary?store=${slug}&start=2026-04-01&end=2026-04-13`, token)).body['coverage'] // prettier-ignore
    expect(coverage).toMatchObject({ transaction_fees_percent: 75 })
    expect((await api.get(`/fee-rules/${idOf(answer)}`, token)).headers.get('etag')).toBe(answer.headers.get('etag'))
  })

  test('a new rule takes the place of the one before on its days, which keeps its id and its other days', async () => {
    const { slug } = await shop()
    const first = await api.post('/fee-rules', { store: slug, gateway: 'klarna', percent: 10 }, token)
    await api.post('/fee-rules', { store: slug, gateway: 'klarna', percent: 20, from: '2026-03-01', to: '2026-03-31' }, token) // prettier-ignore
    const listed = (await api.get(`/fee-rules?store=${slug}`, token)).body['data'] as Record<string, unknown>[]
    expect(listed.map(({ from, to, percent }) => [from, to, percent])).toEqual([
      ['2026-03-01', '2026-03-31', 20],
      ['2026-04-01', null, 10],
      [null, '2026-02-28', 10],
    ])
    expect(listed.at(-1)!['id']).toBe(Number(idOf(first)))
    const [audit] = await sql`select email, action, old_value, new_value from audit_log where action = 'fee_rule.set' order by id desc limit 1` // prettier-ignore
    expect(audit).toMatchObject({ email: person.email, old_value: [{ percent: '10' }], new_value: { percent: '20' } })
    expect((await api.get(`/fee-rules?store=${slug}&at=2026-03-05`, token)).body['data']).toMatchObject([{ percent: 20 }]) // prettier-ignore
  })

  test('a change restates its orders with the reason, and one that another rule stands in the way of is refused', async () => {
    const { slug, id } = await shop()
    const path = `/fee-rules/${idOf(await api.post('/fee-rules', { store: slug, gateway: 'klarna', percent: 10, to: '2026-02-28' }, token))}` // prettier-ignore
    expect(await costsOf(slug)).toEqual([4.44, 1.33])
    const answer = await patch(path, { percent: '12.5', reason: 'Statement of March' })
    expect(answer.body).toMatchObject({ percent: 12.5, to: '2026-02-28' })
    expect(await costsOf(slug)).toEqual([4.44, 1.58])
    const restated = await sql`
      select sum(amount_minor)::int as amount from ledger_entries where store_id = ${id} and reason = 'Statement of March'`
    expect(restated).toMatchObject([{ amount: 25 }])
    const other = await api.post(
      '/fee-rules',
      { store: slug, gateway: 'klarna', percent: 1, from: '2026-04-01' },
      token,
    )
    const { detail } = problemOf(await patch(path, { to: null }), 409)
    expect(detail).toBe(`Another fee rule for klarna holds from 2026-04-01 to further notice (${idOf(other)}). Change that one first.`) // prettier-ignore
    await remove(`/fee-rules/${idOf(other)}`)
    expect((await patch(path, { to: null })).status).toBe(200)
    expect(await costsOf(slug)).toEqual([4.44, 5.33])
  })
})

describe('shipping rules', () => {
  test('the own country comes first, then weight, then pieces; without a known weight only rules from 0 grams fit', async () => {
    const store = await aStore(sql)
    const { slug } = store
    const product = await aProduct(sql, store, { sku: 'sku-1' })
    const order = await anOrder(sql, store, { country: 'DE', day: '2026-04-02', lines: [{ product_id: product, quantity: 3 }] }) // prettier-ignore
    await bookAll(sql, store)
    const post = (rule: object) => api.post('/shipping-rules', { store: slug, ...rule }, token)
    const told: unknown[] = []
    const tell = async () => told.push((await costsOf(slug))[0])
    await post({ per_order: 20, min_units: 3, min_grams: 0 })
    await tell()
    await post({ country: 'DE', per_order: 5, per_unit: 0.5 })
    await tell()
    await post({ country: 'DE', per_order: 7, min_units: 3 })
    await tell()
    await post({ country: 'DE', per_order: 9, min_grams: 1_000 })
    await tell()
    const tie = (grams: number) =>
      api.post(`/products/${product}/variants`, { store: slug, sku: 'sku-1', grams }, token)
    expect((await tie(400)).body).toMatchObject({ grams: 400 })
    await tell()
    await tie(333)
    await tell()
    expect(told).toEqual([20, 6.5, 7, 7, 9, 7])
    const { costs } = (await api.get(`/orders/${order}`, token)).body as { costs: Record<string, unknown>[] }
    expect(costs.find(({ cost }) => cost === 'shipping_cost')).toMatchObject({ step: 'rule', of: 'DE', per_order: 7, amount: 7 }) // prettier-ignore
    await tie(400)
    const variant = (await sql<{ id: number }[]>`select id from variants where product_id = ${product}`)[0]!.id
    await remove(`/products/${product}/variants/${variant}`)
    expect((await costsOf(slug))[0]).toBe(7)
    expect(await bookAll(sql, store)).toBe(0)
  })
})

const day = fc.constantFrom(null, '2026-02-01', '2026-02-10', '2026-03-15', '2026-04-02', '2026-04-04')
const span = fc
  .tuple(day, day)
  .map(([from, to]) => (from !== null && to !== null && from > to ? { from: to, to: from } : { from, to }))
const amount = fc.nat(2_000).map((cents) => (cents / 100).toFixed(2))
const fee = fc.record({ gateway: fc.constantFrom(null, 'klarna'), percent: amount, fixed: amount })
const shipping = fc.record({
  country: fc.constantFrom(null, 'DE'),
  min_units: fc.constantFrom(0, 2),
  per_order: amount,
  per_unit: amount,
})
const setting = fc.oneof(
  fee.map((rule) => ({ path: '/fee-rules', rule })),
  shipping.map((rule) => ({ path: '/shipping-rules', rule })),
)

test('whatever is set, changed and taken away: the preview is what happens to the cent, and taking it away undoes it to the cent', async () => {
  await fc.assert(
    fc.asyncProperty(setting, span, span, amount, async ({ path, rule }, days, other, changed) => {
      const store = await shop()
      const start = await profitOf(store.slug)
      let before = start
      const step = async (preview: Awaited<ReturnType<typeof api.post>>, work: () => Promise<unknown>) => {
        expect(preview.status).toBe(200)
        await work()
        const after = await profitOf(store.slug)
        expect(changeOf(preview)).toBeCloseTo(Number(after) - Number(before), 6)
        before = after
      }
      const body = { store: store.slug, ...rule, ...days }
      const untouched = await entries()
      const preview = await api.post(`${path}/preview`, body, token)
      expect(await entries()).toBe(untouched)
      let id = ''
      await step(preview, async () => (id = idOf(await api.post(path, body, token))))
      const terms = path === '/fee-rules' ? { fixed: changed } : { per_order: changed }
      const change = { ...other, ...terms }
      await step(await api.post(`${path}/${id}/preview`, change, token), () => patch(`${path}/${id}`, change))
      await step(await api.post(`${path}/${id}/preview`, { delete: true }, token), () => remove(`${path}/${id}`))
      expect(before).toBe(start)
      expect(await bookAll(sql, store)).toBe(0)
    }),
    { numRuns: 40 },
  )
}, 180_000)

describe('what cannot be', () => {
  test('names the field, and nothing is kept', async () => {
    const { slug } = await shop()
    const before = await entries()
    const errorsOf = async (path: string, rule: object) =>
      problemOf(await api.post(path, { store: slug, ...rule }, token), 422).errors?.map(({ field }) => field)
    expect(await errorsOf('/fee-rules', { percent: 100.5 })).toEqual(['percent'])
    expect(await errorsOf('/fee-rules', { fixed: -1 })).toEqual(['fixed'])
    expect(await errorsOf('/fee-rules', { gateway: 'a\nb' })).toEqual(['gateway'])
    expect(await errorsOf('/shipping-rules', { min_grams: 0.5 })).toEqual(['min_grams'])
    expect(await errorsOf('/shipping-rules', { from: '2026-02-30' })).toEqual(['from'])
    const ends = await api.post('/fee-rules', { store: slug, from: '2026-02-02', to: '2026-02-01' }, token)
    expect(problemOf(ends, 422).detail).toBe('The last day 2026-02-01 (to) is before the first day 2026-02-02 (from).')
    expect(problemOf(await api.post('/fee-rules', { store: slug, fixed: 0.001 }, token), 422).detail).toBe(
      'The amount 0.001 has more decimals than the 2 of EUR.',
    )
    expect(problemOf(await api.post('/fee-rules', { store: 'none' }, token), 422).detail).toBe('There is no store "none".') // prettier-ignore
    expect(await entries()).toBe(before)
  })

  test('figures that are too large are refused', async () => {
    const store = await aStore(sql)
    await anOrder(sql, store, { day: '2026-04-02', lines: [{ quantity: 2_000_000_000 }] })
    await bookAll(sql, store)
    const rule = { store: store.slug, per_unit: '99999999999.99' }
    for (const path of ['/shipping-rules', '/shipping-rules/preview'])
      expect(problemOf(await api.post(path, rule, token), 422).detail).toStartWith('This shipping rule makes figures that are too large') // prettier-ignore
  })

  test('a change that is tied to an older state is refused', async () => {
    const { slug } = await shop()
    const made = await api.post('/shipping-rules', { store: slug, per_order: 4 }, token)
    const headers = { 'if-match': made.headers.get('etag')! }
    expect((await patch(`/shipping-rules/${idOf(made)}`, { per_order: 5 }, headers)).status).toBe(200)
    problemOf(await patch(`/shipping-rules/${idOf(made)}`, { per_order: 6 }, headers), 412)
    expect((await costsOf(slug))[0]).toBe(19.44)
  })

  test('a rule of a store that they do not see does not exist for a limited person', async () => {
    const { slug } = await shop()
    const path = `/fee-rules/${idOf(await api.post('/fee-rules', { store: slug, percent: 3 }, token))}`
    problemOf(await api.get(path, limited.token), 404)
    for (const method of ['PATCH', 'DELETE']) problemOf(await api.send(path, { method, token: limited.token, json: {} }), 404) // prettier-ignore
    problemOf(await api.post('/fee-rules', { store: slug }, limited.token), 422)
    expect((await api.get('/fee-rules', limited.token)).body['data']).toEqual([])
  })
})

test('lists page by cursor, newest first', async () => {
  const { slug } = await aStore(sql)
  for (const country of ['DE', 'NL', null])
    await api.post('/shipping-rules', { store: slug, country, per_order: 5 }, token)
  const first = await api.get(`/shipping-rules?store=${slug}&limit=2&count=true`, token)
  const second = await api.get(`/shipping-rules?store=${slug}&cursor=${String(first.body['next'])}`, token)
  const countries = [first, second].map(({ body }) => (body['data'] as { country: string }[]).map((rule) => rule.country)) // prettier-ignore
  expect([...countries, first.body['total'], second.body['next']]).toEqual([[null, 'NL'], ['DE'], 3, null] as never)
})
