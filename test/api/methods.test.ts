import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const api = await testApi(database)
await april(database.sql)
const { token } = await api.someone('owner')
await api.post('/fixed-costs', { name: 'Rent', amount: 1, currency: 'EUR', store: 'nl' }, token)
await api.post('/reports', { month: '2026-03', store: 'nl' }, token)

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const addresses = new Set(api.app.routes.map(({ path }) => path.replace(/:slug/g, 'nl').replace(/:\w+/g, '1')))
/** Also of a route with a parameter where the address has a word of its own: GET /imports/orders is GET /imports/:id. */
const methodsAt = (address: string) =>
  api.app.routes.filter(({ path }) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(address))
const methodsOf = Object.fromEntries(
  [...addresses].map((address) => [address, [...new Set(methodsAt(address).map(({ method }) => method))]]),
)
const send = (address: string, method: string, headers: Record<string, string> = {}) =>
  api.send(address, { method, token, headers, ...(method !== 'GET' && method !== 'HEAD' && { json: {} }) })

test('each address answers 405 to every other method, and names its own', async () => {
  expect(Object.keys(methodsOf).length).toBeGreaterThan(40)
  for (const [address, methods] of Object.entries(methodsOf))
    for (const other of [...ALL, 'OPTIONS'].filter((method) => !methods.includes(method))) {
      const answer = await send(address, other)
      problemOf(answer, 405)
      expect([address, answer.headers.get('allow')?.split(', ').toSorted()]).toEqual([address, methods.toSorted()])
    }
})

test('HEAD answers what GET does, without the body, and 405 where there is no GET', async () => {
  for (const [address, methods] of Object.entries(methodsOf)) {
    const head = await send(address, 'HEAD')
    const get = methods.includes('GET') ? await send(address, 'GET') : undefined
    expect([address, head.status]).toEqual([address, get?.status ?? 405])
    if (!get) continue
    expect(head.text).toBe('')
    for (const name of ['content-type', 'etag'])
      expect([address, name, head.headers.get(name)]).toEqual([address, name, get.headers.get(name)])
  }
}, 300_000)

test('whatever can be read with an ETag is changed only in the state that was read', async () => {
  const changed: string[] = []
  for (const [address, methods] of Object.entries(methodsOf)) {
    if (!methods.includes('GET') || !(await send(address, 'GET')).headers.has('etag')) continue
    for (const method of methods.filter((one) => ['PUT', 'PATCH', 'DELETE'].includes(one))) {
      changed.push(`${method} ${address}`)
      const before = (await send(address, 'GET')).text
      problemOf(await send(address, method, { 'if-match': '"stale"' }), 412)
      problemOf(await send(address, method, { 'if-match': 'W/"stale", "other"' }), 412)
      expect((await send(address, 'GET')).text).toBe(before)
    }
  }
  expect(changed).toEqual(expect.arrayContaining(['PATCH /settings', 'PATCH /stores/nl', 'DELETE /products/1', 'PATCH /fixed-costs/1', 'DELETE /users/1'])) // prettier-ignore
}, 300_000) // thousands of requests, on a busy machine
