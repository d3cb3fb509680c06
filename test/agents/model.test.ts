import { BadRequestError } from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import type { AnswerOptions, Model, ModelRequest } from '../../src/agents/model.ts'
import { AppError } from '../../src/errors.ts'
import { cutsOff, fails, overloads, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'

let claude: Awaited<ReturnType<typeof startAnthropic>>
let model: Model

beforeAll(async () => {
  claude = await startAnthropic()
  model = createModel({ apiKey: claude.key, baseURL: claude.url })
})
afterAll(() => claude.stop())

const REQUEST: ModelRequest = {
  models: ['claude-sonnet-5-5'],
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Profit?' }],
}

/** The error that the request ends with. */
async function failure(change: Partial<ModelRequest> = {}, options?: AnswerOptions, asked = model): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  asked.answer({ ...REQUEST, ...change }, options).then(() => reject(new Error('It was answered.')), resolve)
  return promise
}

const spoken = async (error: Promise<unknown>) => {
  const found = await error
  return found instanceof AppError ? `${found.code}: ${found.message}` : found
}

test('a request is repeated after 529 and 429, and then answered', async () => {
  claude.script([fails(529, { retryAfter: 0.001 }), fails(429, { retryAfter: 0.001 }), says('Hi')])
  expect((await model.answer(REQUEST)).content).toMatchObject([{ type: 'text', text: 'Hi' }])
})

test.each([
  [401, 'unavailable: Claude refused our key.'],
  [402, 'unavailable: The credit of our Claude account is used up.'],
  [403, 'unavailable: Claude refused our key.'],
  [413, 'too_large: This conversation is longer than Claude can read.'],
  [429, 'unavailable: Claude takes no more questions from us at the moment.'],
  [500, 'unavailable: Claude does not answer at the moment.'],
  [529, 'unavailable: Claude does not answer at the moment.'],
])('HTTP %p, still after the repeats, is an error that people can read', async (status, text) => {
  claude.script([1, 2, 3].map(() => fails(status, { retryAfter: 0.001 })))
  expect(await spoken(failure())).toStartWith(text)
})

test('a wrong key', async () => {
  const wrong = createModel({ apiKey: 'wrong', baseURL: claude.url })
  expect(await spoken(failure({}, {}, wrong))).toContain('An administrator has to check ANTHROPIC_API_KEY.')
})

test('an unknown model name', async () => {
  expect(await spoken(failure({ models: ['claude-3'] }))).toStartWith('unavailable: Claude has no model "claude-3".')
})

test('nobody listens at the address', async () => {
  const nobody = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const lost = createModel({ apiKey: claude.key, baseURL: nobody.url.origin, maxRetries: 0 })
  await nobody.stop(true)
  expect(await spoken(failure({}, {}, lost))).toStartWith('unavailable: Claude does not answer at the moment.')
})

test('a connection that breaks in the middle of the answer', async () => {
  claude.script([[says('We earned 12 euros.'), cutsOff()]])
  expect(await spoken(failure())).toStartWith('unavailable: Claude does not answer at the moment.')
})

test('an overload in the middle of a stream: the next model answers, unless a part was shown already', async () => {
  const models = ['claude-opus-5-5', 'claude-sonnet-5-5']
  const broken = [
    says('We earned it in the shop, in three weeks, with two campaigns and much patience. '.repeat(4)),
    overloads(),
  ]
  claude.script([broken, says('We earned it.')])
  const used: string[] = []
  const onUsage = ({ model, usage }: { model: string; usage: { input_tokens: number } }) => used.push(`${model} ${usage.input_tokens > 0}`) // prettier-ignore
  expect((await model.answer({ ...REQUEST, models }, { onUsage })).content).toMatchObject([{ text: 'We earned it.' }])
  expect(used).toEqual(['claude-opus-5-5 true', 'claude-sonnet-5-5 true'])
  claude.script([broken, says('Never asked for.')])
  expect(await spoken(failure({ models }, { onText: () => undefined }))).toStartWith(
    'unavailable: Claude does not answer',
  )
  expect(claude.left).toBe(1)
})

test('no answer within the timeout', async () => {
  claude.script([() => new Promise(() => {})])
  const hasty = createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0, timeout: 50 })
  expect(await spoken(failure({}, {}, hasty))).toStartWith('unavailable: Claude took too long to answer.')
})

test('a conversation that is too long', async () => {
  claude.script([fails(400, { message: 'prompt is too long: 210000 tokens > 200000 maximum' })])
  expect(await spoken(failure())).toStartWith('too_large: This conversation is longer than Claude can read.')
})

test('a wrong request of ours is not hidden: the error comes as it is', async () => {
  claude.script([])
  expect(await failure({ max_tokens: -1 })).toBeInstanceOf(BadRequestError)
})

test('an aborted request ends with the reason of the abort', async () => {
  const controller = new AbortController()
  const reason = new Error('The person left.')
  claude.script([
    () => {
      controller.abort(reason)
      return says('Too late.')
    },
  ])
  expect(await failure({}, { signal: controller.signal })).toBe(reason)
})
