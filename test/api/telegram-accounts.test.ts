import { expect, test } from 'bun:test'
import { findTelegramPerson, linkTelegramAccount } from '../../sql/telegram.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const [owner, admin, viewer] = [await api.someone('owner'), await api.someone('admin'), await api.someone('viewer')]
const cut = (id: number, token = admin.token) => api.send(`/telegram/accounts/${id}`, { method: 'DELETE', token })
for (const [telegram_id, { id: user_id }] of [
  [7_000_000_001, owner],
  [7_000_000_002, viewer],
] as const)
  // prettier-ignore
  await linkTelegramAccount(sql, { telegram_id, user_id, first_name: 'Sam', username: null })

test('linked accounts are listed with whose they are', async () => {
  const { data } = (await api.get('/telegram/accounts', admin.token)).body as { data: object[] }
  expect(data).toHaveLength(2)
  expect(data).toContainEqual({
    id: 7_000_000_002,
    user_id: viewer.id,
    email: viewer.email,
    first_name: 'Sam',
    username: null,
    paired_at: expect.any(String),
    blocked: false,
  })
  problemOf(await api.get('/telegram/accounts', viewer.token), 403)
})

test('a Telegram that an admin cuts is a stranger again, is told nothing more, and that is noted', async () => {
  const switched = await api.send('/alerts/morning', { method: 'PATCH', token: viewer.token, json: { active: true } })
  expect(switched.status).toBe(200)
  await sql`
    insert into deliveries (kind, user_id, chat_id, text, dedupe_key, created_at, send_after)
    values ('alert', ${viewer.id}, 7000000002, 'Secret.', 'one', now(), now() + interval '1 hour')`
  expect((await cut(7_000_000_002)).status).toBe(204)
  expect(await findTelegramPerson(sql, { telegram_id: 7_000_000_002 })).toBeUndefined()
  expect(await sql`select 1 from alerts`).toHaveLength(0)
  expect([...(await sql`select status, error from deliveries`)]).toEqual([
    { status: 'failed', error: 'This Telegram was unlinked.' },
  ])
  const [entry] = await sql<{ action: string; subject: string; email: string }[]>`
    select action, subject, email from audit_log order by id desc limit 1`
  expect(entry).toEqual({ action: 'telegram.unlinked', subject: viewer.email, email: admin.email })
  problemOf(await cut(7_000_000_002), 404)
})

test('an admin does not cut an owner’s Telegram', async () => {
  problemOf(await cut(7_000_000_001), 403)
  expect((await cut(7_000_000_001, owner.token)).status).toBe(204)
})
