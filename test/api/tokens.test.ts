import { expect, test } from 'bun:test'
import { problemOf, SECRET, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { type Forgery, signToken } from '../support/tokens.ts'

const OLDER_SECRET = 'an-older-secret-of-at-least-32-letters'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database, { jwtSecretPrevious: OLDER_SECRET })
const { claims } = await api.someone('owner')
const other = await api.someone('owner')
const ended = await api.someone('owner')
await sql`update sessions set ended_at = now() where id = ${ended.claims.sid}`

const { iat, exp } = claims
const status = async (changes: object = {}, forgery: Forgery = {}) =>
  (await api.get('/auth/me', signToken({ ...claims, ...changes }, { secret: SECRET, ...forgery }))).status

test('a token of the current or the previous secret is accepted', async () => {
  expect([await status(), await status({}, { secret: OLDER_SECRET })]).toEqual([200, 200])
})

const FORGED: Record<string, [changes: object, forgery?: Forgery]> = {
  'without a signature, alg none': [{}, { header: { alg: 'none' } }],
  'HS512 with our secret': [{}, { header: { alg: 'HS512' }, hash: 'sha512' }],
  'a foreign secret': [{}, { secret: 'a-foreign-secret-of-32-characters!!' }],
  'an empty secret': [{}, { secret: '' }],
  'without exp': [{ exp: undefined }],
  'without iat': [{ iat: undefined }],
  'without sub': [{ sub: undefined }],
  'without sid': [{ sid: undefined }],
  'without iss': [{ iss: undefined }],
  'without aud': [{ aud: undefined }],
  expired: [{ exp: iat - 1 }],
  'exp as text': [{ exp: String(exp) }],
  'not valid yet': [{ nbf: iat + 3_600 }],
  'of another issuer': [{ iss: 'somebody' }],
  'for another audience': [{ aud: 'somebody' }],
  'with an unknown critical header': [{}, { header: { crit: ['wisdom'], wisdom: true } }],
  'the session of another person': [{ sid: other.claims.sid }],
  'another person in this session': [{ sub: other.claims.sub }],
  'an ended session': [{ sub: ended.claims.sub, sid: ended.claims.sid }],
  'a session that does not exist': [{ sid: crypto.randomUUID() }],
  'a session that is no UUID': [{ sid: "' or true --" }],
  'a person that is no number': [{ sub: '1 or 1=1' }],
  'a person beyond all ids': [{ sub: '9999999999999999' }],
}
for (const [name, [changes, forgery]] of Object.entries(FORGED))
  test(`a forged token is refused: ${name}`, async () => {
    expect(await status(changes, forgery)).toBe(401)
  })

test('a token with other claims under the signature of a real one is refused', async () => {
  const [header, , signature] = signToken(claims, { secret: SECRET }).split('.')
  const [, payload] = signToken({ ...claims, sub: other.claims.sub, sid: other.claims.sid }).split('.')
  expect((await api.get('/auth/me', `${header}.${payload}.${signature}`)).status).toBe(401)
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
