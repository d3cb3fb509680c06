import type Anthropic from '@anthropic-ai/sdk'
import { LLMock } from '@copilotkit/aimock'
import { signatureOf } from './anthropic-request.ts'
import type { Answer } from './anthropic-turns.ts'
import { tokensOf } from './anthropic-usage.ts'

/** Every search result that a request brings, in its order, also those within results of tools. */
export function searchResultsIn({ messages }: { messages: readonly { content: unknown }[] }) {
  const blocksOf = (content: unknown) =>
    Array.isArray(content) ? (content as { type: string; content?: unknown }[]) : []
  return messages
    .flatMap(({ content }) => blocksOf(content))
    .flatMap((block) => (block.type === 'tool_result' ? blocksOf(block.content) : [block]))
    .filter((block) => block.type === 'search_result') as unknown as Anthropic.SearchResultBlockParam[]
}

/** What a text is from: of each cited search result all that stands between its first and last block. */
function citationsOf(body: Anthropic.MessageCreateParams, cited: readonly number[]): Anthropic.TextCitation[] {
  const results = searchResultsIn(body)
  return cited.flatMap((search_result_index) => {
    const found = results[search_result_index]
    if (!found) return []
    const [start_block_index, end_block_index] = [0, found.content.length]
    const cited_text = found.content.map(({ text }) => text).join('')
    const { source, title } = found
    return [
      {
        type: 'search_result_location' as const,
        cited_text,
        source,
        title,
        search_result_index,
        start_block_index,
        end_block_index,
      },
    ]
  })
}

type InputUsage = Pick<Anthropic.Usage, 'input_tokens' | 'cache_creation_input_tokens' | 'cache_read_input_tokens'>
type Event = Anthropic.RawMessageStreamEvent | { type: 'ping' }

/**
 * Turns an `Answer` into the bytes of a Messages response. aimock makes the message and its events; what it leaves out
 * (cache usage, `caller`, `citations`, `stop_details`, empty content, a broken connection) is added here.
 */
export async function createAnswers() {
  const planned = new Map<string, Answer>()
  const mock = new LLMock({ port: 0, host: '127.0.0.1' })
  mock.addFixture({
    match: {},
    response: ({ _context = '' }) => {
      const { blocks = [], thinking, stop } = planned.get(_context) ?? {}
      const content = blocks.length > 0 ? { blocks } : { content: '' }
      return {
        ...content,
        ...(stop && { finishReason: stop }),
        ...(thinking && { reasoning: thinking, reasoningSignature: signatureOf(thinking) }),
      }
    },
  })
  await mock.start()

  return {
    /** The HTTP response for one answer, streamed when the request asks for it. */
    async respond(body: Anthropic.MessageCreateParams, answer: Answer, input: InputUsage): Promise<Response> {
      const id = crypto.randomUUID()
      planned.set(id, answer)
      const made = await fetch(`${mock.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-aimock-context': id },
        body: JSON.stringify(body),
      })
      planned.delete(id)
      const usage = usageOf(answer, input)
      if (!body.stream) {
        const text = JSON.stringify(completeMessage((await made.json()) as Anthropic.Message, answer, usage, body))
        return new Response(answer.cut ? brokenOff([text.slice(0, text.length / 2)]) : text, {
          headers: { 'content-type': 'application/json' },
        })
      }
      const events = completeEvents(eventsIn(await made.text()), answer, usage, body)
      const frames = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      if (answer.overloaded) frames.splice(frames.length / 2, frames.length, OVERLOADED)
      return new Response(answer.cut ? brokenOff(frames.slice(0, frames.length / 2)) : inTurn(frames), {
        headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
      })
    },
    stop: () => mock.stop(),
  }
}

const OVERLOADED = `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}\n\n`

/** Each chunk leaves in its own tick, so that the reader sees a stream and not one packet. */
async function* inTurn(chunks: string[]) {
  for (const chunk of chunks) {
    yield chunk
    await Bun.sleep(0)
  }
}

async function* brokenOff(chunks: string[]) {
  yield* inTurn(chunks)
  // A reset at once overtakes the bytes before it: the client would see a failed request instead of half an answer.
  await Bun.sleep(20)
  throw new Error('The scripted answer breaks off here.')
}

const eventsIn = (stream: string) =>
  stream
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => JSON.parse(frame.slice(frame.indexOf('data: ') + 6)) as Event)

function usageOf({ blocks = [], thinking = '' }: Answer, input: InputUsage): Anthropic.Usage {
  return {
    ...input,
    cache_creation: {
      ephemeral_5m_input_tokens: input.cache_creation_input_tokens ?? 0,
      ephemeral_1h_input_tokens: 0,
    },
    output_tokens: tokensOf(blocks) + tokensOf(thinking),
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: 'standard',
    inference_geo: null,
    speed: 'standard',
  }
}

const stopDetailsOf = ({ stop }: Answer): Anthropic.RefusalStopDetails | null =>
  stop === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null

const completeBlock = (block: Anthropic.ContentBlock): Anthropic.ContentBlock => {
  if (block.type === 'text') return { ...block, citations: null }
  if (block.type === 'tool_use') return { ...block, caller: { type: 'direct' } }
  return block
}

const completeMessage = (
  message: Anthropic.Message,
  answer: Answer,
  usage: Anthropic.Usage,
  body?: Anthropic.MessageCreateParams,
): Anthropic.Message => ({
  ...message,
  content: message.content
    .filter((block) => block.type !== 'text' || block.text !== '')
    .map((block, at) => {
      const cited = body ? citationsOf(body, citedAt(answer, at)) : []
      return block.type === 'text' && cited.length > 0
        ? Object.assign({}, block, { citations: cited })
        : completeBlock(block)
    }),
  container: null,
  diagnostics: null,
  stop_details: stopDetailsOf(answer),
  usage,
})

/** The citations of the block at this place of the content: a thinking block comes before all others. */
function citedAt({ blocks = [], thinking }: Answer, at: number): readonly number[] {
  const block = blocks[at - (thinking ? 1 : 0)]
  return block?.type === 'text' ? (block.cited ?? []) : []
}

function completeEvents(
  events: Event[],
  answer: Answer,
  usage: Anthropic.Usage,
  body: Anthropic.MessageCreateParams,
): Event[] {
  // aimock writes an empty text block where the model wrote nothing.
  const emptyBlock = answer.blocks?.length ? -1 : answer.thinking ? 1 : 0
  return events.flatMap((event): Event[] => {
    if ('index' in event && event.index === emptyBlock) return []
    switch (event.type) {
      case 'message_start':
        return [
          { ...event, message: completeMessage(event.message, answer, { ...usage, output_tokens: 1 }) },
          { type: 'ping' },
        ]
      case 'content_block_start':
        return [
          { ...event, content_block: completeBlock(event.content_block) },
          ...citationsOf(body, citedAt(answer, event.index)).map((citation) => ({
            type: 'content_block_delta' as const,
            index: event.index,
            delta: { type: 'citations_delta' as const, citation },
          })),
        ]
      case 'message_delta':
        return [{ ...event, delta: { ...event.delta, container: null, stop_details: stopDetailsOf(answer) }, usage }]
      default:
        return [event]
    }
  })
}
