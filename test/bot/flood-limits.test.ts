import { expect, test } from 'bun:test'
import type { Transformer } from 'grammy'
import { floodLimits } from '../../src/bot/flood-limits.ts'

type Call = Parameters<Transformer>[0]

/** A clock that only waiting moves, and a Bot API that notes when it was called. */
function stage(answers: { ok: false; retry_after: number }[] = []) {
  let at = 0
  const calls: { at: number; method: string; chat: unknown }[] = []
  const call = ((method: string, payload: { chat_id?: number }) => {
    calls.push({ at, method, chat: payload.chat_id })
    const fault = answers.shift()
    return Promise.resolve(fault ? { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: fault.retry_after } } : { ok: true, result: true }) // prettier-ignore
  }) as unknown as Call
  const limited = floodLimits(() => new Date(at), {
    pause: (ms) => {
      at += ms
      return Promise.resolve()
    },
  })
  const send = (chat_id: number, method = 'sendMessage') =>
    limited(call, method as 'sendMessage', { chat_id, text: 'x' })
  return { send, calls }
}

test('a chat gets three messages at once and then one a second', async () => {
  const { send, calls } = stage()
  for (let n = 0; n < 6; n++) await send(7)
  expect(calls.map(({ at }) => Math.round(at / 1_000))).toEqual([0, 0, 0, 1, 2, 3])
})

test('a group gets twenty messages and then one every three seconds; edits count, typing does not', async () => {
  const { send, calls } = stage()
  for (let n = 0; n < 22; n++) await send(-7, n % 2 ? 'editMessageText' : 'sendPhoto')
  await send(-7, 'sendChatAction')
  expect(calls.map(({ at }) => Math.round(at / 1_000)).slice(18)).toEqual([0, 0, 3, 6, 6])
})

test('all chats together get no more than thirty a second after the first thirty', async () => {
  const { send, calls } = stage()
  for (let chat = 1; chat <= 90; chat++) await send(chat)
  expect(calls.at(-1)!.at).toBeGreaterThanOrEqual(1_990)
})

test('a 429 is waited for and repeated; one that asks for minutes is given back', async () => {
  const { send, calls } = stage([{ ok: false, retry_after: 4 }])
  expect((await send(7)).ok).toBe(true)
  expect(calls.map(({ at }) => at)).toEqual([0, 4_000])
  expect((await stage([{ ok: false, retry_after: 300 }]).send(7)).ok).toBe(false)
})

test('messages of a chat stay in order, whoever waits', async () => {
  const { send, calls } = stage([{ ok: false, retry_after: 2 }])
  await Promise.all([send(1, 'sendPhoto'), send(1, 'sendMessage'), send(2)])
  expect(calls.filter(({ chat }) => chat === 1).map(({ method }) => method)).toEqual(['sendPhoto', 'sendPhoto', 'sendMessage']) // prettier-ignore
})
