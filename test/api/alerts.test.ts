import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
await aStore(sql, { slug: 'nl' })
const owner = await api.someone('owner')
const change = (kind: string, json: object, token = owner.token) =>
  api.send(`/alerts/${kind}`, { method: 'PATCH', token, json })

test('without a chat with the bot nothing can be switched on', async () => {
  problemOf(await change('morning', { active: true }), 409)
})

test('a digest is switched on for one’s own chat, and the change is read back', async () => {
  await sql`insert into telegram_accounts (telegram_id, user_id, first_name) values (77, ${owner.id}, 'Ann')`
  const { status, body } = await change('morning', { active: true, at: '07:30', store: 'nl' })
  expect([status, body['active'], body['at'], body['store']]).toEqual([200, true, '07:30', 'nl'])
  const { data } = (await api.get('/alerts', owner.token)).body as { data: { kind: string; active: boolean }[] }
  expect(data.map(({ kind, active }) => [kind, active])).toEqual([['morning', true]])
})

test('a kind has only what belongs to it, and chats of others are not found', async () => {
  problemOf(await change('morning', { threshold: 5 }), 422)
  problemOf(await change('morning', { chat_id: -5 }), 404)
  problemOf(await change('luck', {}), 422)
})

test('nobody sees or changes the alerts of another person', async () => {
  const other = await api.someone('owner')
  expect((await api.get('/alerts', other.token)).body).toEqual({ data: [] })
  problemOf(await change('morning', { active: false, chat_id: 77 }, other.token), 404)
})

test('each change is noted with what it was and is, and one that changes nothing is not', async () => {
  await change('refund', { active: true, threshold: 250 })
  await change('refund', { threshold: 500 })
  await change('refund', { threshold: 500 })
  const entries = await sql<{ subject: string; old_value: object | null; new_value: object }[]>`
    select subject, old_value, new_value from audit_log where action = 'alert.changed' and subject like 'alert refund%' order by id`
  expect(entries).toHaveLength(2)
  expect(entries[0]).toMatchObject({
    subject: 'alert refund of chat 77',
    old_value: null,
    new_value: { threshold: '250' },
  })
  expect(entries[1]).toMatchObject({ old_value: { threshold: '250' }, new_value: { threshold: '500' } })
})
