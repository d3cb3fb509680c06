import { describe, expect, test } from 'bun:test'
import { type ActionKind, findActionLimits, updateActionLimits } from '../../sql/action-limits.ts'
import { addAction } from '../../sql/actions.ts'
import { seeing } from '../../sql/connect.ts'
import { appPool, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aRate, aStore } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const service = appPool(database.appUrl)
const api = await testApi(database)
const ann = await api.someone('owner')
const bob = await api.someone('finance')
const NOW = api.clock.now
const lamp = await aProduct(sql, await aStore(sql), { name: 'Lamp' })

type Limits = Partial<Parameters<typeof updateActionLimits>[1]>
/** Sets limits of a kind; what is left out is no limit. */
const limit = (kind: ActionKind, limits: Limits = {}) =>
  updateActionLimits(sql, {
    kind,
    enabled: true,
    max_amount: null,
    max_amount_per_day: null,
    max_change_percent: null,
    second_approver_above_amount: null,
    second_approver_above_percent: null,
    max_per_day: 1_000,
    blocked_product_ids: [],
    ...limits,
  })

/** A proposal straight into the table, as code that was talked into anything would write it. */
async function proposed(kind: ActionKind, new_value: object, more: Partial<Parameters<typeof addAction>[1]> = {}) {
  const store = more.store_id === undefined ? await aStore(sql) : { id: more.store_id }
  return addAction(sql, {
    kind,
    store_id: store.id,
    order_id: null,
    product_id: null,
    product_ids: [],
    target: 'x',
    old_value: {},
    new_value,
    reason: 'x',
    effect: [],
    proposed_by: ann.id,
    agent: 'roos',
    conversation_id: null,
    undo_of: null,
    now: NOW,
    hours: 24,
    ...more,
  })
}
const sentence = (work: Promise<unknown>) => work.then(() => 'nothing was refused', (error: Error & { code?: string }) => `${error.code}: ${error.message}`) // prettier-ignore
const yes = (action_id: number, user_id = ann.id, at = NOW) =>
  sql`insert into action_approvals (action_id, user_id, email, approved_at) values (${action_id}, ${user_id}, 'x', ${at})`
const move = (id: number, status: string, at = NOW) =>
  sql`update actions set status = ${status}, decided_at = ${at}, started_at = ${at} where id = ${id}`

