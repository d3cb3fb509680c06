import { afterEach, describe, expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, aStore } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const person = await api.someone('finance')
const { token } = person
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP' })
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[nl.id]} where id = ${limited.id}`

afterEach(async () => {
  await sql`delete from fixed_costs`
})

type Cost = { id: number; name: string; amount: number; starts_on: string; ends_on: string | null }
const listed = async (query = '', who = token) => (await api.get(`/fixed-costs${query}`, who)).body['data'] as Cost[]
const add = async (json: object) => (await api.post('/fixed-costs', json, token)).body as unknown as Cost
const patch = (id: number, json: object, headers = {}, who = token) =>
  api.send(`/fixed-costs/${id}`, { method: 'PATCH', json, token: who, headers })
const remove = (id: number, who = token) => api.send(`/fixed-costs/${id}`, { method: 'DELETE', token: who })
const audited = async (id: number) =>
  sql`select email, action, old_value, new_value from audit_log where subject = ${`fixed cost ${id}`} order by id`
const aprilCosts = async () =>
  (await api.get('/financials/summary?store=nl&start=2026-04-01&end=2026-04-30', token)).body['fixed_costs']

test('a name, an amount and a currency are enough: monthly, from the 1st of this month, for all stores', async () => {
  const made = await api.post('/fixed-costs', { name: 'Rent', amount: 1200, currency: 'EUR' }, token)
  expect(made.status).toBe(201)
  expect(made.text).toMatch(/"amount": ?1200\.00/)
  const { id } = made.body
  expect(made.body).toEqual({
    id,
    name: 'Rent',
    amount: 1200,
    currency: 'EUR',
    interval: 'month',
    category: '',
    store: null,
    starts_on: '2026-04-01',
    ends_on: null,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  const read = await api.get(`/fixed-costs/${String(id)}`, token)
  expect(read.text).toBe(made.text)
  expect(read.headers.get('etag')).toBe(made.headers.get('etag'))
  expect(await audited(Number(id))).toMatchObject([
    { email: person.email, action: 'fixed_cost.created', old_value: null, new_value: { amount: '1200.00' } },
  ])
})

test('are listed by currency, store and day; those that ended only for a day on which they held', async () => {
  const shared = await aFixedCost(sql, null)
  const own = await aFixedCost(sql, nl, { currency: 'USD' })
  const other = await aFixedCost(sql, uk)
  const ended = await aFixedCost(sql, nl, { ends_on: '2026-03-31' })
  const planned = await aFixedCost(sql, nl, { starts_on: '2026-06-01' })
  const ids = async (query: string, who = token) => (await listed(query, who)).map(({ id }) => id)
  expect(await ids('')).toEqual([planned, other, own, shared])
  expect(await ids('?currency=USD')).toEqual([own])
  expect(await ids('?store=nl')).toEqual([planned, own, shared])
  expect(await ids('?at=2026-03-31')).toEqual([ended, other, own, shared])
  expect(await ids('?at=2026-04-01&store=uk')).toEqual([other, shared])
  expect(await ids('', limited.token)).toEqual([planned, own, shared])
  problemOf(await api.get('/fixed-costs?store=uk', limited.token), 404)
  problemOf(await api.get(`/fixed-costs/${other}`, limited.token), 404)
  const first = await api.get('/fixed-costs?limit=3', token)
  expect(await ids(`?limit=3&cursor=${String(first.body['next'])}`)).toEqual([shared])
})

describe('a change of amount', () => {
  test('holds from its day on: the days before keep what they cost, and the id stays', async () => {
    const { id } = await add({ name: 'Rent', amount: 300, currency: 'EUR', store: 'nl', starts_on: '2026-01-01' })
    expect(await aprilCosts()).toBe(300)
    const answer = await patch(id, { amount: 600, from: '2026-04-16' })
    expect(answer.body).toMatchObject({ id, amount: 600, starts_on: '2026-04-16', ends_on: null })
    expect(await aprilCosts()).toBe(450)
    const [past] = await listed('?at=2026-04-15')
    expect(past).toMatchObject({ name: 'Rent', amount: 300, starts_on: '2026-01-01', ends_on: '2026-04-15' })
    expect(await audited(id)).toMatchObject([
      { action: 'fixed_cost.created' },
      {
        action: 'fixed_cost.changed',
        old_value: { amount: '300.00', starts_on: '2026-01-01' },
        new_value: { amount: '600.00', starts_on: '2026-04-16' },
      },
    ])
  })

  test('holds from today when no day is named, and a second one on that day leaves no day behind', async () => {
    const { id } = await add({ name: 'Rent', amount: 300, currency: 'EUR', store: 'nl' })
    for (const amount of [400, 500, 500]) await patch(id, { name: 'Rent', amount, currency: 'EUR' })
    expect(await listed('?at=2026-04-12')).toMatchObject([{ amount: 300, ends_on: '2026-04-12' }])
    expect(await listed('?at=2026-04-13')).toMatchObject([{ id, amount: 500, starts_on: '2026-04-13' }])
    expect(await listed()).toHaveLength(1)
  })

  test('changes the whole of a cost that has not begun', async () => {
    const { id } = await add({ name: 'Rent', amount: 1, currency: 'EUR', starts_on: '2026-06-01' })
    expect((await patch(id, { amount: 2 })).body).toMatchObject({ id, amount: 2, starts_on: '2026-06-01' })
    expect(await listed()).toHaveLength(1)
  })

  test('is refused outside of the days of the cost', async () => {
    const cost = await add({ name: 'A', amount: 1, currency: 'EUR', starts_on: '2026-02-01', ends_on: '2026-03-31' })
    expect(problemOf(await patch(cost.id, { amount: 2 }), 409).detail).toStartWith('The cost ended on 2026-03-31.')
    expect(problemOf(await patch(cost.id, { amount: 2, from: '2026-04-01' }), 422).detail).toStartWith(
      'The day 2026-04-01 (from) is after',
    )
    expect(problemOf(await patch(cost.id, { amount: 2, from: '2026-01-31' }), 422).detail).toStartWith(
      'The day 2026-01-31 (from) is before',
    )
  })
})

test('a new name, category or end starts nothing new', async () => {
  const { id } = await add({ name: 'Rent', amount: 300, currency: 'EUR' })
  const answer = await patch(id, { name: 'Office', category: 'premises', ends_on: '2026-12-31', amount: '300.0' })
  expect(answer.body).toMatchObject({
    id, name: 'Office', category: 'premises', starts_on: '2026-04-01', ends_on: '2026-12-31', amount: 300,
  }) // prettier-ignore
  expect((await patch(id, { ends_on: null })).body['ends_on']).toBeNull()
  problemOf(await patch(id, { ends_on: '2026-03-31' }), 422)
  expect(await listed()).toHaveLength(1)
})

test('an update that was made from an older state is refused', async () => {
  const { id } = await add({ name: 'Rent', amount: 300, currency: 'EUR' })
  const etag = (await api.get(`/fixed-costs/${id}`, token)).headers.get('etag')!
  expect((await patch(id, { name: 'Office' }, { 'if-match': etag })).status).toBe(200)
  problemOf(await patch(id, { name: 'Shed' }, { 'if-match': etag }), 412)
  expect(await listed()).toMatchObject([{ name: 'Office' }])
})

test('deleting ends a cost today and keeps what it cost, and removes one that never began', async () => {
  const rent = await add({ name: 'Rent', amount: 300, currency: 'EUR', store: 'nl' })
  expect((await remove(rent.id)).body).toEqual({ id: rent.id, result: 'ended', ends_on: '2026-04-13' })
  expect((await remove(rent.id)).body).toEqual({ id: rent.id, result: 'ended', ends_on: '2026-04-13' })
  expect(await listed()).toEqual([])
  expect(await aprilCosts()).toBe(130)
  const planned = await add({ name: 'Shed', amount: 300, currency: 'EUR', starts_on: '2026-04-14' })
  expect((await remove(planned.id)).body).toEqual({ id: planned.id, result: 'deleted', ends_on: null })
  problemOf(await api.get(`/fixed-costs/${planned.id}`, token), 404)
  problemOf(await remove(planned.id), 404)
  const actions = [...(await audited(rent.id)), ...(await audited(planned.id))].map(({ action }) => String(action))
  expect(actions).toEqual(['fixed_cost.created', 'fixed_cost.ended', 'fixed_cost.created', 'fixed_cost.deleted'])
})

test('a marketer neither reads nor writes them', async () => {
  const { token: marketer } = await api.someone('marketer')
  const { id } = await add({ name: 'Rent', amount: 300, currency: 'EUR' })
  for (const path of ['/fixed-costs', `/fixed-costs/${id}`, '/fixed-costs?store=nl'])
    expect(problemOf(await api.get(path, marketer), 403).detail).toBe(
      'Your role marketer does not include fixed costs. Ask an owner of the workspace.',
    )
  problemOf(await api.post('/fixed-costs', { name: 'A', amount: 1, currency: 'EUR' }, marketer), 403)
  problemOf(await patch(id, { amount: 1 }, {}, marketer), 403)
  problemOf(await remove(id, marketer), 403)
  expect((await api.get('/products', marketer)).status).toBe(200)
  expect(await listed()).toHaveLength(1)
})

test('a person who is limited to stores changes the costs of those, not the shared ones', async () => {
  const shared = await aFixedCost(sql, null)
  const foreign = await aFixedCost(sql, uk)
  const json = { name: 'A', amount: 1, currency: 'EUR' }
  for (const answer of [
    await api.post('/fixed-costs', json, limited.token),
    await patch(shared, { amount: 1 }, {}, limited.token),
    await remove(shared, limited.token),
  ])
    expect(problemOf(answer, 403).detail).toStartWith('A cost without a store is shared by all stores')
  problemOf(await patch(foreign, { amount: 1 }, {}, limited.token), 404)
  problemOf(await remove(foreign, limited.token), 404)
  expect(problemOf(await api.post('/fixed-costs', { ...json, store: 'uk' }, limited.token), 422).detail).toBe(
    'There is no store "uk".',
  )
  const own = await api.post('/fixed-costs', { ...json, store: 'nl' }, limited.token)
  expect(own.status).toBe(201)
  expect((await patch(Number(own.body['id']), { amount: 2 }, {}, limited.token)).status).toBe(200)
})

test('an amount has the decimals of its currency, and what is wrong is named', async () => {
  const post = (json: object) => api.post('/fixed-costs', { name: 'A', amount: 1, currency: 'EUR', ...json }, token)
  expect(problemOf(await post({ amount: 1.005 }), 422).detail).toBe(
    'The amount 1.005 has more decimals than the 2 of EUR.',
  )
  expect(problemOf(await post({ amount: '10.5', currency: 'JPY' }), 422).detail).toStartWith('The amount 10.5 has more')
  expect((await post({ amount: '1.234', currency: 'KWD' })).text).toMatch(/"amount": ?1\.234/)
  expect(problemOf(await post({ currency: 'XXQ' }), 422).detail).toStartWith('The currency XXQ is not one')
  expect(problemOf(await post({ amount: -1 }), 422).errors).toEqual([
    { field: 'amount', message: 'must not be negative' },
  ])
  expect(problemOf(await post({ interval: 'decade' }), 422).errors?.[0]?.field).toBe('interval')
  expect(problemOf(await post({ starts_on: '2026-05-01', ends_on: '2026-04-30' }), 422).detail).toBe(
    'The end 2026-04-30 (ends_on) is before the cost starts on 2026-05-01.',
  )
  expect(problemOf(await post({ start: '2026-05-01' }), 422).errors?.[0]?.field).toBe('start')
  problemOf(await api.get('/fixed-costs/999999', token), 404)
  problemOf(await api.get('/fixed-costs/x', token), 422)
})
