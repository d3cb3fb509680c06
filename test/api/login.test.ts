import { beforeAll, describe, expect, test } from 'bun:test'
import { createUser } from '../../sql/users.ts'
import { hashPassword } from '../../src/password.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
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
    'HttpOnly',
    'Max-Age=86400',
    'Path=/',
    'SameSite=Strict',
  ])
  expect((await api.get('/auth/me', token)).body['user']).toEqual(body['user'])
})

test('over HTTPS the cookie is secure, and no other host of the domain can set one that counts', async () => {
  await createUser(sql, { email: 'secure@example.com', role: 'viewer', password_hash: hash })
  const { headers, body } = await secure.post('/auth/login', { email: 'secure@example.com', password: PASSWORD })
  const set = headers.get('set-cookie') ?? ''
  expect(set).toStartWith('__Host-dealdome_session=')
  expect(set).toContain('; Path=/')
  expect(set).toContain('; Secure')
  const withCookie = (cookie: string) => secure.send('/auth/me', { headers: { cookie } })
  expect((await withCookie(`__Host-dealdome_session=${String(body['token'])}`)).status).toBe(200)
  problemOf(await withCookie(`dealdome_session=${String(body['token'])}`), 401)
})

test('a login begins a session of its own, whatever session the browser came with', async () => {
  await createUser(sql, { email: 'fixed@example.com', role: 'viewer', password_hash: hash })
  const planted = (await login('secure@example.com')).body['token']
  const answer = await api.send('/auth/login', {
    method: 'POST',
    json: { email: 'fixed@example.com', password: PASSWORD },
    headers: { cookie: `dealdome_session=${String(planted)}` },
  })
  const token = String(answer.body['token'])
  expect(claimsOf(token)['sid']).not.toBe(claimsOf(String(planted))['sid'])
  expect((await api.get('/auth/me', token)).body['user']).toMatchObject({ email: 'fixed@example.com' })
  expect((await api.get('/auth/me', String(planted))).body['user']).toMatchObject({ email: 'secure@example.com' })
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

test('guesses sent at the same moment do not slip through', async () => {
  await createUser(sql, { email: 'emil@example.com', role: 'viewer', password_hash: hash })
  const answers = await Promise.all(Array.from({ length: 30 }, () => login('emil@example.com', 'wrong horse battery')))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(20)
})

test('logins that succeed are not counted', async () => {
  await createUser(sql, { email: 'fred@example.com', role: 'viewer', password_hash: hash })
  for (let at = 0; at < 11; at++) expect((await login('fred@example.com')).status).toBe(200)
})

test('a disabled person gets the answer of a wrong password', async () => {
  const gone = await createUser(sql, { email: 'gone@example.com', role: 'viewer', password_hash: hash })
  const wrong = problemOf(await login('gone@example.com', 'wrong horse battery'), 401)
  await sql`update users set disabled_at = now() where id = ${gone!.id}`
  expect(problemOf(await login('gone@example.com'), 401).detail).toBe(wrong.detail)
})

describe('a refresh', () => {
  const refresh = (token: string) => api.send('/auth/refresh', { method: 'POST', token })

  test('answers a new token of the same session for another 24 hours, and sets the cookie', async () => {
    const { id, email, claims, token } = await api.someone('finance')
    const answer = await api.at('2026-04-14T09:00:00Z', () => refresh(token))
    expect(answer.body).toEqual({
      token: expect.any(String),
      expires_at: '2026-04-15T09:00:00.000Z',
      user: { id, email, role: 'finance' },
    })
    const renewed = String(answer.body['token'])
    expect(claimsOf(renewed)).toMatchObject({ sid: claims.sid, sub: claims.sub, exp: Date.parse('2026-04-15T09:00:00Z') / 1000 }) // prettier-ignore
    expect(answer.headers.get('set-cookie')).toStartWith(`dealdome_session=${renewed};`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await api.at('2026-04-15T08:59:59Z', () => me(renewed))).toBe(200)
    expect(await api.at('2026-04-15T09:00:00Z', () => me(renewed))).toBe(401)
  })

  test('leaves the older token valid until its own expiry and no longer; a logout ends both', async () => {
    const { token } = await api.someone('viewer')
    const { body } = await api.at('2026-04-14T09:00:00Z', () => refresh(token))
    expect(await api.at('2026-04-14T09:59:59Z', () => me(token))).toBe(200)
    expect(await api.at('2026-04-14T10:00:01Z', () => me(token))).toBe(401)
    await api.at('2026-04-14T09:30:00Z', () => api.send('/auth/logout', { method: 'POST', token }))
    expect(await api.at('2026-04-14T09:30:00Z', () => me(body['token']))).toBe(401)
  })

  test('does not bring a session beyond 30 days after its login', async () => {
    let { token } = await api.someone('viewer')
    const begun = api.clock.now.getTime()
    const ends: unknown[] = []
    for (let hours = 20; hours < 30 * 24; hours += 20) {
      const { body } = await api.at(new Date(begun + hours * 3_600_000).toISOString(), () => refresh(token))
      token = String(body['token'])
      ends.push(body['expires_at'])
    }
    expect(ends.slice(-2)).toEqual(['2026-05-12T18:00:00.000Z', '2026-05-13T10:00:00.000Z'])
    expect(await api.at('2026-05-13T09:59:59Z', () => me(token))).toBe(200)
    expect(await api.at('2026-05-13T10:00:00Z', async () => (await refresh(token)).status)).toBe(401)
  })
})

test('who is signed in learns what they may do and where', async () => {
  const store = await aStore(sql)
  const { id, email } = await api.someone('finance')
  await sql`update users set store_ids = ${[store.id]} where id = ${id}`
  const { token } = await api.anApiToken(id, { scopes: ['admin', 'stats:read'] })
  expect((await api.get('/auth/me', token)).body).toEqual({
    must_set_up_second_factor: false,
    user: { id, email, role: 'finance' },
    scopes: ['stats:read'],
    stores: [store.slug],
  })
  expect((await api.get('/auth/me', (await api.someone('viewer')).token)).body).toMatchObject({
    scopes: ['stats:read', 'agents:use'],
    stores: null,
  })
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

  test('refuses a new one that is easy to guess: common, a row of keys, their address, our name', async () => {
    const { token, email } = await api.someone('viewer', hash)
    for (const easy of ['passwordpassword', 'qwertyuiop123', '123456789012', 'dealdome2026!', email])
      expect(problemOf(await change(token, PASSWORD, easy), 422).detail).toContain('easy to guess')
    expect(await me(token)).toBe(200)
  })

  test('locks after ten wrong guesses of the current one', async () => {
    const { token } = await api.someone('marketer', hash)
    const guesses = []
    for (let at = 0; at < 11; at++) guesses.push((await change(token, 'wrong horse battery', PASSWORD)).status)
    expect(guesses).toEqual([...Array.from({ length: 10 }, () => 403), 429])
  })
})
