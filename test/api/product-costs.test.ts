import { describe, expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aProduct, aRate, aRefund, aStore, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const person = await api.someone('finance')
const { token } = person
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP', time_zone: 'Europe/London' })
for (const day of ['2026-02-10', '2026-04-02']) await aRate(sql, 'GBP', day, '0.80')
await aFixedCost(sql, nl, { amount_minor: 31_000 })

const limited = await api.someone('finance')
await sql`update users set store_ids = ${[nl.id]} where id = ${limited.id}`

/** Sold for 10.00 at a cost of 4.00: two pieces in nl in February, one of them given back in March, and one piece in uk in April. */
async function mug() {
  const id = await aProduct(sql, nl, { unit_cost: '4', from: '2026-01-01' })
  await sql`insert into variants (product_id, store_id, sku, title) values (${id}, ${uk.id}, ${`uk-${id}`}, 'Mug')`
  const order = await anOrder(sql, nl, { day: '2026-02-10', lines: [{ product_id: id, quantity: 2 }] })
  await aRefund(sql, order, { day: '2026-03-05' })
  await anOrder(sql, uk, { day: '2026-04-02', lines: [{ product_id: id }] })
  await bookAll(sql, nl)
  await bookAll(sql, uk)
  return id
}
const entries = async () => (await sql<{ n: number }[]>`select count(*) as n from ledger_entries`)[0]!.n
const costsOf = async (id: number) =>
  ((await api.get(`/products/${id}/costs`, token)).body['data'] as Record<string, unknown>[]).map(
    ({ from, to, unit_cost, currency }) => [from, to, unit_cost, currency],
  )
const profitOf = async (store: string, start: string, end: string) =>
  (await api.get(`/financials/summary?store=${store}&start=${start}&end=${end}`, token)).body['net_profit']
const audited = async (subject: string) => {
  const [row] =
    await sql`select email, action, old_value, new_value from audit_log where subject = ${subject} order by id desc limit 1`
  return row
}

describe('a cost in the past', () => {
  test('is previewed by month and currency, and nothing of it is kept', async () => {
    const id = await mug()
    const before = await entries()
    const [february, march] = [
      await profitOf('nl', '2026-02-01', '2026-02-28'),
      await profitOf('nl', '2026-03-01', '2026-03-31'),
    ]
    const body = { unit_cost: 5.5, currency: 'EUR', from: '2026-02-01' }
    const answer = await api.post(`/products/${id}/costs/preview`, body, token)
    expect(answer.status).toBe(200)
    const uk_april = Number(await profitOf('uk', '2026-04-01', '2026-04-13'))
    expect(answer.body).toEqual({
      orders: 2,
      months: [
        {
          store: 'nl',
          currency: 'EUR',
          month: '2026-02',
          orders: 1,
          net_profit_before: february,
          net_profit_after: Number(february) - 3,
          net_profit_change: -3,
        },
        {
          store: 'nl',
          currency: 'EUR',
          month: '2026-03',
          orders: 1,
          net_profit_before: march,
          net_profit_after: Number(march) + 1.5,
          net_profit_change: 1.5,
        },
        {
          store: 'uk',
          currency: 'GBP',
          month: '2026-04',
          orders: 1,
          net_profit_before: uk_april,
          net_profit_after: Number((uk_april - 1.2).toFixed(2)),
          net_profit_change: -1.2,
        },
      ],
      totals: [
        {
          currency: 'EUR',
          orders: 1,
          net_profit_before: Number(february) + Number(march),
          net_profit_after: Number(february) + Number(march) - 1.5,
          net_profit_change: -1.5,
        },
        {
          currency: 'GBP',
          orders: 1,
          net_profit_before: uk_april,
          net_profit_after: Number((uk_april - 1.2).toFixed(2)),
          net_profit_change: -1.2,
        },
      ],
    })
    expect(await entries()).toBe(before)
    expect(await costsOf(id)).toEqual([['2026-01-01', null, 4, 'EUR']])
    expect(await audited(`product ${id}`)).toBeUndefined()
  })

  test('does what the preview said, as restatements with the reason, and the P&L follows', async () => {
    const id = await mug()
    const body = { unit_cost: '6.25', currency: 'EUR', from: '2026-02-01', to: '2026-03-31', reason: 'New supplier' }
    const preview = await api.post(`/products/${id}/costs/preview`, body, token)
    const done = await api.post(`/products/${id}/costs`, body, token)
    expect(done.status).toBe(200)
    expect(done.text).toBe(preview.text)
    const [february] = done.body['months'] as { net_profit_after: number }[]
    expect(await profitOf('nl', '2026-02-01', '2026-02-28')).toBe(february!.net_profit_after)
    const restated = await sql`
      select account, sum(amount_minor) as amount_minor from ledger_entries
      where product_id = ${id} and reason = 'New supplier' and store_id = ${nl.id} and business_day < '2026-03-01' group by account`
    expect(restated).toEqual([{ account: 'cogs', amount_minor: '450' }] as never)
    expect(await costsOf(id)).toEqual([
      ['2026-04-01', null, 4, 'EUR'],
      ['2026-02-01', '2026-03-31', 6.25, 'EUR'],
      ['2026-01-01', '2026-01-31', 4, 'EUR'],
    ])
    expect(await audited(`product ${id}`)).toEqual({
      email: person.email,
      action: 'product_cost.set',
      old_value: [{ from: '2026-01-01', to: null, unit_cost: '4', currency: 'EUR' }],
      new_value: {
        unit_cost: '6.25',
        currency: 'EUR',
        from: '2026-02-01',
        to: '2026-03-31',
        reason: 'New supplier',
      },
    } as never)
    const again = await api.post(`/products/${id}/costs`, body, token)
    expect(again.body).toEqual({ orders: 0, months: [], totals: [] })
  })

  test('is not for someone who does not see all stores of the product', async () => {
    const id = await mug()
    const before = await entries()
    const body = { unit_cost: 1, currency: 'EUR', from: '2026-01-01' }
    for (const path of ['costs', 'costs/preview'])
      expect(problemOf(await api.post(`/products/${id}/${path}`, body, limited.token), 403).detail).toBe(
        'This product is also sold in stores that you do not see. Ask someone who sees all of its stores to change it.',
      )
    await sql`delete from variants where product_id = ${id} and store_id = ${uk.id}`
    problemOf(await api.post(`/products/${id}/costs`, body, limited.token), 403)
    expect(await entries()).toBe(before)
    const own = await aProduct(sql, nl, { unit_cost: '4' })
    await anOrder(sql, nl, { day: '2026-02-10', lines: [{ product_id: own }] })
    await bookAll(sql, nl)
    const answer = await api.post(`/products/${own}/costs`, body, limited.token)
    expect(answer.body).toMatchObject({ orders: 1, totals: [{ currency: 'EUR', net_profit_change: 3 }] })
    const elsewhere = await aProduct(sql, uk)
    problemOf(await api.post(`/products/${elsewhere}/costs`, body, limited.token), 404)
  })

  test('restates a line that an edit added later by the day of the edit, plain or by a tier', async () => {
    const id = await aProduct(sql, nl, { unit_cost: '4' })
    const order = await anOrder(sql, nl, { day: '2026-01-20', lines: [{ product_id: id }, { product_id: id, quantity: 2 }] }) // prettier-ignore
    await sql`update order_lines set sold_on = '2026-02-20' where order_id = ${order} and line_no = 2`
    await bookAll(sql, nl)
    const body = { unit_cost: 5, currency: 'EUR', from: '2026-02-01', to: '2026-02-28' }
    const change = async (path: string, sent: object) =>
      ((await api.post(`/products/${id}/${path}`, sent, token)).body['months'] as { month: string; net_profit_change: number }[]).map(({ month, net_profit_change }) => [month, net_profit_change]) // prettier-ignore
    expect(await change('costs/preview', body)).toEqual([['2026-02', -2]])
    expect(await change('costs', body)).toEqual([['2026-02', -2]])
    expect(await change('cost-tiers/preview', { ...body, min_quantity: 2, unit_cost: 3 })).toEqual([['2026-02', 4]])
    expect(await bookAll(sql, nl)).toBe(0)
  })

  test('counts days as they are in the reports: a profit posted by hand does not move', async () => {
    const id = await mug()
    await sql`insert into manual_days (store_id, day, cogs_minor) values (${nl.id}, '2026-02-10', 100)`
    const answer = await api.post(
      `/products/${id}/costs/preview`,
      { unit_cost: 9, currency: 'EUR', from: '2026-02-01', to: '2026-02-28' },
      token,
    )
    const [february] = answer.body['months'] as { net_profit_change: number }[]
    expect(february!.net_profit_change).toBe(0)
    await sql`delete from manual_days`
  })
})

describe('what cannot be', () => {
  const body = { unit_cost: 1, currency: 'EUR', from: '2026-01-01' }

  test('names the field', async () => {
    const id = await mug()
    const errorsOf = async (changes: object) =>
      problemOf(await api.post(`/products/${id}/costs`, { ...body, ...changes }, token), 422).errors
    expect(await errorsOf({ to: '2025-12-31' })).toEqual([{ field: 'to', message: 'must not be before from' }])
    expect(await errorsOf({ unit_cost: -1 })).toEqual([{ field: 'unit_cost', message: 'must not be negative' }])
    expect(await errorsOf({ from: '2026-02-30' })).toEqual([{ field: 'from', message: 'is not a day of the calendar' }])
    expect(await errorsOf({ currency: undefined })).toEqual([{ field: 'currency', message: 'is missing' }])
    const unknown = problemOf(await api.post(`/products/${id}/costs`, { ...body, currency: 'XXQ' }, token), 422)
    expect(unknown.detail).toStartWith('The currency XXQ is not one')
  })

  test('a cost that is too large for any figure is refused, and the ledger stays', async () => {
    const id = await mug()
    await anOrder(sql, nl, { day: '2026-02-10', lines: [{ product_id: id, quantity: 2_000_000 }] })
    const before = await entries()
    const answer = await api.post(`/products/${id}/costs`, { ...body, unit_cost: '999999999999' }, token)
    expect(problemOf(answer, 422).detail).toStartWith('The unit_cost 999999999999 EUR makes figures that are too large')
    expect(await entries()).toBe(before)
    await sql`update orders set status = 'voided' where id in (select order_id from order_lines where quantity = 2000000)`
  })

  test('a currency without a rate says which rate is missing', async () => {
    const id = await mug()
    const answer = await api.post(`/products/${id}/costs`, { ...body, currency: 'NZD' }, token)
    expect(problemOf(answer, 409).detail).toStartWith('No exchange rate from NZD to EUR for 2026-02-10.')
    expect(await costsOf(id)).toEqual([['2026-01-01', null, 4, 'EUR']])
  })

  test('an unknown product is not found', async () => {
    for (const path of ['/products/999999/costs', '/products/999999/costs/preview'])
      problemOf(await api.post(path, body, token), 404)
    problemOf(await api.get('/products/999999/costs', token), 404)
    problemOf(await api.get('/products/x/costs', token), 422)
  })
})

test('the history pages by cursor, latest days first', async () => {
  const id = await aProduct(sql, nl)
  for (const [month, unit_cost] of [
    ['01', 1.005],
    ['03', 3],
    ['02', 2],
  ] as const)
    await api.post(
      `/products/${id}/costs`,
      { unit_cost, currency: 'EUR', from: `2026-${month}-01`, to: `2026-${month}-28` },
      token,
    )
  const first = await api.get(`/products/${id}/costs?limit=2`, token)
  const second = await api.get(`/products/${id}/costs?limit=2&cursor=${String(first.body['next'])}`, token)
  expect([first, second].map(({ text }) => text.match(/"unit_cost": ?[\d.]+/g))).toEqual([
    ['"unit_cost":3.00', '"unit_cost":2.00'],
    ['"unit_cost":1.005'],
  ])
  expect(second.body['next']).toBeNull()
})

describe('taking a cost back', () => {
  test('puts back what it replaced, each on its days, and the profit is as before to the cent', async () => {
    const id = await mug()
    const set = (body: object) => api.post(`/products/${id}/costs`, { currency: 'EUR', ...body }, token)
    await set({ unit_cost: 3, from: '2026-01-01', to: '2026-01-31' })
    const [before, profit] = [await costsOf(id), await profitOf('nl', '2026-02-01', '2026-02-28')]
    await set({ unit_cost: 9, from: '2026-01-20', reason: 'Typed wrong' })
    expect(await profitOf('nl', '2026-02-01', '2026-02-28')).not.toBe(profit as number)
    const costs = [
      { unit_cost: 3, currency: 'EUR', from: '2026-01-20', to: '2026-01-31' },
      { unit_cost: 4, currency: 'EUR', from: '2026-02-01', to: null },
    ]
    const back = { unit_cost: null, from: '2026-01-20', costs, reason: 'Taken back' }
    expect((await set(back)).status).toBe(200)
    expect(await profitOf('nl', '2026-02-01', '2026-02-28')).toBe(profit as number)
    const told = (await api.get(`/products/${id}/costs`, token)).body['data'] as { source: string }[]
    expect(told.map(({ source }) => source)).toEqual(['Taken back', 'Taken back', 'unit cost from 2026-01-01'])
    // The days are whole again: what was one cost is told in two parts of the same amount.
    expect((await costsOf(id)).at(0)).toEqual(before[0])
    problemOf(await set({ ...back, costs: [costs[1], costs[0]] }), 422)
    problemOf(await set({ ...back, to: '2026-03-31' }), 422)
    problemOf(await set({ ...back, costs: [{ ...costs[0], currency: 'XXQ' }] }), 422)
  })

  test('null says that none is known, and what nobody set has none', async () => {
    const id = await mug()
    await api.post(`/products/${id}/costs`, { unit_cost: null, currency: 'EUR', from: '2026-03-01' }, token)
    expect(await costsOf(id)).toEqual([['2026-01-01', '2026-02-28', 4, 'EUR']])
  })

  test('a change that is tied to an older state of the product is refused, and the one that it was read with is taken', async () => {
    const id = await mug()
    const read = async () => (await api.get(`/products/${id}`, token)).headers.get('etag')!
    const set = (etag: string, unit_cost: number) =>
      api.send(`/products/${id}/costs`, { method: 'POST', token, json: { unit_cost, currency: 'EUR', from: '2026-04-01' }, headers: { 'if-match': etag } }) // prettier-ignore
    const [mine, theirs] = [await read(), await read()]
    expect((await set(theirs, 5)).status).toBe(200)
    problemOf(await set(mine, 6), 412)
    expect((await costsOf(id))[0]).toEqual(['2026-04-01', null, 5, 'EUR'])
    expect((await set(await read(), 6)).status).toBe(200)
  })
})
