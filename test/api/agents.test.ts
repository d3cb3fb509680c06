import { afterAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { calls, fails, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
await april(sql)
const claude = await startAnthropic()
afterAll(() => claude.stop())
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0 }) })
const mute = await testApi(database)
const { token } = await api.someone('viewer')
const ask = (json: object, by = token) => api.post('/agents/messages', json, by)

test('a question is answered with the figures of the summary, and goes on', async () => {
  claude.script([
    calls('get_pnl', { store: 'nl', period: 'this_month' }),
    (request) => {
      const { result } = resultsOf(request)[0]!
      return says(`We earned ${(result as { figures: { net_profit: string } }).figures.net_profit} euros.`)
    },
    calls('get_pnl', { store: 'nl', period: 'this_month' }),
    says('34.6 percent.'),
  ])
  const first = await ask({ text: '  What did we earn?\n', store: 'nl' })
  const { net_profit } = (await api.get('/financials/summary?store=nl', token)).body
  expect(first.body).toEqual({
    conversation_id: expect.any(Number),
    message_id: expect.any(Number),
    agent: 'alfred',
    text: `We earned ${String(net_profit)} euros.`,
    receipt_ids: [expect.any(Number)],
    action_ids: [],
    citations: [],
    notice: null,
  })
  const { conversation_id } = first.body as { conversation_id: number }
  expect((await ask({ text: 'And the margin?', conversation_id })).body).toMatchObject({
    conversation_id,
    text: '34.6 percent.',
  })
  expect(claude.requests.map(({ body }) => body.messages.length)).toEqual([1, 3, 5, 7])
  expect(claude.requests.filter(({ refused }) => refused)).toEqual([])
})

test('the conversation of another person is not found', async () => {
  claude.script([says('Hi.')])
  const { conversation_id } = (await ask({ text: 'Hi' })).body
  const other = await api.someone('owner')
  expect(problemOf(await ask({ text: 'Hi', conversation_id }, other.token), 404).detail).toContain(
    'You have no conversation',
  )
})

test('without a key, or when Claude is down, a question is 503 with a sentence for people', async () => {
  const { token: other } = await mute.someone('viewer')
  expect(problemOf(await mute.post('/agents/messages', { text: 'Hi' }, other), 503).detail).toContain(
    'no key for Claude is set',
  )
  claude.script([fails(529), fails(529)])
  expect(problemOf(await ask({ text: 'Hi' }), 503).detail).toBe(
    'Claude does not answer at the moment. Try again in a few minutes.',
  )
  claude.script([fails(401)])
  expect(problemOf(await ask({ text: 'Hi' }), 503).detail).not.toContain(claude.key)
})

test('an empty or endless question is refused', async () => {
  for (const text of ['', ' \n ', 'x'.repeat(8_001)])
    expect(problemOf(await ask({ text }), 422).errors).toMatchObject([{ field: 'text' }])
})

const repeated = (key: string, text: string, headers: Record<string, string> = {}) =>
  api.send('/agents/messages', {
    method: 'POST',
    token,
    json: { text },
    headers: { 'idempotency-key': key, ...headers },
  })
const asked = () => claude.requests.length

test('the same question with the same Idempotency-Key is asked once, also at the same moment, and answered the same', async () => {
  claude.script([says('Hello there.')])
  const before = asked()
  const answers = await Promise.all([1, 2, 3].map(() => repeated('ask-1', 'Hi')))
  answers.push(await repeated('ask-1', 'Hi'))
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(answers[0]!.body).toMatchObject({ text: 'Hello there.' })
  expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(3)
  expect(asked() - before).toBe(1)
  const streamed = await repeated('ask-1', 'Hi', { accept: 'text/event-stream' })
  expect(JSON.parse(/^event: answer\ndata: (.+)$/m.exec(streamed.text)![1]!)).toEqual(answers[0]!.body)
  expect(asked() - before).toBe(1)
  const messages =
    await sql`select 1 from messages where conversation_id = ${Number(answers[0]!.body['conversation_id'])}`
  expect(messages.length).toBe(2)
})

test('a key stands for one question of one person, and one that failed is asked again', async () => {
  problemOf(await repeated('ask-1', 'Something else'), 409)
  claude.script([fails(529), fails(529), says('Now it works.')])
  problemOf(await repeated('ask-2', 'Hi'), 503)
  expect((await repeated('ask-2', 'Hi')).body).toMatchObject({ text: 'Now it works.' })
})

test('with a key a client that left gets the answer later', async () => {
  const leaving = new AbortController()
  claude.script([() => (leaving.abort(), says('You were gone.'))])
  const before = asked()
  const request = new Request('http://localhost/agents/messages', {
    method: 'POST',
    signal: leaving.signal,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'ask-3' },
    body: JSON.stringify({ text: 'Are you there?' }),
  })
  await Promise.resolve(api.app.handle(request)).catch(() => undefined)
  expect((await repeated('ask-3', 'Are you there?')).body).toMatchObject({ text: 'You were gone.' })
  expect(asked() - before).toBe(1)
})

test('a key whose process died in the middle is free again after ten minutes', async () => {
  claude.script([says('Again.')])
  await repeated('ask-4', 'Hi')
  await sql`update idempotency_keys set status = null, answer = null, created_at = created_at - interval '11 minutes' where key = 'ask-4'`
  claude.script([says('Asked anew.')])
  expect((await repeated('ask-4', 'Hi')).body).toMatchObject({ text: 'Asked anew.' })
})
