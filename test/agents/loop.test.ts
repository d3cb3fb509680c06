import type Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import * as v from 'valibot'
import { runLoop } from '../../src/agents/loop.ts'
import type { LoopInput, StoredMessage } from '../../src/agents/loop.ts'
import { createMeter, type Limits } from '../../src/agents/meter.ts'
import { createModel } from '../../src/agents/model.ts'
import { tool } from '../../src/agents/tool.ts'
import { Day } from '../../src/day.ts'
import { AppError } from '../../src/errors.ts'
import { calls, resultsOf, says, stops, thinks } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'

type Deps = { store: string; log: string[] }

const getPnl = tool({
  name: 'get_pnl',
  description: 'Profit and loss of a day.',
  input: v.object({ day: v.pipe(Day, v.description('A store-local day.')), store: v.optional(v.string(), 'all') }),
  run: ({ store, log }: Deps, { day, store: asked }) => {
    log.push(`get_pnl ${store} ${day} ${asked}`)
    return { net_profit_minor: 12_345 }
  },
})

let claude: Awaited<ReturnType<typeof startAnthropic>>
let model: ReturnType<typeof createModel>

beforeAll(async () => {
  claude = await startAnthropic()
  model = createModel({ apiKey: claude.key, baseURL: claude.url })
})
afterAll(() => claude.stop())

/** Every request costs a thousandth of a dollar, out of a budget of `budget` of them. */
function aMeter(
  limits: Partial<Limits> = {},
  { budget = 1_000, signal }: { budget?: number; signal?: AbortSignal } = {},
) {
  let requests = 0
  return createMeter({
    limits: { tokens: 100_000, cost: 1_000_000, time: 60_000, ...limits },
    book: async () => ({ cost: 1_000, left: (budget - ++requests) * 1_000 }),
    ...(signal && { signal }),
  })
}

/** Asks with usable defaults; `reported` and `log` come back beside the result. */
async function ask(
  text: string,
  changes: Partial<LoopInput<Deps>> & { tools?: LoopInput<Deps>['agent']['tools'] } = {},
) {
  const reported: unknown[] = []
  const log: string[] = []
  const { tools = [getPnl], ...input } = changes
  const question: StoredMessage = { role: 'user', content: [{ type: 'text', text }] }
  const answer = await runLoop<Deps>({
    model,
    agent: { name: 'roos', models: ['claude-sonnet-5-5'], system: 'You are Roos.', tools, maxTokens: 1_000 },
    deps: { store: 'alpha', log },
    history: [],
    question,
    turns: 5,
    meter: aMeter(),
    report: (error) => reported.push(error),
    ...input,
  })
  return { ...answer, messages: [question, ...answer.messages], reported, log }
}

const answersInHistory = (messages: StoredMessage[]) => {
  claude.script([says('Yes.')])
  return ask('Is that so?', { history: messages })
}

describe('an answer without tools', () => {
  test('comes back as text, in pieces, and as messages to store', async () => {
    claude.script([says('We earned 123.45 euros today, my friend.')])
    const pieces: string[] = []
    const { text, messages, toolCalls, stop } = await ask('Profit?', { onText: (piece) => pieces.push(piece) })
    expect(text).toBe('We earned 123.45 euros today, my friend.')
    expect(pieces.join('')).toBe(text)
    expect(pieces.length).toBeGreaterThan(1)
    expect(messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Profit?' }] },
      { role: 'assistant', content: [{ type: 'text', text, citations: null }] },
    ])
    expect({ toolCalls, stop }).toEqual({ toolCalls: [], stop: 'end_turn' })
  })

  test('the request marks the ends of tools, system prompt, question and everything for the cache, and sets no temperature', async () => {
    claude.script([says('Hi')])
    await ask('Hi', {
      history: [
        { role: 'user', content: [{ type: 'text', text: 'a' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'b' }] },
      ],
      aside: [{ type: 'text', text: 'Remember c.' }],
    })
    const cache_control = { type: 'ephemeral' }
    expect(claude.requests[0]?.body).toEqual({
      model: 'claude-sonnet-5-5',
      max_tokens: 1_000,
      stream: true,
      system: [{ type: 'text', text: 'You are Roos.', cache_control: { type: 'ephemeral' } }],
      tools: [
        {
          name: 'get_pnl',
          description: 'Profit and loss of a day.',
          input_schema: {
            type: 'object',
            properties: {
              day: { type: 'string', pattern: '^20\\d\\d-\\d\\d-\\d\\d$', description: 'A store-local day.' },
              store: { type: 'string', default: 'all' },
            },
            required: ['day'],
          },
          cache_control,
        },
      ] as unknown as Anthropic.ToolUnion[],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'a' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'b' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } },
            { type: 'text', text: 'Remember c.', cache_control: { type: 'ephemeral' } },
          ],
        },
      ],
    })
  })

  test('an agent without tools sends none', async () => {
    claude.script([says('Hi')])
    await ask('Hi', { tools: [] })
    expect(claude.requests[0]?.body).not.toHaveProperty('tools')
  })

  test('usage counts all turns; the second question reads all but itself from the cache', async () => {
    const system = `${crypto.randomUUID()} ${'Words. '.repeat(3_000)}`
    const agent = { name: 'a', models: ['claude-opus-5-5'], system, tools: [getPnl], maxTokens: 100 }
    claude.script([calls('get_pnl', { day: '2026-04-13' }), says('Hi'), says('Hi')])
    const first = await ask('Profit?', { agent })
    const second = await ask('Revenue?', { agent, history: first.messages })
    expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(4_096)
    expect(first.usage.cache_read_input_tokens).toBeGreaterThan(4_096)
    expect(first.usage.output_tokens).toBeGreaterThan(second.usage.output_tokens)
    expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens)
    expect(second.usage.cache_creation_input_tokens).toBeLessThan(100)
    expect(second.usage.input_tokens).toBe(0)
  })
})

