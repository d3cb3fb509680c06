import { describe, expect, test } from 'bun:test'
import { seeing } from '../../sql/connect.ts'
import { createUser } from '../../sql/users.ts'
import { audit } from '../../src/audit.ts'
import { hashPassword } from '../../src/password.ts'
import { pairingCode } from '../../src/pairing.ts'
import { appPool, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const PASSWORD = 'correct horse battery'

const database = await testDatabase()
const { sql } = database
const service = appPool(database.appUrl)
const api = await testApi(database)
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk' })
const owner = await api.someone('owner')

type Entry = { id: number; email: string | null; token_id: number | null; action: string; subject: string }
const log = async (token = owner.token) =>
  (await api.get('/audit-log?limit=500', token)).body['data'] as (Entry & Record<string, unknown>)[]
/** What `work` added to the log, oldest first. */
async function noted(work: () => Promise<unknown>) {
  const before = (await log())[0]?.id ?? 0
  await work()
  return (await log()).filter(({ id }) => id > before).toReversed()
}

describe('the audit log notes', () => {
  test('logins, failed ones without what was typed, and logouts', async () => {
    const ann = await createUser(sql, { email: 'ann@example.com', role: 'viewer', password_hash: await hashPassword(PASSWORD) }) // prettier-ignore
    const entries = await noted(async () => {
      await api.post('/auth/login', { email: 'ann@example.com', password: 'wrong horse battery' })
      await api.post('/auth/login', { email: 'my secret horse', password: 'wrong horse battery' })
      const { body } = await api.post('/auth/login', { email: 'Ann@example.com', password: PASSWORD })
      await api.send('/auth/logout', { method: 'POST', token: String(body['token']) })
    })
    expect(entries.map(({ email, action, subject }) => [email, action, subject])).toEqual([
      [null, 'login.failed', 'ann@example.com'],
      [null, 'login.failed', 'an unknown address'],
      ['ann@example.com', 'login', 'ann@example.com'],
      ['ann@example.com', 'logout', 'ann@example.com'],
    ])
    expect(JSON.stringify(entries)).not.toContain('horse')
    const [row] = await sql<{ user_id: number }[]>`select user_id from audit_log where id = ${entries[2]!.id}`
    expect(row?.user_id).toBe(ann!.id)
  })

  test('invitations, links, passwords, and changes of users with the terms before and after', async () => {
    let link = ''
    const entries = await noted(async () => {
      const invitation = { email: 'bob@example.com', role: 'viewer', stores: ['nl'] }
      const { body } = await api.post('/users', invitation, owner.token)
      const { id } = body['user'] as { id: number }
      const again = await api.send(`/users/${id}/password-link`, { method: 'POST', token: owner.token })
      link = String(again.body['set_password']).split('#')[1] ?? ''
      await api.post('/auth/set-password', { token: link, password: PASSWORD })
      await api.send(`/users/${id}`, { method: 'PATCH', token: owner.token, json: { role: 'finance', stores: null } })
      await api.send(`/users/${id}`, { method: 'PATCH', token: owner.token, json: { role: 'finance' } })
      await api.send(`/users/${id}`, { method: 'DELETE', token: owner.token })
      await api.send(`/users/${id}`, { method: 'PATCH', token: owner.token, json: { disabled: false } })
    })
    expect(new Set(entries.map(({ subject }) => subject))).toEqual(new Set(['bob@example.com']))
    const was = { role: 'viewer', stores: ['nl'], disabled: false }
    const is = { role: 'finance', stores: null, disabled: false }
    expect(entries.map(({ email, action, old_value, new_value }) => [email, action, old_value, new_value])).toEqual([
      [owner.email, 'user.created', null, { role: 'viewer', stores: ['nl'] }],
      [owner.email, 'user.password_link_made', null, null],
      ['bob@example.com', 'password.changed', null, { how: 'with a link' }],
      [owner.email, 'user.changed', was, is],
      [owner.email, 'user.disabled', is, { ...is, disabled: true }],
      [owner.email, 'user.enabled', { ...is, disabled: true }, is],
    ])
    expect(JSON.stringify(entries)).not.toContain(link)
    expect(JSON.stringify(entries)).not.toContain('horse')
  })

  test('changes of the own password', async () => {
    const carl = await api.someone('viewer', await hashPassword(PASSWORD))
    const entries = await noted(async () => {
      const change = { current_password: 'wrong horse battery', new_password: 'staple battery horse' }
      await api.post('/auth/password', change, carl.token)
      await api.post('/auth/password', { ...change, current_password: PASSWORD }, carl.token)
    })
    expect(entries).toMatchObject([
      { email: carl.email, action: 'password.changed', subject: carl.email, new_value: { how: 'by the user' } },
    ])
  })

  test('API tokens made and revoked, by their public part, with the token that was used', async () => {
    const used = await api.anApiToken(owner.id)
    let publicPart = ''
    const entries = await noted(async () => {
      const asked = { name: 'Sheet', scopes: ['stats:read'], stores: ['uk'] }
      const { body } = await api.post('/api-tokens', asked, used.token)
      publicPart = String(body['public_part'])
      await api.send(`/api-tokens/${String(body['id'])}`, { method: 'DELETE', token: owner.token })
    })
    const terms = { name: 'Sheet', scopes: ['stats:read'], stores: ['uk'], expires_at: null }
    expect(entries).toMatchObject([
      { email: owner.email, token_id: used.id, action: 'api_token.created', subject: publicPart, new_value: terms },
      { email: owner.email, token_id: null, action: 'api_token.revoked', subject: publicPart },
    ])
  })

  test('pairings that were approved, with the request they came by', async () => {
    const { code } = await pairingCode(sql, { telegram_id: 7, first_name: 'Sam', username: null }, api.clock.now)
    const headers = { 'x-request-id': 'request-of-a-test' }
    const approve = () =>
      api.send(`/telegram/pairings/${code}/approve`, { method: 'POST', token: owner.token, headers, json: {} })
    expect(await noted(approve)).toMatchObject([
      {
        email: owner.email,
        action: 'telegram.paired',
        subject: owner.email,
        new_value: { telegram_id: 7, first_name: 'Sam' },
        request_id: 'request-of-a-test',
      },
    ])
    expect(await noted(approve)).toEqual([])
  })

  test('nothing of a change that was refused', async () => {
    const admin = await api.someone('admin')
    const refused = await noted(async () => {
      problemOf(await api.post('/users', { email: 'x@example.com', role: 'owner' }, admin.token), 403)
      problemOf(await api.send(`/users/${owner.id}`, { method: 'DELETE', token: owner.token }), 409)
    })
    expect(refused).toEqual([])
  })
})

test('an admin cannot pair a stranger with an owner', async () => {
  const admin = await api.someone('admin')
  const { code } = await pairingCode(sql, { telegram_id: 8, first_name: 'Kim', username: null }, api.clock.now)
  const approve = (email: string) => api.post(`/telegram/pairings/${code}/approve`, { email }, admin.token)
  expect(problemOf(await approve(owner.email), 403).detail).toBe('Only an owner can make or change owners.')
  expect((await approve(admin.email)).status).toBe(200)
})

test('entries come newest first, page by page', async () => {
  const ids = (await log()).map(({ id }) => id)
  expect(ids).toEqual(ids.toSorted((a, b) => b - a))
  const first = (await api.get('/audit-log?limit=3', owner.token)).body
  const second = (await api.get(`/audit-log?limit=3&cursor=${String(first['next'])}`, owner.token)).body
  expect([first, second].flatMap(({ data }) => (data as Entry[]).map(({ id }) => id))).toEqual(ids.slice(0, 6))
})

test('nobody can change or remove an entry, neither the service nor the owner of the tables', async () => {
  const attempts = [
    service`update audit_log set email = null`,
    service`delete from audit_log`,
    service`truncate audit_log`,
    sql`update audit_log set email = null`,
    sql`delete from audit_log`,
    sql`truncate audit_log`,
  ]
  for (const attempt of attempts)
    expect(await attempt.then(() => 'done', (error: Error) => error.message)).toMatch(/permission denied|append-only/) // prettier-ignore
})

test('a person limited to stores sees what people with no other stores did', async () => {
  const limited = await api.someone('admin')
  await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
  const change = { action: 'fixed_cost.changed', new_value: { amount: '1.00' } }
  const who = { user_id: owner.id, email: owner.email }
  await seeing(service, 'all', (tx) => audit(tx, who, { ...change, subject: 'by everybody' }))
  await seeing(service, [nl.id], (tx) => audit(tx, who, { ...change, subject: 'in nl' }))
  await seeing(service, [nl.id, uk.id], (tx) => audit(tx, who, { ...change, subject: 'in both' }))
  await seeing(service, [uk.id], (tx) => audit(tx, who, { ...change, subject: 'in uk' }))
  await audit(service, null, { ...change, subject: 'in the terminal' })
  expect((await log(limited.token)).map(({ subject }) => subject)).toEqual(['in uk'])
  expect((await log()).slice(0, 5).map(({ subject }) => subject)).toEqual([
    'in the terminal',
    'in uk',
    'in both',
    'in nl',
    'by everybody',
  ])
})
