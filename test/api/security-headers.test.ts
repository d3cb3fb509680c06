import { afterAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const folder = await mkdtemp(join(tmpdir(), 'dealdome-out-'))
afterAll(() => rm(folder, { recursive: true }))
await Bun.write(join(folder, 'index.html'), '<!doctype html><script>1</script>')
await Bun.write(join(folder, '404.html'), '<!doctype html>Not here')
await Bun.write(join(folder, '_next/static/a.js'), '1')

const database = await testDatabase()
const api = await testApi(database, { secureCookie: true, dashboard: { folder } })
const plain = await testApi(database)
const { token } = await api.someone('owner')
async function headersOf(path: string, method = 'GET', as = api) {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await as.app.handle(new Request(`http://localhost${path}`, { method, headers }))
  await answer.arrayBuffer() // An export holds a connection until it is read.
  return answer.headers
}

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
}
const PRIVATE = {
  ...ALWAYS,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** Pages with a policy of their own, and the description of the API. */
const PUBLIC = /^\/(app|docs|openapi\.json)/

test('answers of every route, failures included, are kept nowhere, framed nowhere and never guessed', async () => {
  const addresses = [...new Set(api.app.routes.map(({ path }) => path.replace(/:\w+/g, '1')))]
  const asked = addresses.filter((path) => !PUBLIC.test(path))
  expect(asked.length).toBeGreaterThan(40)
  for (const path of [...asked, '/nothing', '/products?format=csv', '/products?limit=x'])
    for (const method of ['GET', 'PUT'])
      expect([path, method, Object.fromEntries(await headersOf(path, method))]).toEqual([path, method, expect.objectContaining(PRIVATE)]) // prettier-ignore
})

test('pages of the dashboard bring their own policy, and its scripts may be kept', async () => {
  for (const path of ['/app', '/app/nothing'])
    expect(Object.fromEntries(await headersOf(path))).toMatchObject({
      ...ALWAYS,
      'referrer-policy': 'same-origin',
      'cache-control': 'no-cache',
      'content-security-policy': expect.stringMatching(/script-src 'self'.*frame-ancestors 'none'/),
    })
  expect((await headersOf('/app/_next/static/a.js')).get('cache-control')).toContain('immutable')
})

test('the documentation is public, and cannot be framed', async () => {
  for (const path of ['/docs', '/openapi.json'])
    expect(Object.fromEntries(await headersOf(path))).toMatchObject({
      ...ALWAYS,
      'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'$/),
    })
})

test('only over HTTPS is a browser told to stay with it', async () => {
  expect((await headersOf('/health', 'GET', plain)).has('strict-transport-security')).toBe(false)
})
