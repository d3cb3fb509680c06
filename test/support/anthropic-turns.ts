import type Anthropic from '@anthropic-ai/sdk'

/** A Messages API body as it came, with its headers; `refused` holds the error text when it did not pass the checks. */
export type RecordedRequest = {
  path: string
  headers: Record<string, string>
  body: Anthropic.MessageCreateParams
  refused?: string
}

/** `cited` are the search results, by their place among all of the request, that a text is from. */
type Block =
  | { type: 'text'; text: string; cited?: readonly number[] }
  | { type: 'toolCall'; name: string; arguments: string }

/**
 * What the model answers: blocks in order, then the stop reason (by default `tool_use` after a call, else
 * `end_turn`).
 */
export type Answer = {
  blocks?: Block[]
  thinking?: string
  stop?: Anthropic.StopReason
  cut?: boolean
  overloaded?: boolean
}

/** What the API answers instead of the model. */
export type Failure = { status: number; type: string; message: string; retryAfter?: number }

/** Answers in an array make one turn: `[says('Let me see.'), calls('get_pnl', {…}), calls('get_orders', {…})]`. */
export type Turn = Answer | Answer[] | Failure

/** A turn, or a function of the request, so that an answer can be built from the tool results that came in. */
export type ScriptedTurn = Turn | ((request: RecordedRequest) => Turn | Promise<Turn>)

export const says = (text: string): Answer => ({ blocks: [{ type: 'text', text }] })

/** A text with citations, which the stand-in checks: the results must be in the request, with citations switched on. */
export const cites = (text: string, ...cited: number[]): Answer => ({ blocks: [{ type: 'text', text, cited }] })

/** `input` need not fit the tool's schema: a model can be wrong as well. */
export const calls = (name: string, input: object): Answer => ({
  blocks: [{ type: 'toolCall', name, arguments: JSON.stringify(input) }],
})

/**
 * A thinking block, which comes before all other blocks of its turn and carries a signature that the stand-in checks.
 */
export const thinks = (thinking: string): Answer => ({ thinking })

/** Ends the turn for this reason; alone it is an answer without content. */
export const stops = (stop: Anthropic.StopReason): Answer => ({ stop })

/** The connection breaks half way through the answer. */
export const cutsOff = (): Answer => ({ cut: true })

/** Half way through the answer the API says that it is overloaded: an event of a stream that began with 200. */
export const overloads = (): Answer => ({ overloaded: true })

const FAILURES: Record<number, [type: string, message: string]> = {
  400: ['invalid_request_error', 'Your request is not valid.'],
  401: ['authentication_error', 'invalid x-api-key'],
  402: ['billing_error', 'Your credit balance is too low to access the Anthropic API.'],
  403: ['permission_error', 'Your API key does not have permission to use the specified resource.'],
  413: ['request_too_large', 'Request exceeds the maximum size'],
  429: ['rate_limit_error', "This request would exceed your organization's rate limit."],
  500: ['api_error', 'Internal server error'],
  504: ['timeout_error', 'Request timed out'],
  529: ['overloaded_error', 'Overloaded'],
}

/**
 * One failed request; the SDK repeats 429 and 5xx, so give as many as it tries. `retryAfter` is in seconds, fractions
 * too.
 */
export const fails = (status: keyof typeof FAILURES, { retryAfter, message }: Partial<Failure> = {}): Failure => {
  const [type, text] = FAILURES[status] ?? ['api_error', `HTTP ${status}`]
  return { status, type, message: message ?? text, retryAfter }
}

/** The tool results that the last message of a request brings, JSON texts parsed, in the order of the calls. */
export function resultsOf(request: RecordedRequest): { id: string; isError: boolean; result: unknown }[] {
  const content = request.body.messages.at(-1)?.content ?? []
  if (typeof content === 'string') return []
  return content.flatMap((block) =>
    block.type === 'tool_result'
      ? [{ id: block.tool_use_id, isError: block.is_error ?? false, result: parsed(textOf(block.content)) }]
      : [],
  )
}

const textOf = (content: Anthropic.ToolResultBlockParam['content']) =>
  typeof content === 'string'
    ? content
    : (content ?? []).map((block) => (block.type === 'text' ? block.text : '')).join('\n')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
