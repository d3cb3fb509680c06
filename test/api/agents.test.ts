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