describe('tools', () => {
  test('the model gets what the tool returned, and the answer that follows is the text', async () => {
    claude.script([
      [thinks('Today.'), says('One moment.'), calls('get_pnl', { day: '2026-04-13' })],
      (request) => says(`Profit: ${JSON.stringify(resultsOf(request)[0]?.result)}`),
    ])
    const { text, toolCalls, log, messages } = await ask('Profit?')
    expect(text).toBe('Profit: {"net_profit_minor":12345}')
    expect(log).toEqual(['get_pnl alpha 2026-04-13 all'])
    expect(toolCalls).toEqual([
      { name: 'get_pnl', input: { day: '2026-04-13' }, output: { net_profit_minor: 12_345 }, isError: false },
    ])
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant'])
    expect(messages[1]?.content).toMatchObject([{ type: 'thinking' }, { type: 'text' }, { type: 'tool_use' }])
    expect((await answersInHistory(messages)).text).toBe('Yes.')
  })

  test('a blank text before a call is not sent back, as the API would refuse it', async () => {
    claude.script([[says('\n\n'), calls('get_pnl', { day: '2026-04-13' })], says('Done.')])
    expect((await ask('Profit?')).text).toBe('Done.')
  })

  test('reads of one turn run side by side, and results keep the order of the calls', async () => {
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const waitFor = (name: string, mine: PromiseWithResolvers<void>, other: PromiseWithResolvers<void>) =>
      tool({
        name,
        description: 'Waits until the other one runs.',
        input: v.object({}),
        run: async () => {
          mine.resolve()
          await other.promise
          return `${name} done`
        },
      })
    claude.script([[calls('one', {}), calls('two', {})], (request) => says(JSON.stringify(resultsOf(request)))])
    const { text, toolCalls } = await ask('Go', {
      tools: [waitFor('one', first, second), waitFor('two', second, first)],
    })
    expect(JSON.parse(text)).toMatchObject([{ result: 'one done' }, { result: 'two done' }])
    expect(toolCalls.map(({ name }) => name)).toEqual(['one', 'two'])
  })

  test('a turn that writes runs its calls one after another, in order', async () => {
    const slow = (name: string, writes: boolean) =>
      tool({
        name,
        description: 'Notes when it begins and ends.',
        input: v.object({}),
        writes,
        run: async ({ log }: Deps) => {
          log.push(`${name} begins`)
          await Bun.sleep(1)
          log.push(`${name} ends`)
        },
      })
    claude.script([[calls('read', {}), calls('write', {}), calls('read', {})], says('Done.')])
    const { log } = await ask('Go', { tools: [slow('read', false), slow('write', true)] })
    expect(log).toEqual(['read begins', 'read ends', 'write begins', 'write ends', 'read begins', 'read ends'])
  })

  test('wrong input does not run the tool and tells the model which field to correct', async () => {
    claude.script([
      calls('get_pnl', { day: '2026-02-30', store: 7 }),
      calls('get_pnl', { day: '2026-02-28' }),
      says('Corrected.'),
    ])
    const { toolCalls, log, text, reported } = await ask('Profit?')
    expect(toolCalls.map(({ isError }) => isError)).toEqual([true, false])
    expect(toolCalls[0]?.output).toBe(
      'The input of get_pnl is wrong. day: is not a day of the calendar; store: Invalid type: Expected string but ' +
        'received 7. Correct it and call get_pnl again.',
    )
    expect(log).toEqual(['get_pnl alpha 2026-02-28 all'])
    expect({ text, reported }).toEqual({ text: 'Corrected.', reported: [] })
  })

  test('a tool that does not exist is answered with the names of those that do', async () => {
    claude.script([calls('get_weather', {}), (request) => says(JSON.stringify(resultsOf(request)))])
    const { text } = await ask('Weather?')
    expect(JSON.parse(text)).toMatchObject([
      { isError: true, result: 'There is no tool "get_weather". Use one of these: get_pnl.' },
    ])
  })

  test('an expected failure goes to the model in its own words, an unexpected one only to the report', async () => {
    const broken = new Error('password authentication failed for user "app"')
    const failing = (name: string, error: Error) =>
      tool({
        name,
        description: 'Fails.',
        input: v.object({}),
        run: () => {
          throw error
        },
      })
    const tools = [
      failing('a', new AppError('not_found', 'There is no order #7. Check the number.')),
      failing('b', broken),
    ]
    claude.script([[calls('a', {}), calls('b', {})], says('Sorry.')])
    const { toolCalls, reported, text } = await ask('Order?', { tools })
    expect(toolCalls).toMatchObject([
      { output: 'There is no order #7. Check the number.', isError: true },
      { output: expect.stringMatching(/^b failed with an internal error/), isError: true },
    ])
    expect(JSON.stringify(claude.requests)).not.toContain('password')
    expect({ reported, text }).toEqual({ reported: [broken], text: 'Sorry.' })
  })
})

