import { afterAll, expect, test } from 'bun:test'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const SITE = 'https://reports.example.com'
const database = await testDatabase()
const api = await testApi(database, { corsOrigins: [SITE, 'http://localhost:4000'], requestsPerMinute: 20 })
const closed = await testApi(database)
for (const { app } of [api, closed]) app.listen({ port: 0, hostname: '127.0.0.1' })
afterAll(() => Promise.all([api.app.stop(true), closed.app.stop(true)]))
const at = ({ app }: typeof api) => `http://127.0.0.1:${app.server?.port}`
const { token } = await api.someone('owner')

const ask = (path: string, headers: Record<string, string>, init: RequestInit = {}, of = api) =>
  fetch(at(of) + path, { ...init, headers })
const preflight = (origin: string, of = api) =>
  ask('/products/1', { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization, if-match' }, { method: 'OPTIONS' }, of) // prettier-ignore
const corsOf = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith('access-control-'))

test('a page of a named origin may ask, and may read the headers that a client needs', async () => {
  const answer = await ask('/products', { origin: SITE, authorization: `Bearer ${token}` })
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, SITE])
  const exposed = answer.headers.get('access-control-expose-headers')?.split(', ')
  expect(exposed).toEqual(expect.arrayContaining(['etag', 'ratelimit', 'x-request-id', 'retry-after']))
  expect(answer.headers.get('vary')).toBe('origin, accept-encoding')
  expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
})

test('its preflight is answered without a token and without counting', async () => {
  const answer = await preflight(SITE)
  expect([answer.status, await answer.text(), answer.headers.get('access-control-allow-origin')]).toEqual([204, '', SITE]) // prettier-ignore
  const methods = new Set(api.app.routes.map(({ method }) => method))
  expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toEqual(expect.arrayContaining([...methods]))
  expect(answer.headers.get('access-control-allow-headers')?.split(', ')).toEqual(
    expect.arrayContaining(['authorization', 'content-type', 'if-match', 'idempotency-key']),
  )
  expect(answer.headers.get('ratelimit')).toBeNull()
  for (let n = 0; n < 25; n++) expect((await preflight(SITE)).status).toBe(204)
})

test('it can read failures as well: no token, no such address, too many', async () => {
  for (const [path, status] of [['/products', 401], ['/nothing', 404]] as const) // prettier-ignore
    expect(await ask(path, { origin: SITE }).then((r) => [r.status, r.headers.get('access-control-allow-origin')])).toEqual([status, SITE]) // prettier-ignore
  const bearer = { origin: SITE, authorization: 'Bearer of-someone' }
  for (let n = 0; n < 20; n++) await ask('/stores', bearer)
  const refused = await ask('/stores', bearer)
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([429, SITE])
})

test('pages of other origins get nothing, not even of one that begins or ends alike', async () => {
  for (const origin of [
    'https://evil.example',
    `${SITE}.evil.example`,
    `${SITE}:8443`,
    'http://reports.example.com',
    'null',
    '',
  ]) {
    // prettier-ignore
    const headers = { authorization: `Bearer ${(await api.someone('owner')).token}` }
    const answer = await ask('/products', { origin, ...headers })
    expect([origin, answer.status, corsOf(answer), answer.headers.get('vary')]).toEqual([origin, 200, [], 'origin, accept-encoding']) // prettier-ignore
    const refused = await preflight(origin)
    expect([refused.status, corsOf(refused)]).toEqual([405, []])
  }
})

test('by default no origin is let in', async () => {
  const headers = { authorization: `Bearer ${(await closed.someone('owner')).token}` }
  const answer = await ask('/products', { origin: SITE, ...headers }, {}, closed)
  expect([answer.status, corsOf(answer), answer.headers.get('vary')]).toEqual([200, [], 'accept-encoding'])
  expect((await preflight(SITE, closed)).status).toBe(405)
})
