import { beforeAll, describe, expect, test } from 'bun:test'
import { createUser } from '../../sql/users.ts'
import { hashPassword } from '../../src/password.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { claimsOf } from '../support/tokens.ts'

const PASSWORD = 'correct horse battery'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const secure = await testApi(database, { secureCookie: true })
let hash: string
beforeAll(async () => {
  hash = await hashPassword(PASSWORD)
})

const login = (email: string, password = PASSWORD) => api.post('/auth/login', { email, password })
const me = async (token: unknown) => (await api.get('/auth/me', String(token))).status

test('a login answers a token of 24 hours with its user, and the same token in a cookie for the dashboard', async () => {
  const ann = await createUser(sql, { email: 'Ann@Example.com', role: 'finance', password_hash: hash })
  const { status, body, headers } = await login('ann@example.COM')
  expect(status).toBe(200)
  const token = String(body['token'])
  expect(body).toEqual({
    token,
    expires_at: '2026-04-14T10:00:00.000Z',
    user: { id: ann!.id, email: 'ann@example.com', role: 'finance' },
  })
  expect(claimsOf(token)).toMatchObject({
    sub: String(ann!.id),
    exp: Date.parse('2026-04-14T10:00:00Z') / 1000,
    iss: 'dealdome',
    aud: 'dealdome',
    iat: expect.any(Number),
    sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  const [cookie, ...flags] = (headers.get('set-cookie') ?? '').split('; ')
  expect(cookie).toBe(`dealdome_session=${token}`)
  expect(flags.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'Expires=Tue, 14 Apr 2026 10:00:00 GMT',
    'HttpOnly',
    'Path=/',
    'SameSite=Strict',
  ])
  expect((await api.get('/auth/me', token)).body['user']).toEqual(body['user'])
})

test('over HTTPS the cookie is secure', async () => {
  await createUser(sql, { email: 'secure@example.com', role: 'viewer', password_hash: hash })
  const { headers } = await secure.post('/auth/login', { email: 'secure@example.com', password: PASSWORD })
  expect(headers.get('set-cookie')).toContain('; Secure')
})

test('a wrong password, an unknown address and a person without a password get one and the same answer', async () => {
  await createUser(sql, { email: 'bob@example.com', role: 'viewer', password_hash: hash })
  await sql`insert into users (email, role) values ('invited@example.com', 'viewer')`
  const details = new Set<string>()
  for (const [email, password] of [
    ['bob@example.com', 'wrong horse battery'],
    ['nobody@example.com', PASSWORD],
    ['invited@example.com', PASSWORD],
    ['bob@example.com', ''],
  ] as const) {
    const answer = await login(email, password)
    details.add(problemOf(answer, 401).detail)
    expect(answer.headers.get('set-cookie')).toBeNull()
  }
  expect(details.size).toBe(1)
})

test('ten failures lock the account for 15 minutes, with the seconds to wait, and no other account', async () => {
  await createUser(sql, { email: 'carl@example.com', role: 'viewer', password_hash: hash })
  await createUser(sql, { email: 'dora@example.com', role: 'viewer', password_hash: hash })
  await Promise.all(Array.from({ length: 10 }, () => login('carl@example.com', 'wrong horse battery')))
  const locked = await api.at('2026-04-13T10:05:00Z', () => login('CARL@example.com'))
  expect(problemOf(locked, 429).detail).toBe('Too many failed logins. Try again in 10 minutes.')
  expect(locked.headers.get('retry-after')).toBe('600')
  expect((await login('dora@example.com')).status).toBe(200)
  expect((await api.at('2026-04-13T10:15:00.001Z', () => login('carl@example.com'))).status).toBe(200)
})

describe('a session', () => {
  test('ends at once with a logout, which takes the cookie away', async () => {
    const { id, token } = await api.someone('viewer')
    const other = await api.signIn(id)
    const { status, text, headers } = await api.send('/auth/logout', { method: 'POST', token })
    expect([status, text]).toEqual([204, ''])
    expect(headers.get('set-cookie')).toBe('dealdome_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict')
    expect([await me(token), await me(other.token)]).toEqual([401, 200])
  })

  test('ends after 24 hours', async () => {
    const { token } = await api.someone('viewer')
    expect(await api.at('2026-04-14T09:59:59Z', () => me(token))).toBe(200)
    expect(await api.at('2026-04-14T10:00:00Z', () => me(token))).toBe(401)
  })

  test('has the role that its person has now, not the one at login', async () => {
    const { id, token } = await api.someone('owner')
    expect((await api.get('/products', token)).status).toBe(200)
    await sql`update users set role = 'viewer' where id = ${id}`
    expect((await api.get('/products', token)).status).toBe(403)
    await sql`delete from users where id = ${id}`
    expect(await me(token)).toBe(401)
  })
})

describe('a change of password', () => {
  const change = (token: string, current_password: string, new_password: string) =>
    api.post('/auth/password', { current_password, new_password }, token)

  test('ends all other sessions and the old password, and leaves other people signed in', async () => {
    const { id, email, token } = await api.someone('marketer', hash)
    const [phone, stranger] = [await api.signIn(id), await api.someone('viewer')]
    const { status } = await change(token, PASSWORD, 'staple battery horse')
    expect(status).toBe(204)
    expect([await me(token), await me(phone.token), await me(stranger.token)]).toEqual([200, 401, 200])
    expect((await login(email)).status).toBe(401)
    expect((await login(email, 'staple battery horse')).status).toBe(200)
  })

  test('needs the current password and a new one of at least 12 characters', async () => {
    const { token } = await api.someone('marketer', hash)
    expect(problemOf(await change(token, 'wrong horse battery', 'staple battery horse'), 403).detail).toContain('wrong')
    expect(problemOf(await change(token, PASSWORD, 'too short'), 422).errors).toEqual([
      { field: 'new_password', message: 'needs at least 12 characters' },
    ])
  })
})