describe('the database refuses, whoever asks it', () => {
  test('a refund above the limit, in the reporting currency', async () => {
    await limit('refund', { max_amount: '100.00' })
    await aRate(sql, 'GBP', '2026-04-13', '0.80')
    expect(await sentence(proposed('refund', { amount: '100.01', currency: 'EUR' }))).toBe(
      'DD422: This refund, 100.01 EUR, is above the limit of 100.00 EUR.',
    )
    expect(await sentence(proposed('refund', { amount: '80.01', currency: 'GBP' }))).toBe(
      'DD422: This refund, 100.01 EUR, is above the limit of 100.00 EUR.',
    )
    expect(await sentence(proposed('refund', { amount: '80.00', currency: 'GBP' }))).toBe('nothing was refused')
    expect(await sentence(proposed('refund', { amount: '1', currency: 'USD' }))).toContain(
      'DD409: No exchange rate from USD',
    )
  })

  test('a refund of nothing, of less, and one without an amount', async () => {
    for (const amount of ['0', '0.00', '-5', 'NaN', '1e9', '', undefined])
      expect(await sentence(proposed('refund', { amount, currency: 'EUR' }))).toBe(
        'DD422: A refund needs an amount above zero.',
      )
  })

  test('a change of a price or cost by more percent than allowed, whatever the proposal claims', async () => {
    await limit('price', { max_change_percent: '50' })
    const change = (price: string) =>
      proposed('price', { price, currency: 'EUR' }, {
        old_value: { price: '10', currency: 'EUR' },
        change_percent: 0,
      } as never)
    expect(await sentence(change('15.01'))).toBe(
      'DD422: A change of 50.10 % is above the limit of 50.00 % for the kind "price".',
    )
    expect(await sentence(change('4.99'))).toContain('A change of 50.10 %')
    expect(await sentence(change('15.00'))).toBe('nothing was refused')
  })

  test('blocked products, kinds that are off, and more than a day may hold', async () => {
    await limit('note', { blocked_product_ids: [lamp] })
    expect(await sentence(proposed('note', {}, { product_ids: [lamp] }))).toBe(
      'DD422: Lamp is blocked for actions of the kind "note".',
    )
    expect(await sentence(proposed('cancel', {}))).toBe('DD422: A cancel needs an amount above zero.')
    await limit('cancel', { enabled: false })
    expect(await sentence(proposed('cancel', { amount: '1', currency: 'EUR' }))).toContain(
      'DD409: Actions of the kind "cancel" are switched off.',
    )
    await limit('address', { max_per_day: 2 })
    const store = await aStore(sql)
    for (const zip of ['1', '2']) await proposed('address', { zip }, { store_id: store.id })
    expect(await sentence(proposed('address', { zip: '3' }, { store_id: store.id }))).toBe(
      'DD409: The limit of 2 actions of the kind "address" a day is reached for this store.',
    )
    expect(await sentence(proposed('address', { zip: '3' }))).toBe('nothing was refused')
  })

  test('refunds that are split to stay below the limit of a day, when they are approved', async () => {
    await limit('refund', { max_amount: '100.00', max_amount_per_day: '150.00' })
    const store = await aStore(sql)
    const ids = []
    for (const amount of ['99', '51', '52'])
      ids.push(await proposed('refund', { amount, currency: 'EUR' }, { store_id: store.id }))
    for (const { id } of ids) await yes(id)
    await move(ids[0]!.id, 'approved')
    expect(await sentence(move(ids[2]!.id, 'approved'))).toBe(
      'DD409: With this refund the store would come to 151.00 EUR in 24 hours, above the limit of 150.00 EUR.',
    )
    await move(ids[1]!.id, 'approved')
  })

  test('of many approvals at the same moment those beyond the limit of a day', async () => {
    await limit('refund', { max_amount_per_day: '30.00' })
    const store = await aStore(sql)
    const ids = []
    for (let at = 0; at < 8; at++) {
      const { id } = await proposed('refund', { amount: `10.0${at}`, currency: 'EUR' }, { store_id: store.id })
      await yes(id)
      ids.push(id)
    }
    const results = await Promise.all(ids.map((id) => sentence(move(id, 'approved'))))
    expect(results.filter((result) => result === 'nothing was refused')).toHaveLength(2)
  })

  test('an approval without the people that it needs, an early execution, and steps that do not exist', async () => {
    await limit('refund', { second_approver_above_amount: '10.00' })
    const { id } = await proposed('refund', { amount: '10.01', currency: 'EUR' })
    await yes(id)
    expect(await sentence(move(id, 'approved'))).toBe('DD409: This action needs the approval of 2 people.')
    expect(await sentence(yes(id))).toContain('23505')
    expect(await sentence(move(id, 'executing'))).toBe('DD409: An action that is pending cannot become executing.')
    await yes(id, bob.id)
    await move(id, 'approved')
    await move(id, 'executing')
    await sql`update actions set status = 'executed' where id = ${id}`
    for (const status of ['pending', 'approved', 'executing', 'rejected'])
      expect(await sentence(move(id, status))).toBe(`DD409: An action that is executed cannot become ${status}.`)
  })

  test('an approval after the time is over, and a change of what was proposed', async () => {
    await limit('refund')
    const { id } = await proposed('refund', { amount: '5', currency: 'EUR' })
    const late = new Date(NOW.getTime() + 86_400_000)
    expect(await sentence(yes(id, ann.id, late))).toContain(
      'DD409: This proposal does not wait for an answer any more.',
    )
    await yes(id)
    expect(await sentence(move(id, 'approved', late))).toBe('DD409: This proposal has expired. Ask for a new one.')
    for (const change of [
      sql`new_value = '{"amount":"500","currency":"EUR"}'`,
      sql`expires_at = expires_at + interval '1 hour'`,
      sql`amount = 1`,
      sql`approvals_needed = 0`,
      sql`target = 'y'`,
    ])
      expect(await sentence(sql`update actions set ${change} where id = ${id}`)).toBe(
        'DD409: What an action does stays as it was proposed. Propose another one.',
      )
    expect(await sentence(proposed('refund', { amount: '6', currency: 'EUR' }, { hours: 24 * 8 }))).toContain(
      'expires_within_a_week',
    )
  })

  test('a limit that was lowered after the proposal holds for the approval', async () => {
    await limit('refund')
    const { id } = await proposed('refund', { amount: '50', currency: 'EUR' })
    await limit('refund', { max_amount: '49.99' })
    await yes(id)
    expect(await sentence(move(id, 'approved'))).toContain('DD422: This refund, 50.00 EUR, is above the limit')
  })

  test('an undo that would put back something else than was there', async () => {
    const { id } = await proposed(
      'unit_cost',
      { unit_cost: '5', currency: 'EUR' },
      { old_value: { unit_cost: '4', currency: 'EUR' } },
    )
    const undo = (unit_cost: string) => proposed('unit_cost', { unit_cost, currency: 'EUR' }, { undo_of: id })
    expect(await sentence(undo('4'))).toContain('DD409: Only an executed action can be taken back')
    await yes(id)
    for (const status of ['approved', 'executing', 'executed']) await move(id, status)
    expect(await sentence(undo('400'))).toContain('DD409: Only an executed action can be taken back')
    expect(await sentence(undo('4'))).toBe('nothing was refused')
  })

  test('the service cannot delete an action, nor take an approval back', async () => {
    const store = await aStore(sql)
    await anOrder(sql, store)
    const { id } = await proposed('note', {}, { store_id: store.id })
    await yes(id)
    for (const statement of [
      'delete from actions',
      'delete from action_approvals',
      'update action_approvals set user_id = 1',
    ])
      expect(await sentence(seeing(service, 'all', (tx) => (tx as typeof sql).unsafe(statement)))).toContain(
        'permission denied',
      )
  })
})

