import { describe, expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRefund, aStore, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('admin')
const nl = await aStore(sql, { slug: 'nl', name: 'Netherlands' })
await aStore(sql, { slug: 'us', name: 'United States', currency: 'USD' })
const limited = await api.someone('admin')
await sql`update users set store_ids = ${[nl.id]} where id = ${limited.id}`

const belgium = { slug: 'be', name: 'Belgium', currency: 'EUR', time_zone: 'Europe/Brussels' }
const patch = (slug: string, json: unknown, as = token, headers = {}) =>
  api.send(`/stores/${slug}`, { method: 'PATCH', token: as, json, headers })
const cogsOf = async (day: string) =>
  (await api.get(`/financials/summary?start=${day}&end=${day}&store=nl`, token)).body['cogs']

describe('POST /stores', () => {
  test('adds a store, which is then listed', async () => {
    const answer = await api.post('/stores', belgium, token)
    expect(answer.status).toBe(201)
    const store = {
      ...belgium,
      id: expect.any(Number),
      default_cost_percent: null,
      shopify_domain: null,
      created_at: expect.any(String),
    }
    expect(answer.body).toEqual(store)
    const { body } = await api.get('/stores', token)
    expect((body['data'] as { slug: string }[]).map(({ slug }) => slug)).toEqual(['be', 'nl', 'us'])
    const read = await api.get('/stores/be', token)
    expect([read.body, read.headers.get('etag')]).toEqual([store, answer.headers.get('etag')])
  })

  test('the slug of another store is refused, also when both come at once', async () => {
    const store = { ...belgium, slug: 'de' }
    const answers = await Promise.all([1, 2, 3].map(() => api.post('/stores', store, token)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409])
    expect(problemOf(await api.post('/stores', store, token), 409).detail).toBe('There is a store "de" already.')
  })

  test('a currency, zone, slug or percent that there is not is refused', async () => {
    for (const change of [{ currency: 'ABC' }, { time_zone: 'Europe/Utrecht' }, { time_zone: 'posixrules' }])
      problemOf(await api.post('/stores', { ...belgium, slug: 'fr', ...change }, token), 422)
    for (const [field, value] of Object.entries({
      slug: 'B E',
      name: ' ',
      currency: 'eur',
      default_cost_percent: 100.5,
    })) {
      const { errors } = problemOf(await api.post('/stores', { ...belgium, slug: 'fr', [field]: value }, token), 422)
      expect(errors?.map((error) => error.field)).toEqual([field])
    }
    problemOf(await api.get('/stores/fr', token), 404)
  })

  test('is not for those who are limited to some stores', async () => {
    problemOf(await api.post('/stores', { ...belgium, slug: 'lu' }, limited.token), 403)
  })
})

describe('PATCH /stores/{slug}', () => {
  test('changes name and zone of a store that nothing is booked for', async () => {
    const { body } = await patch('us', { name: 'USA', time_zone: 'America/New_York' })
    expect(body).toMatchObject({ slug: 'us', name: 'USA', currency: 'USD', time_zone: 'America/New_York' })
    problemOf(await patch('us', { time_zone: 'Mars/Olympus' }), 422)
    const [log] =
      await sql`select subject, old_value, new_value from audit_log where action = 'store.updated' order by id desc`
    expect(log).toMatchObject({ subject: 'us', old_value: { name: 'United States' }, new_value: { name: 'USA' } })
  })

  test('the zone stays once an order is there', async () => {
    await anOrder(sql, nl, { day: '2026-03-01' })
    const { detail } = problemOf(await patch('nl', { time_zone: 'Europe/Brussels' }), 409)
    expect(detail).toBe('The time zone of nl stays: days were booked in Europe/Amsterdam.')
    expect((await patch('nl', { time_zone: 'Europe/Amsterdam', name: 'Holland' })).body).toMatchObject({
      name: 'Holland',
    })
  })

  test('another default cost percent books the estimates again as a restatement, and known costs stay', async () => {
    const product_id = await aProduct(sql, nl, { unit_cost: '3' })
    const order = await anOrder(sql, nl, { day: '2026-03-10', lines: [{ quantity: 4 }, { product_id }] })
    await aRefund(sql, order, { day: '2026-03-12' })
    await bookAll(sql, nl)
    expect(await cogsOf('2026-03-10')).toBe(3)
    expect((await patch('nl', { default_cost_percent: 40 })).body).toMatchObject({ default_cost_percent: 40 })
    expect([await cogsOf('2026-03-10'), await cogsOf('2026-03-12')]).toEqual([19, -4])
    await patch('nl', { default_cost_percent: '12.5' })
    expect(await cogsOf('2026-03-10')).toBe(8)
    const entries = await sql`
      select amount_minor, basis, reason from ledger_entries
      where order_id = ${order} and account = 'cogs' and business_day = '2026-03-10' order by id`
    expect([...entries] as unknown[]).toEqual([
      { amount_minor: 300, basis: 'rule', reason: 'booked' },
      { amount_minor: 1_600, basis: 'estimate', reason: 'default cost percent changed' },
      { amount_minor: -1_100, basis: 'estimate', reason: 'default cost percent changed' },
    ])
    const [before] = await sql`select count(*) as entries from ledger_entries`
    expect((await patch('nl', { default_cost_percent: 12.5 })).status).toBe(200)
    expect(await sql`select count(*) as entries from ledger_entries`).toMatchObject([{ entries: before?.['entries'] }])
    await patch('nl', { default_cost_percent: null })
    expect([await cogsOf('2026-03-10'), await cogsOf('2026-03-12')]).toEqual([3, 0])
  })

  test('another default cost percent is previewed to the cent, and nothing of it is kept', async () => {
    await anOrder(sql, nl, { day: '2026-02-10', lines: [{ quantity: 3, price_minor: 3_333 }] })
    await bookAll(sql, nl)
    const profit = async () =>
      Number((await api.get('/financials/summary?start=2026-02-01&end=2026-02-28&store=nl', token)).body['net_profit'])
    const before = await profit()
    const { body } = await api.post('/stores/nl/preview', { default_cost_percent: '33.3333' }, token)
    expect(body['months']).toContainEqual(expect.objectContaining({ month: '2026-02', net_profit_before: before, net_profit_change: -33.33 })) // prettier-ignore
    expect([await profit(), (await api.get('/stores/nl', token)).body['default_cost_percent']]).toEqual([before, null])
    await patch('nl', { default_cost_percent: '33.3333' })
    expect(await profit()).toBeCloseTo(before - 33.33, 6)
    await patch('nl', { default_cost_percent: null })
    expect(await profit()).toBe(before)
  })

  test('a change that is tied to an older state is refused', async () => {
    const etag = (await api.get('/stores/us', token)).headers.get('etag') ?? ''
    expect((await patch('us', { name: 'United States' }, token, { 'if-match': etag })).status).toBe(200)
    problemOf(await patch('us', { name: 'America' }, token, { 'if-match': etag }), 412)
    expect((await api.get('/stores/us', token)).body).toMatchObject({ name: 'United States' })
  })

  test('a store that is not theirs does not exist for a limited person', async () => {
    problemOf(await patch('us', { name: 'Mine' }, limited.token), 404)
    problemOf(await api.get('/stores/us', limited.token), 404)
    expect((await patch('nl', { name: 'Low lands' }, limited.token)).body).toMatchObject({ name: 'Low lands' })
  })
})
