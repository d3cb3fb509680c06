import { beforeAll, expect, test } from 'bun:test'
import { setUnitCost } from '../../src/ledger/set-unit-cost.ts'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aStore, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const { nl, uk, jp, table } = await april(sql)
const api = await testApi(database)
api.clock.now = new Date('2026-05-04T10:00:00Z')
const finance = await api.someone('finance')
const viewer = await api.someone('viewer')
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[uk.id, jp.id]} where id = ${limited.id}`

type Report = {
  id: number
  content: string
  signature: string
  figures: Record<string, unknown>
  changes: { figure: string; closed: number; now: number; difference: number }[]
}
const close = (month: string, store?: string, { token } = finance) => api.post('/reports', { month, store }, token)
const report = async (id: number, { token } = viewer) =>
  (await api.get(`/reports/${id}`, token)).body as unknown as Report
const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex')

let closed: Report & Record<string, unknown>
beforeAll(async () => {
  closed = (await close('2026-04', 'nl')).body as unknown as typeof closed
})

test('a closed month holds its ladder, who closed it, when, and a signature over all of that', async () => {
  expect(closed).toMatchObject({
    month: '2026-04',
    store: 'nl',
    currency: 'EUR',
    closed_at: '2026-05-04T10:00:00.000Z',
    closed_by: finance.email,
    restated: false,
    restatements: [],
  })
  const { period: _, ...figures } = (
    await api.get('/financials/summary?start=2026-04-01&end=2026-04-30&store=nl', viewer.token)
  ).body
  expect(closed.figures).toEqual(figures)
  expect(closed.signature).toBe(sha256(closed.content))
  expect(JSON.parse(closed.content)).toMatchObject({ month: '2026-04', store: 'nl', figures, closed_by: finance.email })
  expect(closed.content).toContain('"revenue" : 15820.40')
  expect(await report(closed.id)).toEqual(closed)
})

test('a month is closed once for a store, and once for all stores together', async () => {
  expect(problemOf(await close('2026-04', 'nl'), 409).detail).toContain('is closed already')
  expect((await close('2026-04')).body).toMatchObject({ store: null, figures: { revenue: 15_940.4 } })
  problemOf(await close('2026-04'), 409)
  expect((await close('2026-04', 'jp')).body).toMatchObject({
    store: 'jp',
    currency: 'JPY',
    figures: { revenue: 3200 },
  })
})

test('two who close a month at the same moment make one report', async () => {
  const answers = await Promise.all([close('2026-02', 'nl'), close('2026-02', 'nl')])
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
})

test('a month that still runs in the store’s time zone cannot be closed', async () => {
  const at = '2026-05-31T22:30:00Z' // June in Amsterdam and in Tokyo, May in London
  await api.at(at, async () => {
    const { token } = await api.someone('finance')
    const late = { ...finance, token }
    expect(problemOf(await close('2026-05', 'uk', late), 422).detail).toBe(
      '2026-05 is not over yet for United Kingdom. Close it from 2026-06-01 on.',
    )
    problemOf(await close('2026-05', undefined, late), 422)
    expect((await close('2026-05', 'nl', late)).status).toBe(201)
  })
  problemOf(await close('2099-12', 'nl'), 422)
  for (const month of ['2026-4', '2026-13', '1999-12', 'April']) problemOf(await close(month, 'nl'), 422)
})

test('what is booked later leaves the frozen figures alone and is told with its reason, day and amounts', async () => {
  const before = await report(closed.id)
  await setUnitCost(sql, {
    product_id: table,
    unit_cost: '2600',
    currency: 'EUR',
    from: null,
    to: null,
    store_ids: [nl.id],
    reason: 'The supplier’s invoice came',
  })
  await anOrder(sql, nl, { day: '2026-04-30', lines: [{ product_id: table, price_minor: 300_000 }] })
  await bookAll(sql, nl)
  await aFixedCost(sql, nl, { interval: 'day', amount_minor: 1_000, starts_on: '2026-04-30', ends_on: '2026-04-30' })

  const { changes, ...after } = (await report(closed.id)) as Report & { restatements: object[] }
  expect([after.figures, after.signature, after.content]).toEqual([before.figures, before.signature, before.content])
  expect(after).toMatchObject({ restated: true })
  const changeOf = (name: string) => changes.find(({ figure }) => figure === name)
  expect(changeOf('revenue')).toEqual({ figure: 'revenue', closed: 15_820.4, now: 18_820.4, difference: 3_000 })
  expect(changeOf('net_profit')).toMatchObject({ difference: 290 })
  expect(changeOf('fixed_costs')).toMatchObject({ difference: 10 })
  expect(changeOf('tips')).toMatchObject({ difference: 0 })
  expect(after.restatements).toEqual(
    expect.arrayContaining([
      {
        store: 'nl',
        currency: 'EUR',
        reason: 'The supplier’s invoice came',
        booked_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        first_day: '2026-04-01',
        last_day: '2026-04-01',
        entries: 1,
        net_profit: -100,
        amounts: { cogs: 100 },
      },
      expect.objectContaining({
        reason: 'booked',
        first_day: '2026-04-30',
        net_profit: 400,
        amounts: { gross_sales: 3_000, cogs: 2_600 },
      }),
    ]),
  )
  expect(after.restatements).toHaveLength(2)
})

test('the list names the months that were closed, the last one first, by store and in pages', async () => {
  type List = { data: { id: number; store: string | null; month: string; net_profit: number }[]; next: string | null }
  const list = async (query: string, { token } = viewer) =>
    (await api.get(`/reports?${query}`, token)).body as unknown as List
  const { data } = await list('')
  expect(data.map(({ id }) => id)).toEqual(data.map(({ id }) => id).toSorted((a, b) => b - a))
  expect(data.at(-1)).toMatchObject({ id: closed.id, month: '2026-04', store: 'nl', net_profit: 5474.89 })
  expect((await list('store=jp')).data.map(({ month }) => month)).toEqual(['2026-04'])
  const first = await list('limit=1')
  expect((await list(`limit=500&cursor=${first.next}`)).data).toEqual(data.slice(1))
  problemOf(await api.get('/reports?store=us', viewer.token), 404)
})

test('who is limited to stores sees and closes those, and no total of all', async () => {
  expect((await close('2026-03', 'uk', limited)).status).toBe(201)
  problemOf(await close('2026-03', 'nl', limited), 404)
  expect(problemOf(await close('2026-03', undefined, limited), 403).detail).toContain('Name the store')
  const { data } = (await api.get('/reports', limited.token)).body as unknown as { data: { store: string }[] }
  expect(new Set(data.map(({ store }) => store))).toEqual(new Set(['uk', 'jp']))
  problemOf(await api.get(`/reports/${closed.id}`, limited.token), 404)
  problemOf(await api.get('/reports/999999', viewer.token), 404)
})

test('closing is audited with the signature', async () => {
  const rows =
    await sql`select email, subject, new_value from audit_log where action = 'report.closed' order by id limit 1`
  expect([...rows]).toEqual([
    { email: finance.email, subject: 'nl 2026-04', new_value: { id: closed.id, signature: closed.signature } },
  ])
})

test('a viewer reads reports and closes none', async () => {
  problemOf(await close('2026-01', 'nl', viewer), 403)
})

test('nobody changes a closed month, and content that does not fit its signature is refused', async () => {
  const { id } = closed
  for (const change of [
    sql`update reports set content = '{}' where id = ${id}`,
    sql`update reports set month = '2026-01-01' where id = ${id}`,
    sql`delete from reports where id = ${id}`,
    sql`truncate reports`,
  ])
    expect(
      await change.then(
        () => '',
        ({ message }: Error) => message,
      ),
    ).toContain('stays as it is')
  const store = await aStore(sql)
  const forged = sql`
    insert into reports (month, store_id, currency, content, signature, last_entry_id, closed_by_email, closed_at)
    values ('2026-04-01', ${store.id}, 'EUR', '{}', ${sha256('{ }')}, 0, 'a@b.c', now())`
  expect(
    await forged.then(
      () => '',
      ({ message }: Error) => message,
    ),
  ).toContain('signature_is_of_content')
})
