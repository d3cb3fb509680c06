import { expect, test } from 'bun:test'
import { keptTables } from '../../sql/backup.ts'
import { problemOf } from '../support/api.ts'
import { shopDesk } from '../support/shop-desk.ts'

const { anOrderOf, ann, api, press, roos, shown, sql, yes } = await shopDesk()
const HOME = {
  firstName: 'Wilhelmina',
  lastName: 'Zebrafinch',
  company: null,
  address1: 'Damrak 77',
  address2: null,
  zip: '1012',
  city: 'C',
}
const TRACES = ['Wilhelmina', 'Zebrafinch', 'Damrak', 'Kerkstraat', '0612345678', '3SZEBRA']

/** Where the database says something of the customer, by table. */
async function traces() {
  const found: string[] = []
  for (const { table } of await keptTables(sql, {})) {
    const [row] = await sql<
      { text: string }[]
    >`select coalesce(string_agg(t::text, ' '), '') as text from ${sql(table)} t`
    for (const trace of TRACES) if (row!.text.includes(trace)) found.push(`${table}: ${trace}`)
  }
  return found
}

test('a customer who is erased is also out of actions, of what was noted of them, and of conversations; what was done and for how much stays', async () => {
  const { number, inShop } = await anOrderOf()
  const { number: other } = await anOrderOf()
  inShop.address = { ...HOME, provinceCode: null, countryCode: 'NL', phone: '0612345678' }
  inShop.parcels = [{ id: 'gid://shopify/Fulfillment/1', status: 'SUCCESS', number: null, company: null, mails: 0 }]
  const to = { first_name: 'Wilhelmina', last_name: 'Zebrafinch', address1: 'Kerkstraat 2', zip: '2000', city: 'D', country: 'NL' } // prettier-ignore
  const moved = await roos('propose_address_change', { order: number, ...to, reason: 'Zebrafinch moved to Kerkstraat' })
  const noted = await roos('propose_order_note', { order: number, note: 'Ring at Wilhelmina’s' })
  const sent = await roos('propose_tracking_mail', { order: number, number: '3SZEBRA', company: 'PostNL' })
  const refunded = await roos('propose_refund', {
    order: number,
    amount: '12.10',
    reason: 'Wilhelmina got a broken one',
  })
  const untouched = await roos('propose_order_note', { order: other, note: 'Gift' })
  for (const { id } of [moved, noted, refunded]) expect(await yes(id)).toMatchObject({ status: 'executed' })
  // The shop, which was read again after each, names no customer here.
  await sql`update orders set customer = 'customer-1' where external_id = ${number}`
  const path = '/customers/personal-data?store=nl&customer=customer-1'
  const told = await api.get(path, ann.token)
  expect((told.body['actions'] as object[]).map((action) => (action as { kind: string }).kind)).toEqual(['address', 'note', 'tracking_mail', 'refund']) // prettier-ignore
  for (const trace of TRACES) expect(told.text).toContain(trace)
  const tables = new Set((await traces()).map((line) => line.split(':')[0]))
  for (const table of ['public.actions', 'public.audit_log', 'public.messages']) expect(tables).toContain(table)

  const erased = await api.post('/customers/erase', { store: 'nl', customer: 'customer-1' }, ann.token)
  expect(erased.body).toMatchObject({ orders: 1, actions: 4 })
  expect(await traces()).toEqual([])
  expect(await shown(moved.id)).toMatchObject({ status: 'executed', old_value: { erased: true }, new_value: { erased: true }, result: { erased: true } }) // prettier-ignore
  expect(await shown(sent.id)).toMatchObject({ status: 'expired', new_value: { erased: true } })
  expect(await shown(refunded.id)).toMatchObject({ status: 'executed', amount: 12.1, new_value: { amount: '12.10' }, reason: 'erased' }) // prettier-ignore
  expect(await shown(untouched.id)).toMatchObject({ status: 'pending', new_value: { note: 'Gift' } })
  problemOf(await press(moved.id, 'undo'), 409)
  expect((await api.post('/customers/erase', { store: 'nl', customer: 'customer-1' }, ann.token)).body).toMatchObject({ orders: 0, actions: 0 }) // prettier-ignore
})

test('the conversation of an erased customer stays readable', async () => {
  const [row] = await sql<{ id: number }[]>`select conversation_id as id from actions where kind = 'address'`
  const conversation = await api.get(`/conversations/${row!.id}/messages`, ann.token)
  expect(conversation.status).toBe(200)
  expect(conversation.text).toContain('propose_address_change')
})

test('nobody empties an action by other means, and none that is being carried out', async () => {
  const { number } = await anOrderOf()
  const { id } = await roos('propose_order_note', { order: number, note: 'Gift' })
  const change = sql`update actions set new_value = '{"erased": true}', reason = 'erased' where id = ${id}`
  expect(await change.then(() => '', String)).toContain('stays as it was proposed')
  await yes(id)
  for (const value of [{ erased: true }, { note: 'Other' }])
    expect(await sql`update actions set new_value = ${sql.json(value)} where id = ${id}`.then(() => '', String)).toContain('stays as it was proposed') // prettier-ignore
  const { id: begun } = await roos('propose_order_note', { order: number, note: 'Once more' })
  await sql`insert into action_approvals values (${begun}, ${ann.id}, ${ann.email}, ${api.clock.now})`
  await sql`update actions set status = 'approved', decided_at = ${api.clock.now} where id = ${begun}`
  await sql`update orders set customer = 'customer-2' where external_id = ${number}`
  problemOf(await api.post('/customers/erase', { store: 'nl', customer: 'customer-2' }, ann.token), 409)
})
