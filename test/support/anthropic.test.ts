import Anthropic, { AnthropicError, BadRequestError } from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { calls, cutsOff, fails, resultsOf, says, stops, thinks } from './anthropic-turns.ts'
import { createPromptCache } from './anthropic-usage.ts'
import { ANTHROPIC_TEST_KEY, startAnthropic } from './anthropic.ts'

let claude: Awaited<ReturnType<typeof startAnthropic>>
let client: Anthropic

beforeAll(async () => {
  claude = await startAnthropic()
  client = new Anthropic({ apiKey: claude.key, baseURL: claude.url, maxRetries: 2 })
})
afterAll(() => claude.stop())

const HEADERS = { authorization: `Bearer ${ANTHROPIC_TEST_KEY}`, 'anthropic-version': '2026-10-21' }
const TOOL = { name: 'get_pnl', input_schema: { type: 'object' as const } }
const BODY = {
  model: 'claude-sonnet-5-5',
  max_tokens: 100,
  tools: [TOOL],
  messages: [{ role: 'user' as const, content: 'How much did we earn?' }],
}
const USE = { type: 'tool_use', id: 'toolu_1', name: 'get_pnl', input: {} }
const RESULT = { type: 'tool_result', tool_use_id: 'toolu_1', content: '{}' }
const conversation = (...contents: unknown[]) => ({
  messages: contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content })),
})

async function post(body: unknown, headers: Record<string, string> = HEADERS, path = '/v1/messages') {
  const raw = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(claude.url + path, { method: 'POST', headers, body: raw })
  const { error, ...answer } = (await response.json()) as { error?: { type: string; message: string } }
  return { status: response.status, ...error, answer: answer as Record<string, unknown> }
}

