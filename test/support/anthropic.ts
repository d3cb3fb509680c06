import type Anthropic from '@anthropic-ai/sdk'
import { createAnswers, searchResultsIn } from './anthropic-answer.ts'
import { demoTurn } from './anthropic-demo.ts'
import { refusalOf } from './anthropic-rules.ts'
import type { Answer, Failure, RecordedRequest, ScriptedTurn, Turn } from './anthropic-turns.ts'
import { createPromptCache, promptParts, tokensOf } from './anthropic-usage.ts'

export const ANTHROPIC_TEST_KEY = 'a-key-for-the-stand-in'
const VERSION = '2026-10-21'
const LARGEST_BODY = 32 * 1024 * 1024

/**
 * The Claude Messages API on loopback. It refuses what the API refuses, and answers from a script.
 * `otherwise` answers when the script has no turn left; without it such a request gets a 400 that says so.
 */
export async function startAnthropic({
  port = 0,
  key = ANTHROPIC_TEST_KEY,
  otherwise,
}: { port?: number; key?: string; otherwise?: (request: RecordedRequest) => Turn } = {}) {
  const answers = await createAnswers()
  const inputUsage = createPromptCache()
  const pauses = new Set<string>()
  let requests: RecordedRequest[] = []
  let script: ScriptedTurn[] = []

  async function nextTurn(request: RecordedRequest): Promise<Turn> {
    const turn = script.shift() ?? otherwise ?? scriptEnded
    if (typeof turn !== 'function') return turn
    try {
      return await turn(request)
    } catch (error) {
      return badScript(`The script's function failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async function handle(http: Request, requestId: string): Promise<Response> {
    const { pathname } = new URL(http.url)
    const raw = await http.bytes()
    const closed = refusalAtTheDoor(http, pathname, raw.length, key)
    if (closed) return failure(closed, requestId)
    const body = parsed(new TextDecoder().decode(raw))
    if (body === undefined) return failure(invalid('The request body is not valid JSON'), requestId)

    const refused = refusalOf(pathname, body, (text) => pauses.has(text))
    const request: RecordedRequest = {
      path: pathname,
      headers: Object.fromEntries(http.headers),
      body: body as Anthropic.MessageCreateParams,
      ...(refused && { refused: refused.message }),
    }
    requests.push(request)
    if (refused) return failure(refused, requestId)

    const checked = body as Parameters<typeof promptParts>[0]
    if (pathname.endsWith('/count_tokens'))
      return Response.json({ input_tokens: promptParts(checked).reduce((sum, { text }) => sum + tokensOf(text), 0) })

    const turn = await nextTurn(request)
    if ('status' in turn) return failure(turn, requestId)
    const answer = joined(turn)
    const last = answer.blocks?.at(-1)
    const citable = searchResultsIn(request.body).map(({ citations }) => citations?.enabled === true)
    const wrong = answer.blocks
      ?.flatMap((block) => (block.type === 'text' ? (block.cited ?? []) : []))
      .find((at) => !citable[at])
    if (wrong !== undefined)
      return failure(
        badScript(`search result ${wrong} cannot be cited: it is not in the request, or citations are off`),
        requestId,
      )
    if (answer.stop === 'pause_turn' && last?.type === 'text') pauses.add(last.text)
    return answers.respond(request.body, answer, inputUsage(checked))
  }

  const gate = Bun.serve({
    port,
    hostname: '127.0.0.1',
    // Keeps Bun from printing the error of every connection that a script breaks on purpose.
    development: false,
    async fetch(http) {
      const requestId = `req_${crypto.randomUUID().replaceAll('-', '')}`
      const response = await handle(http, requestId)
      response.headers.set('request-id', requestId)
      return response
    },
  })

  return {
    /** For `ANTHROPIC_BASE_URL`. */
    url: gate.url.origin,
    key,
    /** All requests with a JSON body since the last `script`, oldest first, refused ones too. */
    get requests(): readonly RecordedRequest[] {
      return requests
    },
    /** Turns that were not asked for yet. */
    get left() {
      return script.length
    },
    /** Answers the coming requests in this order; forgets earlier turns and requests. */
    script(turns: ScriptedTurn[]) {
      script = [...turns]
      requests = []
    },
    async stop() {
      await gate.stop(true)
      await answers.stop()
    },
  }
}

function refusalAtTheDoor(http: Request, path: string, bytes: number, key: string): Failure | undefined {
  if (path !== '/v1/messages' && path !== '/v1/messages/count_tokens')
    return { status: 404, type: 'not_found_error', message: 'Not found' }
  if (http.method !== 'POST') return { status: 405, type: 'invalid_request_error', message: 'Method Not Allowed' }
  if (bytes > LARGEST_BODY)
    return { status: 413, type: 'request_too_large', message: 'Request exceeds the maximum size' }
  const bearer = http.headers.get('authorization')?.match(/^Bearer (.+)$/)?.[1]
  const given = bearer ?? http.headers.get('x-api-key')
  if (!given) return { status: 401, type: 'authentication_error', message: 'x-api-key header is required' }
  if (given !== key)
    return { status: 401, type: 'authentication_error', message: bearer ? 'Invalid bearer token' : 'invalid x-api-key' }
  const version = http.headers.get('anthropic-version')
  if (!version) return invalid('anthropic-version: header is required')
  return version === VERSION ? undefined : invalid(`anthropic-version: this stand-in speaks ${VERSION} only`)
}

const invalid = (message: string): Failure => ({ status: 400, type: 'invalid_request_error', message })
const badScript = (message: string): Failure => invalid(`Stand-in: ${message}`)

const scriptEnded = ({ body: { model, messages } }: RecordedRequest): Failure =>
  badScript(
    `the script has no turn left for this request to ${model} with ${messages.length} messages, ` +
      `the last being ${JSON.stringify(messages.at(-1)).slice(0, 500)}`,
  )

function failure({ status, type, message, retryAfter }: Failure, requestId: string): Response {
  const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) }
  return Response.json({ type: 'error', error: { type, message }, request_id: requestId }, { status, headers })
}

/** One answer of all parts; empty texts vanish, as a model writes none. */
function joined(turn: Answer | Answer[]): Answer {
  const parts = Array.isArray(turn) ? turn : [turn]
  return {
    ...Object.assign({}, ...parts),
    blocks: parts.flatMap(({ blocks = [] }) => blocks).filter((block) => block.type !== 'text' || block.text !== ''),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const port = Number(process.argv[2] ?? 8787)
  const { url, key } = await startAnthropic({ port, otherwise: (request) => demoTurn(request, new Date()) })
  console.log(`The Claude stand-in answers. Start the bot with:\nANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=${key}`)
}
