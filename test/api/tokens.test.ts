import { expect, test } from 'bun:test'
import { problemOf, SECRET, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { type Forgery, forgedTokens, kidOf, signToken } from '../support/tokens.ts'

const OLDER_SECRET = 'an-older-secret-of-at-least-32-letters'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database, { jwtSecretPrevious: OLDER_SECRET })
const { claims } = await api.someone('owner')
const other = await api.someone('owner')
const ended = await api.someone('owner')
await sql`update sessions set ended_at = now() where id = ${ended.claims.sid}`

const status = async (changes: object = {}, forgery: Forgery = {}) =>
  (await api.get('/auth/me', signToken({ ...claims, ...changes }, { secret: SECRET, ...forgery }))).status

test('a token of the current or the previous secret is accepted', async () => {
  expect([await status(), await status({}, { secret: OLDER_SECRET })]).toEqual([200, 200])
})

test('a token is checked with the secret that its key id names, and with no other', async () => {
  const mixed = [await status({}, { secret: SECRET, header: { kid: kidOf(OLDER_SECRET) } })]
  mixed.push(await status({}, { secret: OLDER_SECRET, header: { kid: kidOf(SECRET) } }))
  expect(mixed).toEqual([401, 401])
})

test('tokens of the previous secret end when it is taken away', async () => {
  const rotated = await testApi(database)
  const { token } = await api.someone('owner')
  const older = signToken(claims, { secret: OLDER_SECRET })
  expect([(await rotated.get('/auth/me', token)).status, (await rotated.get('/auth/me', older)).status]).toEqual([
    200, 401,
  ])
})

for (const [name, token] of Object.entries(forgedTokens({ claims, other: other.claims, ended: ended.claims }, SECRET)))
  test(`a forged token is refused: ${name}`, async () => {
    problemOf(await api.get('/auth/me', token), 401)
  })

test('other words in the Authorization header are refused, also beside a good cookie', async () => {
  const token = signToken(claims, { secret: SECRET })
  const cookie = `dealdome_session=${token}`
  for (const authorization of [token, `Basic ${token}`, `Bearer ${token} ${token}`, 'Bearer', 'Bearer null'])
    problemOf(await api.send('/auth/me', { headers: { authorization, cookie } }), 401)
})

test('a cookie that is no token is refused', async () => {
  for (const value of ['', '%E0%A4%A', '{"a":1}', '%5B%22a%22%5D', '5', 'null', 'a.b.c'])
    problemOf(await api.send('/auth/me', { headers: { cookie: `dealdome_session=${value}` } }), 401)
})

test('the cookie reads from anywhere, but writes only from our own pages', async () => {
  const writes = async (headers: Record<string, string>) => {
    const { token } = await api.someone('viewer')
    return api.send('/auth/logout', {
      method: 'POST',
      headers: { cookie: `dealdome_session=${token}`, host: 'profit.example.com', ...headers },
    })
  }
  const cookie = `dealdome_session=${signToken(claims, { secret: SECRET })}`
  expect((await api.send('/auth/me', { headers: { cookie, origin: 'https://evil.example' } })).status).toBe(200)
  const foreign: Record<string, string>[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://profit.example.com.evil.example' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of foreign) problemOf(await writes(headers), 403)
  expect((await writes({ origin: 'https://profit.example.com' })).status).toBe(204)
  expect((await writes({ 'sec-fetch-site': 'same-origin' })).status).toBe(204)
})