describe('requests that the API refuses', () => {
  test.each([
    ['no key', { 'anthropic-version': '2026-10-21' }, 401, 'authentication_error'],
    ['another key', { ...HEADERS, authorization: 'Bearer x' }, 401, 'authentication_error'],
    ['no version', { 'x-api-key': ANTHROPIC_TEST_KEY }, 400, 'invalid_request_error'],
    ['an old version', { ...HEADERS, 'anthropic-version': '2023-06-01' }, 400, 'invalid_request_error'],
  ])('%s', async (_, headers, status, type) => {
    expect(await post(BODY, headers as Record<string, string>)).toMatchObject({ status, type })
  })

  const text = (text: string, more = {}) => ({ type: 'text', text, ...more })
  const marked = text('Hi', { cache_control: { type: 'ephemeral' } })
  test.each<[string, object, string]>([
    ['no model', { model: undefined }, 'model: Field required'],
    ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
    ['no messages', { messages: undefined }, 'messages: Field required'],
    ['an empty conversation', { messages: [] }, 'messages: at least one message is required'],
    ['temperature', { temperature: 0 }, 'temperature: Extra inputs are not permitted'],
    ['top_p', { top_p: 1 }, 'top_p: Extra inputs are not permitted'],
    ['top_k', { top_k: 1 }, 'top_k: Extra inputs are not permitted'],
    ['a thread', { previous_message_id: 'msg_1' }, 'previous_message_id: Extra inputs are not permitted'],
    ['an unknown role', { messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role: Input tag "tool"'],
    ['an unknown block', conversation([{ type: 'video' }]), 'messages.0.content.0.type: Input tag "video"'],
    [
      'a block with a wrong field',
      conversation([text('Hi', { bold: true })]),
      'messages.0.content.0.bold: Extra inputs',
    ],
    ['an empty text block', conversation([text('')]), 'text content blocks must be non-empty'],
    ['a blank text block', conversation([text(' ')]), 'text content blocks must contain non-whitespace text'],
    ['an empty user message', conversation(''), 'messages.0: user messages must have non-empty content'],
    ['an empty assistant message', conversation('a', [], 'b'), 'messages.1: all messages must have non-empty content'],
    [
      'citations of a user',
      conversation([text('Hi', { citations: [{ type: 'x' }] })]),
      'messages.0.content.0.citations',
    ],
    [
      'a document of the assistant',
      conversation('a', [{ type: 'document', source: { type: 'text' } }], 'b'),
      'messages.1.content.0.type: Input tag "document"',
    ],
    [
      'an assistant who begins',
      { messages: [{ role: 'assistant', content: 'a' }] },
      'first message must use the "user" role',
    ],
    ['a prefilled answer', conversation('a', 'The profit is'), 'does not support assistant message prefill'],
    [
      'a changed thinking block',
      conversation('a', [{ type: 'thinking', thinking: 'hm', signature: 'x' }, text('b')], 'c'),
      'messages.1.content.0: Invalid `signature` in `thinking` block',
    ],
    [
      'a call without its result',
      conversation('a', [USE], 'b'),
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.',
    ],
    ['a call at the end of the conversation', conversation('a', [USE]), 'prefill'],
    ['a result that comes a message late', conversation('a', [USE], 'b', 'c', [RESULT]), 'messages.1: `tool_use` ids'],
    ['a result behind a text', conversation('a', [USE], [text('b'), RESULT]), 'messages.1: `tool_use` ids'],
    [
      'a result without its call',
      conversation('a', 'b', [RESULT]),
      'messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1.',
    ],
    ['two results for one call', conversation('a', [USE], [RESULT, RESULT]), 'Found multiple `tool_result` blocks'],
    ['two calls with one id', conversation('a', [USE, USE], [RESULT]), 'messages.1: `tool_use` ids must be unique'],
    [
      'a list as a call’s input',
      conversation('a', [{ ...USE, input: [] }], [RESULT]),
      'Input should be a valid dictionary',
    ],
    ['calls without tools', { ...conversation('a', [USE], [RESULT]), tools: undefined }, 'must define tools'],
    [
      'a tool name with a dot',
      { tools: [{ ...TOOL, name: 'get.pnl' }] },
      "tools.0.name: String should match pattern '^",
    ],
    ['a tool name of 65 letters', { tools: [{ ...TOOL, name: 'x'.repeat(65) }] }, 'tools.0.name: String should match'],
    ['a tool without a schema', { tools: [{ name: 'a' }] }, 'tools.0.input_schema: Field required'],
    [
      'a tool that takes a text',
      { tools: [{ name: 'a', input_schema: { type: 'string' } }] },
      'tools.0.input_schema.type',
    ],
    [
      'a tool with a choice at the top',
      { tools: [{ name: 'a', input_schema: { type: 'object', anyOf: [] } }] },
      'top level',
    ],
    ['two tools of one name', { tools: [TOOL, TOOL] }, 'tools: Tool names must be unique.'],
    ['a forced tool', { tool_choice: { type: 'any' } }, 'forced tool use is not supported'],
    ['one forced tool', { tool_choice: { type: 'tool', name: 'get_pnl' } }, 'forced tool use is not supported'],
    [
      'a forced tool that does not exist',
      { model: 'claude-opus-5-5', tool_choice: { type: 'tool', name: 'x' } },
      "Tool 'x' not found in provided tools",
    ],
    [
      'five cache breakpoints',
      { system: [marked, marked], ...conversation([marked, marked, marked]) },
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
  ])('%s', async (_, change, message) => {
    claude.script([])
    const { status, type, message: said = '', answer } = await post({ ...BODY, ...change })
    expect({ status, type }).toEqual({ status: 400, type: 'invalid_request_error' })
    expect(said).toContain(message)
    expect(answer).toMatchObject({ type: 'error', request_id: expect.stringMatching(/^req_/) })
    expect(claude.requests.map(({ refused }) => refused)).toEqual([said])
  })

  test('an unknown model', async () => {
    expect(await post({ ...BODY, model: 'claude-3-opus' })).toMatchObject({ status: 404, type: 'not_found_error' })
  })
  test('another path', async () => {
    expect(await post(BODY, HEADERS, '/v1/complete')).toMatchObject({ status: 404, type: 'not_found_error' })
  })
  test('text that is not JSON', async () => {
    expect(await post('{')).toMatchObject({ status: 400, message: 'The request body is not valid JSON' })
  })
  test('a body over 32 MB', async () => {
    const large = conversation('x'.repeat(32 * 1024 * 1024))
    expect(await post({ ...BODY, ...large })).toMatchObject({ status: 413, type: 'request_too_large' })
  })
  test('more requests than the script has turns, with a text that names the request', async () => {
    claude.script([])
    expect((await post(BODY)).message).toMatch(
      /no turn left for this request to claude-sonnet-5-5.+How much did we earn/,
    )
  })
})

describe('answers', () => {
  const stream = (body: object = {}) => client.messages.stream({ ...BODY, ...body })

  test('a text streams in several pieces and ends the turn', async () => {
    claude.script([says('We earned 1,234.50 euros in April, which is more than in March.')])
    const pieces: string[] = []
    const message = await stream()
      .on('text', (piece) => pieces.push(piece))
      .finalMessage()
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe('We earned 1,234.50 euros in April, which is more than in March.')
    expect(message).toMatchObject({
      stop_reason: 'end_turn',
      stop_details: null,
      content: [{ type: 'text', citations: null }],
    })
  })

  test('the events come in the order of the API', async () => {
    claude.script([[says('Hi'), calls('get_pnl', {})]])
    const response = await fetch(`${claude.url}/v1/messages`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify({ ...BODY, stream: true }),
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect((await response.text()).match(/^event: .+/gm)?.map((line) => line.slice(7))).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
  })

  test.each([true, false])('thinking, text and two calls make one turn (streamed: %p)', async (streamed) => {
    claude.script([
      [thinks('Both stores.'), says('One moment.'), calls('a', { day: 1 }), calls('b', { list: ['x'.repeat(50)] })],
    ])
    const message = await (streamed ? stream().finalMessage() : client.messages.create(BODY))
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Both stores.' },
      { type: 'text', text: 'One moment.' },
      { type: 'tool_use', name: 'a', input: { day: 1 }, caller: { type: 'direct' } },
      { type: 'tool_use', name: 'b', input: { list: ['x'.repeat(50)] } },
    ])
  })

  test('an answer may be sent back as it came, and the next turn can use the tool results', async () => {
    claude.script([
      [thinks('Hm.'), says('One moment.'), calls('get_pnl', {})],
      (request) => says(`Profit: ${JSON.stringify(resultsOf(request).map(({ result }) => result))}`),
    ])
    const { content } = await stream().finalMessage()
    const use = content.find((block) => block.type === 'tool_use')
    const messages: Anthropic.MessageParam[] = [
      ...BODY.messages,
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use?.id ?? '', content: '{"profit":12}' }] },
    ]
    const message = await stream({ messages }).finalMessage()
    expect(message.content).toMatchObject([{ text: 'Profit: [{"profit":12}]' }])
    expect(claude.left).toBe(0)
  })

  const REASONS = [
    'end_turn',
    'max_tokens',
    'stop_sequence',
    'pause_turn',
    'refusal',
    'model_context_window_exceeded',
  ] as const
  test.each(REASONS)('%s without content, and with', async (reason) => {
    claude.script([stops(reason), stops(reason), [says('Half'), stops(reason)]])
    expect(await stream().finalMessage()).toMatchObject({ stop_reason: reason, content: [] })
    expect(await client.messages.create(BODY)).toMatchObject({ stop_reason: reason, content: [] })
    expect(await stream().finalMessage()).toMatchObject({ stop_reason: reason, content: [{ text: 'Half' }] })
  })

  test('a refusal carries its details', async () => {
    claude.script([stops('refusal')])
    expect((await stream().finalMessage()).stop_details).toMatchObject({ type: 'refusal' })
  })

  test('a paused turn may be sent back as the last message', async () => {
    claude.script([[says('Still reading.'), stops('pause_turn')], says('Done.')])
    const { content } = await stream().finalMessage()
    const messages: Anthropic.MessageParam[] = [...BODY.messages, { role: 'assistant', content }]
    expect(await stream({ messages }).finalMessage()).toMatchObject({ content: [{ text: 'Done.' }] })
  })

  test.each([429, 529, 500])('the SDK repeats a request that failed with %p', async (status) => {
    claude.script([fails(status, { retryAfter: 0.001 }), fails(status, { retryAfter: 0.001 }), says('Hi')])
    expect(await stream().finalMessage()).toMatchObject({ content: [{ text: 'Hi' }] })
    expect(claude.requests.map(({ headers }) => headers['x-stainless-retry-count'])).toEqual(['0', '1', '2'])
  })

  test('the SDK does not repeat a request that failed with 400', async () => {
    claude.script([fails(400, { message: 'prompt is too long' }), says('Hi')])
    const error = await client.messages.create(BODY).catch((error) => error)
    expect(error).toBeInstanceOf(BadRequestError)
    expect(error).toMatchObject({ apiMessage: 'prompt is too long', requestID: expect.stringMatching(/^req_/) })
    expect(claude.left).toBe(1)
  })

  test('a connection that breaks in the middle of a stream is an error of the SDK', async () => {
    const text = 'The profit of April was as follows, if I may say so.'
    claude.script([[says(text), cutsOff()]])
    let heard = ''
    const broken = stream().on('text', (piece) => (heard += piece))
    expect(await broken.finalMessage().catch((error) => error)).toBeInstanceOf(AnthropicError)
    expect(text.startsWith(heard)).toBe(true)
    expect(heard.length).toBeLessThan(text.length)
  })

  test('a prompt is written to the cache once and read from it afterwards', async () => {
    claude.script([says('A'), says('B'), says('C')])
    const long = () => `${crypto.randomUUID()} ${'and so on '.repeat(1_000)}`
    const system = [{ type: 'text' as const, text: long(), cache_control: { type: 'ephemeral' as const } }]
    const [first, second, other] = [
      await stream({ system }).finalMessage(),
      await stream({ system, messages: [{ role: 'user', content: 'And in March?' }] }).finalMessage(),
      await stream({ system: [{ ...system[0], text: long() }] }).finalMessage(),
    ].map(({ usage }) => usage)
    expect(first?.cache_read_input_tokens).toBe(0)
    expect(first?.cache_creation_input_tokens).toBeGreaterThan(0)
    expect(second?.cache_read_input_tokens).toBe(first?.cache_creation_input_tokens ?? null)
    expect(second?.cache_creation_input_tokens).toBe(0)
    expect(other?.cache_read_input_tokens).toBe(0)
  })

  test('a prompt is not read from the cache when it is short, another model’s, older than five minutes, or 21 blocks on', () => {
    let now = 0
    const count = createPromptCache(() => now)
    const cache_control = { type: 'ephemeral' as const }
    const marked = (text: string) => ({ type: 'text' as const, text, cache_control })
    const plain = (text: string) => ({ type: 'text' as const, text })
    const ask = (content: ReturnType<typeof plain>[], model = 'claude-opus-5-5') =>
      count({ model, messages: [{ role: 'user', content }] }).cache_read_input_tokens
    const start = marked('word '.repeat(4_000))
    const blocks = (more: number) => [...Array.from({ length: more - 1 }, (_, at) => plain(`${at}`)), marked('end')]

    expect([ask([marked('word '.repeat(3_000))]), ask([marked('word '.repeat(3_000))])]).toEqual([0, 0])
    const [written, read] = [ask([start]), ask([start])]
    expect([written, ask([start], 'claude-sonnet-5-5')]).toEqual([0, 0])
    expect(read).toBeGreaterThan(4_096)
    expect(ask([plain(start.text), ...blocks(20)])).toBe(read)
    expect(ask([plain(start.text), ...blocks(21)])).toBe(0)
    now = 5 * 60_000
    expect(ask([start])).toBe(read)
    now = 10 * 60_000 + 1
    expect(ask([start])).toBe(0)
  })

  test('tokens are counted', async () => {
    const { input_tokens } = await client.messages.countTokens({ model: BODY.model, messages: BODY.messages })
    expect(input_tokens).toBeGreaterThan(0)
  })

  test('requests are recorded as they were sent, with their headers', async () => {
    claude.script([says('Hi')])
    const system = [{ type: 'text' as const, text: 'Be brief.', cache_control: { type: 'ephemeral' as const } }]
    await stream({ system }).finalMessage()
    expect(claude.requests).toHaveLength(1)
    expect(claude.requests[0]?.body).toEqual({ ...BODY, system, stream: true })
    expect(claude.requests[0]?.headers['anthropic-version']).toBe('2026-10-21')
  })
})
