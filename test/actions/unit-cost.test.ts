import { expect, test } from 'bun:test'
import { appPool, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aStore, bookAll } from '../support/factories.ts'
import { aProposal, whoIs } from '../support/proposals.ts'

const database = await testDatabase()
const { sql } = database
const service = appPool(database.appUrl)
const api = await testApi(database)
const ann = await api.someone('owner')
const { now } = api.clock

async function aLamp() {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '4', to: '2026-04-09' })
  for (const day of ['2026-04-08', '2026-04-10'])
    await anOrder(sql, store, { day, lines: [{ product_id, quantity: 2, price_minor: 2_000 }] })
  await bookAll(sql, store)
  return { store, product_id }
}
const press = (id: number, what: 'approve' | 'undo' | 'reject', token = ann.token) =>
  api.send(`/actions/${id}/${what}`, { method: 'POST', json: {}, token })
const cogsOf = async (store: { slug: string }) =>
  (await api.get(`/financials/summary?store=${store.slug}&start=2026-04-01&end=2026-04-13`, ann.token)).body['cogs']

test('a unit cost is proposed with its effect, booked when it is approved, and taken back to what was there', async () => {
  const { store, product_id } = await aLamp()
  expect(await cogsOf(store)).toBe(8)
  const id = await aProposal(service, whoIs(ann), now, {
    kind: 'unit_cost',
    product_id,
    unit_cost: '5',
    currency: 'EUR',
    from: '2026-04-08',
  })
  const { body } = await api.get(`/actions/${id}`, ann.token)
  expect(body).toMatchObject({
    kind: 'unit_cost',
    store: store.slug,
    old_value: { unit_cost: '4', costs: [{ from: null, to: '2026-04-09', unit_cost: '4', currency: 'EUR' }] },
    effect: [
      { amount: -12, currency: 'EUR', basis: 'orders that are booked already' },
      { amount: -4, currency: 'EUR', basis: '30 days, when as many are sold as in the last 30' },
    ],
    change_percent: 25,
    approvals_needed: 1,
  })
  expect(await cogsOf(store)).toBe(8)
  const answers = await Promise.all([press(id, 'approve'), press(id, 'approve'), press(id, 'approve')])
  expect(answers.map(({ body }) => body['status'])).toEqual(['executed', 'executed', 'executed'])
  expect(await cogsOf(store)).toBe(20)
  const entries = (await sql`select count(*)::int as n from ledger_entries where reason like ${`action ${id}:%`}`)[0]![
    'n'
  ] as number
  const undone = await press(id, 'undo')
  expect(undone.body).toMatchObject({ status: 'executed', undo_of: id, reason: `undo of action ${id}` })
  expect((await api.get(`/actions/${id}`, ann.token)).body).toMatchObject({ status: 'undone' })
  expect(await cogsOf(store)).toBe(8)
  expect(entries).toBeGreaterThan(0)
  expect(problemOf(await press(id, 'undo'), 409).detail).toBe('Only what was executed can be taken back; it is undone.')
  const actions = await sql<
    { action: string }[]
  >`select action from audit_log where subject like ${`action ${id}:%`} order by id`
  expect(actions.map(({ action }) => action)).toEqual(['action.approved', 'action.executed'])
})

test('a cost that was changed after the proposal is not overwritten: the action fails and says why', async () => {
  const { store, product_id } = await aLamp()
  const id = await aProposal(service, whoIs(ann), now, {
    kind: 'unit_cost',
    product_id,
    unit_cost: '5',
    currency: 'EUR',
    from: '2026-04-08',
  })
  await api.post(`/products/${product_id}/costs`, { unit_cost: '3', currency: 'EUR', from: '2026-04-08' }, ann.token)
  expect((await press(id, 'approve')).body).toMatchObject({
    status: 'failed',
    error: 'The cost was changed after this was proposed. Ask for a new proposal.',
  })
  expect(await cogsOf(store)).toBe(12)
})

test('the same proposal that waits already is answered again', async () => {
  const { product_id } = await aLamp()
  const ask = () =>
    aProposal(service, whoIs(ann), now, { kind: 'unit_cost', product_id, unit_cost: '4.5', currency: 'EUR' })
  const id = await ask()
  expect(await ask()).toBe(id)
  await press(id, 'reject')
  expect(await ask()).not.toBe(id)
})

test('who does not see the store sees no action of it, and cannot decide on it', async () => {
  const { store, product_id } = await aLamp()
  const other = await aStore(sql)
  const id = await aProposal(service, whoIs(ann), now, {
    kind: 'unit_cost',
    product_id,
    unit_cost: '4.5',
    currency: 'EUR',
  })
  const { token } = await api.anApiToken(ann.id, { store_ids: [other.id] })
  expect((await api.get('/actions', token)).body).toEqual({ data: [], next: null })
  for (const what of ['approve', 'reject', 'undo'] as const) expect((await press(id, what, token)).status).toBe(404)
  expect((await api.get(`/actions/${id}`, token)).status).toBe(404)
  const marketer = await api.someone('marketer')
  expect((await press(id, 'approve', marketer.token)).status).toBe(403)
  const orders = await api.anApiToken(ann.id, { scopes: ['orders:write'] })
  expect(problemOf(await press(id, 'approve', orders.token), 403).detail).toContain('products:write')
  expect(
    (await api.get(`/actions?store=${store.slug}&kind=unit_cost&status=pending`, ann.token)).body['data'],
  ).toHaveLength(1)
})

test('a cost of a product that is also sold where the approver does not look is not changed', async () => {
  const { store, product_id } = await aLamp()
  const other = await aStore(sql)
  await sql`insert into variants (product_id, store_id, sku, title) values (${product_id}, ${other.id}, 'x', 'x')`
  const id = await aProposal(service, whoIs(ann), now, {
    kind: 'unit_cost',
    product_id,
    unit_cost: '4.5',
    currency: 'EUR',
    store: store.slug,
  })
  const { token } = await api.anApiToken(ann.id, { store_ids: [store.id] })
  expect((await press(id, 'approve', token)).body).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('also sold in stores that you do not see'),
  })
})
