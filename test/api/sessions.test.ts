import { expect, test } from 'bun:test'
import { hashPassword } from '../../src/password.ts'
import { browserWords } from '../../src/browser-words.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const PASSWORD = 'correct horse battery'
const hash = await hashPassword(PASSWORD)
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'

const login = async (email: string, agent: string) => {
  const answer = await api.send('/auth/login', {
    method: 'POST',
    json: { email, password: PASSWORD },
    headers: { 'user-agent': agent },
  })
  return String(answer.body['token'])
}
type Listed = { id: string; browser: string; is_this: boolean; last_used_at: string }
const sessions = async (token: string, path = '/auth/sessions') => (await api.get(path, token)).body['data'] as Listed[]
const me = async (token: string) => (await api.get('/auth/me', token)).status
const remove = (path: string, token: string) => api.send(path, { method: 'DELETE', token })

test('a person sees their own open sessions, by browser and last use, without addresses', async () => {
  const { email, id } = await api.someone('viewer', hash)
  const [desk, phone] = [await login(email, FIREFOX), await login(email, SAFARI)]
  await sql`update sessions set ended_at = now() where user_id = ${id} and browser = ''`
  await api.at('2026-04-13T10:20:00Z', async () => {
    const { text } = await api.get('/auth/sessions', desk)
    expect(text).not.toContain('127.0.0.1')
    const found = await sessions(desk)
    expect(found.map(({ browser, is_this }) => [browser, is_this])).toEqual([['Firefox on Windows', true], ['Safari on iPhone', false]]) // prettier-ignore
    expect(found.map(({ last_used_at }) => last_used_at)).toEqual([
      '2026-04-13T10:20:00.000Z',
      '2026-04-13T10:00:00.000Z',
    ])
  })
  expect((await sessions(phone)).find(({ is_this }) => is_this)?.browser).toBe('Safari on iPhone')
})

test('one session is ended at once, or all others, and never those of somebody else', async () => {
  const { email } = await api.someone('viewer', hash)
  const stranger = await api.someone('viewer')
  const [desk, phone, tablet] = [await login(email, FIREFOX), await login(email, SAFARI), await login(email, 'x')]
  const idOf = async (token: string) => (await sessions(token)).find(({ is_this }) => is_this)!.id
  const lost = await idOf(phone)
  problemOf(await remove(`/auth/sessions/${lost}`, stranger.token), 404)
  expect([await me(phone), await me(tablet)]).toEqual([200, 200])
  expect((await remove(`/auth/sessions/${lost}`, desk)).status).toBe(204)
  expect([await me(desk), await me(phone), await me(tablet)]).toEqual([200, 401, 200])
  problemOf(await remove(`/auth/sessions/${lost}`, desk), 404)
  problemOf(await remove('/auth/sessions/none', desk), 422)
  expect((await remove('/auth/sessions', desk)).status).toBe(204)
  expect([await me(desk), await me(tablet), await me(stranger.token)]).toEqual([200, 401, 200])
  expect(await sessions(desk)).toHaveLength(1)
})

test('an admin sees and ends the sessions of others, but not of an owner, nor of who sees more stores', async () => {
  const [admin, owner, viewer] = [await api.someone('admin'), await api.someone('owner'), await api.someone('viewer')]
  expect(await sessions(admin.token, `/users/${viewer.id}/sessions`)).toHaveLength(1)
  expect((await remove(`/users/${viewer.id}/sessions`, admin.token)).status).toBe(204)
  expect(await me(viewer.token)).toBe(401)
  for (const method of ['GET', 'DELETE'])
    problemOf(await api.send(`/users/${owner.id}/sessions`, { method, token: admin.token }), 403)
  problemOf(await remove('/users/999999/sessions', admin.token), 404)
  expect(await me(owner.token)).toBe(200)
  const noted = await sql`select action, subject from audit_log where action like 'session.%' order by id desc limit 1`
  expect(noted).toMatchObject([{ action: 'session.all_ended', subject: viewer.email }])
})

test('a browser is told in words, and nothing finer is kept', () => {
  const told = [FIREFOX, SAFARI, 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0', 'curl/8.9', '', null] // prettier-ignore
  expect(told.map(browserWords)).toEqual(['Firefox on Windows', 'Safari on iPhone', 'Edge on Linux', 'A program', '', '']) // prettier-ignore
})
