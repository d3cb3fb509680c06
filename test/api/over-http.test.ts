import { afterAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { SECRET, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { signToken } from '../support/tokens.ts'
import { until } from '../support/until.ts'

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
  await until('the conversation is free again', async () => (await sql`select id from conversations where answering_until is not null`).length === 0) // prettier-ignore
  expect(await sql`select role from messages`).toMatchObject([{ role: 'user' }])
})

test('a file of 20 MB is received, one of 70 MB and one without a length are refused with a readable answer', async () => {
  const [{ id } = { id: 0 }] = await sql<{ id: number }[]>`
    insert into stores (slug, name, currency, time_zone) values ('nl', 'Netherlands', 'EUR', 'Europe/Amsterdam') returning id`
  const headers = { authorization, 'content-type': 'text/csv' }
  const post = (body: string | ReadableStream) => fetch(`${url}/imports/ad-spend?store=nl`, { method: 'POST', headers, body }) // prettier-ignore
  const rows = (most: number) => {
    const row = `2026-04-01,${'x'.repeat(400)},1.00\n`
    return `Day,Campaign name,Amount spent (EUR)\n${row.repeat(most / row.length)}`
  }
  const answer = await post(rows(20_000_000))
  expect([id > 0, answer.status, await answer.json()]).toEqual([true, 201, expect.objectContaining({ added: 1 })]) // prettier-ignore
  const piece = new TextEncoder().encode('x'.repeat(1_000_000))
  let left = 70
  const endless = new ReadableStream({
    pull: (controller) => (left-- > 0 ? controller.enqueue(piece) : controller.close()),
  })
  for (const body of [rows(70_000_000), endless]) {
    const refused = await post(body)
    expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
      413,
      'The body is larger than 64 MB. Send it in parts.',
    ])
  }
  const refused = await fetch(`${url}/imports/ad-spend`, { method: 'POST', body: 'a,b', headers: { 'content-type': 'text/csv' } }) // prettier-ignore
  expect(refused.status).toBe(401)
})
