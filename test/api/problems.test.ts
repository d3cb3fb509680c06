import { describe, expect, test } from 'bun:test'
import { appPool, type Answer, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const api = await testApi(database)
const { token } = await api.someone('owner')
const closed = appPool(database.appUrl)
await closed.end()
const alone = await testApi(database, { sql: closed })

const JSON_TYPE = { 'content-type': 'application/json' }
const login = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  api.send('/auth/login', { method: 'POST', body, headers })

describe('every failure is problem details', () => {
  test('400 for JSON that cannot be read, one end of a range and a foreign cursor', async () => {
    problemOf(await login('{"email":'), 400)
    problemOf(await api.get('/financials/summary?start=2026-04-01', token), 400)
    problemOf(await api.get('/financials/daily?end=2026-04-01', token), 400)
    problemOf(await api.get('/products?cursor=nonsense', token), 400)
  })

  test('404 for an unknown address, store or code', async () => {
    problemOf(await api.get('/nothing', token), 404)
    expect(problemOf(await api.get('/financials/summary?store=nowhere', token), 404).detail).toContain('nowhere')
    problemOf(await api.send('/telegram/pairings/ABCD2345/reject', { method: 'POST', token }), 404)
  })

  test('405 with the methods of the address', async () => {
    for (const [method, path, allow] of [
      ['PUT', '/products', 'GET, POST'],
      ['DELETE', '/financials/summary', 'GET'],
      ['GET', '/auth/login', 'POST'],
      ['OPTIONS', '/auth/login', 'POST'],
      ['PUT', '/telegram/pairings/ABCD2345/approve', 'POST'],
    ] as const) {
      const answer = await api.send(path, { method, token })
      problemOf(answer, 405)
      expect(answer.headers.get('allow')).toBe(allow)
    }
  })

  test('413 for a body that says to be larger than 1 MB', async () => {
    problemOf(
      await api.send('/auth/login', { method: 'POST', headers: { ...JSON_TYPE, 'content-length': '1048577' } }),
      413,
    )
  })

  test('415 for a body that is not JSON, so that no form on another site can sign in', async () => {
    const form = 'email=ann%40example.com&password=correct+horse+battery'
    problemOf(await login(form, { 'content-type': 'application/x-www-form-urlencoded' }), 415)
    problemOf(await login('garbage', { 'content-type': 'multipart/form-data; boundary=x' }), 415)
    problemOf(await login('{}', { 'content-type': 'text/plain' }), 415)
    problemOf(await login('{}', {}), 415)
  })

  test('422 names the fields and what they must be', async () => {
    expect(problemOf(await api.get('/products?limit=501&offset=-1&status=gone', token), 422)).toMatchObject({
      detail: 'Check limit, offset, status.',
      errors: [
        { field: 'limit', message: 'must be at most 500' },
        { field: 'offset', message: 'must be a whole number from 0 to 1000000' },
        { field: 'status', message: "expected ('active' | 'archived')" },
      ],
    })
    expect(problemOf(await login('{"email":5}'), 422).errors).toEqual([
      { field: 'email', message: 'expected string' },
      { field: 'password', message: 'is missing' },
    ])
    const range = '/financials/summary?start=2026-04-13&end=2026-04-01'
    expect(problemOf(await api.get(range, token), 422).detail).toBe('The start 2026-04-13 is after the end 2026-04-01.')
  })

  test('422 never repeats what was sent', async () => {
    const secret = 'hunter2-hunter2'
    for (const body of [
      { email: 'ann@example.com', password: [secret] },
      { email: 'ann@example.com', password: { secret } },
      { email: 'ann@example.com', password: secret.repeat(100) },
      { email: { secret }, password: secret },
      [secret],
      secret,
    ]) {
      const { text, status } = await api.post('/auth/login', body)
      expect(status).toBe(422)
      expect(text).not.toContain('hunter2')
    }
    const { text } = await api.post(
      '/agents/messages',
      { text: 'x', conversation_id: 4711.5, store: secret + '!' },
      token,
    )
    expect(text).not.toMatch(/4711|hunter2/)
  })

  test('500 tells nothing but the request id, and the error is reported', async () => {
    await database.sql`alter table stores rename to shops`
    const answer = await api.get('/stores', token)
    await database.sql`alter table shops rename to stores`
    expect(problemOf(answer, 500).detail).not.toMatch(/postgres|sql|relation|stores/i)
    expect(api.reported.splice(0)).toMatchObject([{ code: '42P01' }])
  })

  test('503 while the database is away, with the seconds to wait', async () => {
    const answer = await alone.get('/stores', token)
    expect(problemOf(answer, 503).detail).toBe('The database does not answer right now. Try again in a moment.')
    expect(answer.headers.get('retry-after')).toBe('2')
  })
})

describe('the request id', () => {
  const idOf = (answer: Answer) => answer.headers.get('x-request-id')

  test('is new for every request, or the one that was given', async () => {
    const [one, two] = [await api.get('/health'), await api.get('/health')]
    expect(idOf(one)).toMatch(/^[0-9a-f-]{36}$/)
    expect(idOf(one)).not.toBe(idOf(two))
    const headers = { 'x-request-id': 'client.request-4711' }
    expect(idOf(await api.send('/health', { headers }))).toBe('client.request-4711')
    expect(idOf(await api.send('/nothing', { headers }))).toBe('client.request-4711')
  })

  test('is not taken over when it could be something else', async () => {
    for (const given of ['short', 'x'.repeat(65), 'a b c d e f g h', '<script>alert(1)</script>'])
      expect(idOf(await api.send('/health', { headers: { 'x-request-id': given } }))).toMatch(/^[0-9a-f-]{36}$/)
  })
})