describe('the limits over REST', () => {
  test('are read by who reads orders, changed by admins who see all stores, and audited', async () => {
    await limit('note')
    const { token } = bob
    const list = (await api.get('/action-limits', token)).body['data'] as { kind: string }[]
    expect(list.map(({ kind }) => kind)).toEqual([
      'address',
      'cancel',
      'inventory',
      'note',
      'price',
      'refund',
      'tag',
      'tracking_mail',
      'unit_cost',
    ])
    const patch = (json: object, token: string, headers = {}) =>
      api.send('/action-limits/note', { method: 'PATCH', json, token, headers })
    expect((await patch({ enabled: false }, token)).status).toBe(403)
    const machine = await api.anApiToken(ann.id, { store_ids: [(await aStore(sql)).id] })
    expect(problemOf(await patch({ enabled: false }, machine.token), 403).detail).toContain('limited to some stores')
    const changed = await patch({ enabled: false, max_amount: '12.50', blocked_product_ids: [lamp] }, ann.token)
    expect(changed.body).toMatchObject({
      enabled: false,
      max_amount: 12.5,
      blocked_product_ids: [lamp],
      max_per_day: 1000,
    })
    expect((await patch({ enabled: true }, ann.token, { 'if-match': '"old"' })).status).toBe(412)
    expect((await patch({ max_amount: -1 }, ann.token)).status).toBe(422)
    problemOf(await patch({ max_change_percent: 1_000_000 }, ann.token), 422)
    problemOf(await patch({ second_approver_above_percent: 999_999_999_999 }, ann.token), 422)
    expect(await findActionLimits(sql, { kind: 'note' })).toMatchObject({ enabled: false })
    const shown = await api.get('/action-limits/note', token)
    expect([shown.status, shown.body]).toEqual([200, changed.body])
    const [entry] = await sql`select action, subject from audit_log order by id desc limit 1`
    expect(entry).toEqual({ action: 'action_limits.changed', subject: 'note' })
  })
})
