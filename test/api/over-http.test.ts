import { afterAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { SECRET, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { signToken } from '../support/tokens.ts'

const database = await testDatabase()
const { sql } = database
const claude = await startAnthropic()
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url }) })
const { claims } = await api.someone('owner')
const authorization = `Bearer ${signToken(claims, { secret: SECRET })}`
api.app.listen({ port: 0, hostname: '127.0.0.1' })
afterAll(() => Promise.all([api.app.stop(true), claude.stop()]))
const url = `http://127.0.0.1:${api.app.server?.port}`

const json = { 'content-type': 'application/json' }
const login = (body: string | Uint8Array<ArrayBuffer> | ReadableStream) =>
  fetch(`${url}/auth/login`, { method: 'POST', headers: json, body })

test('HEAD answers what GET does, without the body', async () => {
  for (const path of ['/health', '/stores', '/financials/summary', '/nothing', '/auth/me']) {
    const [get, head] = await Promise.all([
      fetch(url + path, { headers: { authorization } }),
      fetch(url + path, { method: 'HEAD', headers: { authorization } }),
    ])
    expect([path, head.status, head.headers.get('content-type')]).toEqual([
      path,
      get.status,
      get.headers.get('content-type'),
    ])
    expect(await head.text()).toBe('')
  }
  expect((await fetch(`${url}/stores`, { method: 'HEAD' })).status).toBe(401)
})

test('a body of 10 MB is refused with a readable answer, with and without its length', async () => {
  const text = JSON.stringify({ email: 'ann@example.com', password: 'x'.repeat(10_000_000) })
  const sized = await login(text)
  expect([sized.status, sized.headers.get('content-type')]).toEqual([413, 'application/problem+json'])
  const chunked = await login(
    new ReadableStream({
      async pull(stream) {
        stream.enqueue(new TextEncoder().encode(text))
        await Bun.sleep(1)
        stream.close()
      },
    }),
  )
  expect([chunked.status, chunked.headers.get('content-type')]).toEqual([413, 'application/problem+json'])
})

test('a body that is not UTF-8 is no fault of ours', async () => {
  expect((await login(new Uint8Array([0x22, 0xff, 0xfe, 0x22]))).status).toBe(422)
})

test('the request id is on every answer, also of a refused method and an unknown address', async () => {
  for (const [method, path] of [
    ['GET', '/health'],
    ['POST', '/health'],
    ['GET', '/nothing'],
  ] as const)
    // prettier-ignore
    expect((await fetch(url + path, { method })).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test('a question that the client gives up is no error of ours', async () => {
  const asked = Promise.withResolvers<void>()
  claude.script([
    async () => {
      asked.resolve()
      await Bun.sleep(200)
      return says('Nobody listens any more.')
    },
  ])
  const client = new AbortController()
  const { signal } = client
  const headers = { ...json, authorization }
  const answer = fetch(`${url}/agents/messages`, { method: 'POST', headers, signal, body: '{"text":"Profit?"}' })
  await asked.promise
  client.abort()
  expect(await answer.then(() => 'answered', (error: Error) => error.name)).toBe('AbortError') // prettier-ignore
  await Bun.sleep(100)
  expect(await sql`select role from messages`).toMatchObject([{ role: 'user' }])
  expect(await sql`select id from conversations where answering_until is not null`).toHaveLength(0)
})
