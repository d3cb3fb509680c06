import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keptTables } from '../../sql/backup.ts'
import { connect, type Sql } from '../../sql/connect.ts'
import { entriesOf } from '../../src/backup/read-backup.ts'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, bookAll } from '../support/factories.ts'
import { countsOf, importsOf } from '../support/imports.ts'

const folder = mkdtempSync(join(tmpdir(), 'dealdome-leave-'))
const restored: string[] = []
// Before the database's own, which ends the connection.
afterAll(async () => {
  rmSync(folder, { recursive: true })
  for (const name of restored) await sql`drop database if exists ${sql(name)} with (force)`
})
const database = await testDatabase()
const { sql, url } = database
const api = await testApi(database)
const { nl } = await april(sql)
const owner = await api.someone('owner')
const summary = async () => (await api.get('/financials/summary?store=nl&start=2026-04-01&end=2026-04-13', owner.token)).text // prettier-ignore

/** Everything that the database holds, as text, by table. */
async function everything(of: Sql): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const { table } of await keptTables(of, {})) {
    const [row] = await of<
      { text: string }[]
    >`select coalesce(string_agg(t::text, E'\\n' order by t::text), '') as text from ${of(table)} t`
    all[table] = row!.text
  }
  return all
}

/** A member who left traces wherever people do. */
async function aMember() {
  const person = await api.someone('finance', 'hash-of-a-password')
  const telegram_id = 77_001_002
  await sql`insert into telegram_accounts (telegram_id, user_id, first_name, username) values (${telegram_id}, ${person.id}, 'Zebrafinch', 'zebra_finch')`
  const body = {
    update_id: 5,
    message: { from: { id: telegram_id, first_name: 'Zebrafinch' }, text: 'How is Zebrafinch?' },
  }
  await sql`insert into telegram_updates (update_id, lane, body, received_at) values (5, '77001002', ${JSON.stringify(body)}::text::jsonb, now())`
  const [conversation] =
    await sql`insert into conversations (agent, user_id, channel) values ('alfred', ${person.id}, 'telegram') returning id`
  await sql`insert into messages (conversation_id, role, content) values (${conversation!['id'] as number}, 'user', '{"text":"How is Zebrafinch?"}')`
  expect((await api.post('/fixed-costs', { name: 'Rent', amount: 10, currency: 'EUR', starts_on: '2026-05-01' }, owner.token)).status).toBe(201) // prettier-ignore
  await api.send(`/users/${person.id}`, { method: 'PATCH', token: owner.token, json: { role: 'marketer' } })
  const { token } = await api.anApiToken(person.id)
  await sql`update imports set created_by_email = ${person.email}`
  return { ...person, telegram_id, api_token: token }
}

test('a member of the team is given all that is kept about them, without secrets', async () => {
  const person = await aMember()
  const answer = await api.get(`/users/${person.id}/personal-data`, owner.token)
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    user: { id: person.id, email: person.email, role: 'marketer' },
    telegram: [{ telegram_id: person.telegram_id, first_name: 'Zebrafinch', username: 'zebra_finch' }],
    conversations: [{ agent: 'alfred', messages: [{ role: 'user', content: { text: 'How is Zebrafinch?' } }] }],
    audit_log: [{ action: 'user.changed', subject: person.email }],
  })
  expect(answer.text).not.toContain('hash-of-a-password')
  const limited = await api.someone('admin')
  await sql`update users set store_ids = ${[nl.id]} where id = ${limited.id}`
  problemOf(await api.get(`/users/${person.id}/personal-data`, limited.token), 403)
  problemOf(await api.post(`/users/${person.id}/erase`, {}, limited.token), 403)
  problemOf(await api.get('/workspace/export', limited.token), 403)
})

test('an erased person is nowhere in the database any more, and every figure stays', async () => {
  const [person] = await sql<
    { id: number; email: string }[]
  >`select u.id, u.email from users u join telegram_accounts t on t.user_id = u.id`
  const before = { figures: await summary(), ledger: (await everything(sql))['public.ledger_entries'] }
  const traces = ['Zebrafinch', 'zebra_finch', '77001002', person!.email, 'hash-of-a-password']
  const found = async () => Object.entries(await everything(sql)).flatMap(([table, text]) => traces.filter((trace) => text.includes(trace)).map((trace) => `${table}: ${trace}`)) // prettier-ignore
  expect(await found()).not.toEqual([])
  const answer = await api.post(`/users/${person!.id}/erase`, {}, owner.token)
  expect([answer.status, answer.body]).toEqual([200, { pseudonym: `erased-${person!.id}@erased.invalid` }])
  expect(await found()).toEqual([])
  const after = await everything(sql)
  expect({ figures: await summary(), ledger: after['public.ledger_entries'] }).toEqual(before)
  expect(after['public.audit_log']).toContain(`erased-${person!.id}@erased.invalid`)
  expect((await api.get(`/users/${person!.id}`, owner.token)).body).toMatchObject({ disabled: true })
})

