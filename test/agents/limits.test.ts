import { expect, test } from 'bun:test'
import { listMessages } from '../../sql/conversations.ts'
import { calls, says } from '../support/anthropic-turns.ts'
import { failure, testDesk } from '../support/desk.ts'

const { sql, claude, ask, deskWith, ann } = await testDesk()
const LIMITS = { tokens: 400_000, cost: 1_000_000, time: 60_000 }
const pnl = calls('get_pnl', { period: 'today' })

test('a model that never stops is stopped after twelve requests', async () => {
  claude.script(Array.from({ length: 12 }, () => pnl))
  const { text } = await ask('Profit?')
  expect(text).toBe('I stopped here because this takes too many steps. Please ask for less at once.')
  expect([claude.requests.length, claude.left]).toEqual([12, 0])
})

test('the most that a question may cost ends it with a sentence', async () => {
  claude.script([pnl, pnl])
  const desk = deskWith({ limits: { ...LIMITS, cost: 1_000 } })
  expect((await desk.ask({ who: ann, channel: 'api', text: 'Profit?' })).text).toStartWith(
    'I stopped here because this costs more than one question may.',
  )
})

test('what a colleague uses counts for the question', async () => {
  claude.script([calls('route_to_agent', { agent: 'roos', question: 'x' }), says('Roos here.')])
  const desk = deskWith({ limits: { ...LIMITS, cost: 5_000 } })
  expect((await desk.ask({ who: ann, channel: 'api', text: 'x' })).text).toStartWith(
    'I stopped here because this costs',
  )
  expect(claude.left).toBe(0)
})

test('a question that takes too long ends with a sentence, also in the middle of an answer', async () => {
  claude.script([pnl, () => new Promise(() => {})])
  const desk = deskWith({ limits: { ...LIMITS, time: 400 } })
  const { text, conversation_id } = await desk.ask({ who: ann, channel: 'api', text: 'Profit?' })
  expect(text).toBe('I stopped here because this takes too long. Please ask for less at once.')
  claude.script([says('Yes.')])
  expect((await ask('Still there?', { conversation_id })).text).toBe('Yes.')
})

test('a question that is stopped rejects with the reason, keeps the question unanswered, and lets the next one through', async () => {
  claude.script([says('Hi.')])
  const { conversation_id } = await ask('Hi')
  const stopping = new AbortController()
  const asked = Promise.withResolvers<void>()
  claude.script([
    pnl,
    () => {
      asked.resolve()
      return new Promise(() => {})
    },
  ])
  const answer = failure(ask('Profit?', { conversation_id, signal: stopping.signal }))
  await asked.promise
  const reason = new Error('The person left.')
  stopping.abort(reason)
  expect(await answer).toBe(reason)
  claude.script([says('Good.')])
  expect((await ask('How are you?', { conversation_id })).text).toBe('Good.')
  expect((await listMessages(sql, { conversation_id })).map(({ role }) => role)).toEqual([
    'user',
    'assistant',
    'user',
    'assistant',
  ])
})

test('a question that waits for the one before it can be stopped', async () => {
  const slow = Promise.withResolvers<void>()
  claude.script([
    async () => {
      await slow.promise
      return says('First.')
    },
  ])
  const chat = { channel: 'telegram', chat_id: 7 } as const
  const first = ask('first', chat)
  while (claude.requests.length === 0) await Bun.sleep(5)
  const stopping = new AbortController()
  const second = failure(ask('second', { ...chat, signal: stopping.signal }))
  stopping.abort(new Error('Never mind.'))
  expect(await second).toMatchObject({ message: 'Never mind.' })
  slow.resolve()
  expect((await first).text).toBe('First.')
  expect(claude.requests).toHaveLength(1)
})
