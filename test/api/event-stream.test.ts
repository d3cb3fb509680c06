import { afterAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { calls, fails, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

const database = await testDatabase()
const { sql } = database
await april(sql)
const claude = await startAnthropic()
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0 }) })
const { token } = await api.someone('owner')
api.app.listen({ port: 0, hostname: '127.0.0.1' })
afterAll(() => Promise.all([api.app.stop(true), claude.stop()]))

const ask = (json: object, signal?: AbortSignal) =>
  fetch(`http://127.0.0.1:${api.app.server?.port}/agents/messages`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(json),
    ...(signal && { signal }),
  })
const eventsIn = (text: string) =>
  [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event, data]) => [event, JSON.parse(data!)])

test('a stream tells what is being done and ends with the answer', async () => {
  claude.script([calls('get_pnl', { store: 'nl', period: 'today' }), says('See the figures.')])
  const response = await ask({ text: 'Profit?' })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const events = eventsIn(await response.text())
  expect(events[0]).toEqual(['progress', { line: expect.stringMatching(/\w/) }])
  expect(events.at(-1)).toEqual(['answer', expect.objectContaining({ agent: 'alfred', text: 'See the figures.' })])
})

test('pieces of the answer come before it, and none of a figure that nothing proves', async () => {
  const wrong = 'See the figures. We earned 77777 euros. '
  claude.script([calls('get_pnl', { store: 'nl', period: 'today' }), says(wrong), says('See the figures.')])
  const text = await (await ask({ text: 'Profit?' })).text()
  expect(text).not.toContain('77777')
  const pieces = eventsIn(text).flatMap(([event, data]) => (event === 'text' ? [(data as { text: string }).text] : []))
  expect(pieces.join('').trim()).toBe('See the figures.')
  expect(eventsIn(text).at(-1)).toEqual(['answer', expect.objectContaining({ text: 'See the figures.' })])
})

test('a failure is an event with problem details; wrong input is one before the stream begins', async () => {
  claude.script([fails(529), fails(529)])
  const failed = await ask({ text: 'Profit?' })
  expect(eventsIn(await failed.text())).toEqual([
    [
      'error',
      {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail: 'Claude does not answer at the moment. Try again in a few minutes.',
        instance: failed.headers.get('x-request-id'),
      },
    ],
  ])
  const wrong = await ask({ text: '' })
  expect([wrong.status, wrong.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
})

test('the work stops when the client leaves', async () => {
  const asked = Promise.withResolvers<void>()
  claude.script([
    calls('get_pnl', { store: 'nl', period: 'today' }),
    () => {
      asked.resolve()
      return new Promise(() => {})
    },
  ])
  const client = new AbortController()
  const response = await ask({ text: 'Profit?' }, client.signal)
  const reading = response.text().then(() => 'read', (error: Error) => error.name) // prettier-ignore
  await asked.promise
  expect(await sql`select id from conversations where answering_until is not null`).toHaveLength(1)
  client.abort()
  expect(await reading).toBe('AbortError')
  const answering = () => sql`select id from conversations where answering_until is not null`
  await until('nothing is being answered', async () => (await answering()).length === 0)
})