test('nobody rewrites what was noted by other means, and the last owner stays', async () => {
  for (const change of [sql`update audit_log set subject = 'x'`, sql`delete from audit_log`])
    expect(await change.then(() => '', String)).toMatch(/append-only|may not|cannot/i)
  problemOf(await api.post(`/users/${owner.id}/erase`, {}, owner.token), 409)
  problemOf(await api.post('/users/999999/erase', {}, owner.token), 404)
})

const MAPPING = JSON.stringify({
  format: 'order-lines',
  columns: { order: 'nr', sku: 'sku', title: 'title', quantity: 'qty', at: 'at', unit_price: 'price', customer: 'who' },
})
const file = (...rows: string[]) => `nr,sku,title,qty,at,price,who\n${rows.join('\n')}\n`

test('a customer gets a pseudonym, also in imports to come, and the figures stay', async () => {
  const { preview, apply } = importsOf(api, owner.token)
  const query = `store=nl&mapping=${encodeURIComponent(MAPPING)}&file_name=orders.csv`
  const first = ['901,OAK-1,Oak table,1,2026-04-03 12:00,10.00,ann-17850', '902,OAK-1,Oak table,1,2026-04-04 12:00,10.00,ann-17850', '903,OAK-1,Oak table,1,2026-04-04 12:00,10.00,bob-1'] // prettier-ignore
  await apply((await preview('orders', file(...first), query)).id)
  const path = '/customers/personal-data?store=nl&customer=ann-17850'
  const told = await api.get(path, owner.token)
  expect(told.body).toMatchObject({ store: 'nl', customer: 'ann-17850', orders: [{ number: '901', day: '2026-04-03' }, { number: '902' }] }) // prettier-ignore
  const before = await summary()
  const erased = await api.post('/customers/erase', { store: 'nl', customer: 'ann-17850' }, owner.token)
  expect(erased.body['orders']).toBe(2)
  expect(await summary()).toBe(before)
  problemOf(await api.get(path, owner.token), 404)
  const again = await preview('orders', file(...first, '904,OAK-1,Oak table,1,2026-04-05 12:00,10.00,ann-17850'), query)
  expect(countsOf(again)).toMatchObject({ added: 1, changed: 0, unchanged: 3 })
  await apply(again.id)
  const customers =
    await sql`select external_id || ' ' || customer as of from orders where store_id = ${nl.id} and external_id like '90_' order by 1`
  const { pseudonym } = erased.body as { pseudonym: string }
  expect(pseudonym).toStartWith('erased-')
  expect(customers.map((row) => String(row['of']))).toEqual([`901 ${pseudonym}`, `902 ${pseudonym}`, '903 bob-1', `904 ${pseudonym}`]) // prettier-ignore
  expect((await api.post('/customers/erase', { store: 'nl', customer: 'ann-17850' }, owner.token)).body).toEqual({ pseudonym, orders: 0, actions: 0 }) // prettier-ignore
})

test('the whole workspace leaves as a file that makes it again, without what anybody could sign in with', async () => {
  await anOrder(sql, nl, { lines: [{ price_minor: 4_711 }] })
  await bookAll(sql, nl)
  const response = await api.app.handle(new Request('http://localhost/workspace/export', { headers: { authorization: `Bearer ${owner.token}` } })) // prettier-ignore
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/gzip'])
  const path = join(folder, 'workspace.tar.gz')
  writeFileSync(path, new Uint8Array(await response.arrayBuffer()))
  const names = new Set<string>()
  let text = ''
  for await (const { name, content } of entriesOf(path, undefined)) {
    names.add(name.split('/')[0]!)
    text += content.toString()
  }
  for (const table of ['public.orders', 'public.ledger_entries', 'public.users']) expect(names).toContain(table)
  for (const table of ['public.sessions', 'public.secrets', 'public.api_tokens']) expect(names).not.toContain(table)
  expect(text.includes('hash-of-a-password')).toBe(false)

  const name = `${new URL(url).pathname.slice(1)}_left`
  restored.push(name)
  const to = Object.assign(new URL(url), { pathname: `/${name}` }).href
  const child = Bun.spawn([process.execPath, '--no-env-file', join(import.meta.dir, '../../dev/restore.ts'), path], { env: { PATH: process.env.PATH, HOME: process.env.HOME, MIGRATION_DATABASE_URL: to }, stdio: ['ignore', 'ignore', 'pipe'] }) // prettier-ignore
  const err = await new Response(child.stderr).text()
  expect([await child.exited, err.split('\n').slice(-2)]).toEqual([0, expect.any(Array)])
  const there = connect(to, { max: 1, sees: 'all' })
  const [ours, theirs] = [await everything(sql), await everything(there)]
  await there.end()
  for (const table of [
    'public.orders',
    'public.order_lines',
    'public.ledger_entries',
    'public.daily_financials',
    'public.audit_log',
  ])
    expect([table, Bun.hash(theirs[table]!)]).toEqual([table, Bun.hash(ours[table]!)])
  expect(theirs['public.users']!.split('\n').every((row) => row.includes(',!,'))).toBe(true)
  expect(theirs['public.sessions']).toBe('')
}, 180_000)