test('a schema that cannot be told to the model is refused when the tool is made', () => {
  const input = v.object({ day: v.date() })
  expect(() => tool({ name: 'a', description: 'A.', input, run: () => 1 })).toThrow('date')
})

describe('every end says why, and leaves messages that the API takes back', () => {
  const CALL = calls('get_pnl', { day: '2026-04-13' })

  test.each([
    ['end_turn', 'I have no answer to that.'],
    ['stop_sequence', 'I have no answer to that.'],
    ['max_tokens', 'is cut off here'],
    ['refusal', 'I cannot answer that.'],
    ['model_context_window_exceeded', 'longer than I can read'],
  ] as const)('%s without content', async (reason, sentence) => {
    claude.script([stops(reason)])
    const { text, stop, messages } = await ask('Profit?')
    expect(text).toContain(sentence)
    expect(stop).toBe(reason)
    expect((await answersInHistory(messages)).text).toBe('Yes.')
  })

  test.each(['max_tokens', 'model_context_window_exceeded', 'refusal', 'end_turn'] as const)(
    '%s in the middle of a call does not run the tool',
    async (reason) => {
      claude.script([[thinks('Hm.'), says('The profit is'), CALL, stops(reason)]])
      const { text, log, toolCalls, messages } = await ask('Profit?')
      expect({ log, toolCalls }).toEqual({ log: [], toolCalls: [] })
      expect(text.startsWith('The profit is')).toBe(reason !== 'refusal')
      expect((await answersInHistory(messages)).text).toBe('Yes.')
    },
  )

  test('an answer that consists of thoughts only', async () => {
    claude.script([[thinks('Hm.'), stops('end_turn')]])
    const { text, messages } = await ask('Profit?')
    expect(text).toContain('I have no answer to that.')
    expect((await answersInHistory(messages)).text).toBe('Yes.')
  })

  test('pause_turn goes on where it paused', async () => {
    claude.script([[says('We earned '), stops('pause_turn')], [says('12 euros.'), CALL], says('12 euros.')])
    const { text, messages } = await ask('Profit?')
    expect(claude.requests[1]?.body.messages.at(-1)).toMatchObject({
      role: 'assistant',
      content: [{ text: 'We earned ' }],
    })
    expect(messages[1]?.content).toMatchObject([{ text: 'We earned ' }, { text: '12 euros.' }, { type: 'tool_use' }])
    expect(text).toBe('12 euros.')
    expect((await answersInHistory(messages)).text).toBe('Yes.')
  })

  test('the turn limit stops a model that never stops, and does not run its last call', async () => {
    claude.script([CALL, [says('Once more.'), CALL]])
    const { text, stop, log, messages } = await ask('Profit?', { turns: 2 })
    expect(stop).toBe('turn_limit')
    expect(text).toBe('Once more.\n\nI stopped here because this takes too many steps. Please ask for less at once.')
    expect(log).toHaveLength(1)
    expect((await answersInHistory(messages)).text).toBe('Yes.')
  })

  test('the turn limit stops a model that always pauses', async () => {
    const pause = [says('Still at it.'), stops('pause_turn')]
    claude.script([pause, pause])
    expect(await ask('Profit?', { turns: 2 })).toMatchObject({ stop: 'turn_limit' })
  })

  test('the token limit begins no further turn, but a complete answer beyond it counts', async () => {
    claude.script([CALL, says('Never asked for.')])
    const { stop, text, log } = await ask('Profit?', { meter: aMeter({ tokens: 10 }) })
    expect({ stop, log }).toEqual({ stop: 'token_limit', log: [] })
    expect(text).toContain('too much reading')
    expect(claude.left).toBe(1)
    expect(await ask('Profit?', { meter: aMeter({ tokens: 10 }) })).toMatchObject({ text: 'Never asked for.' })
  })
})
