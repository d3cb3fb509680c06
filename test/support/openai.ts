import * as v from 'valibot'
import { meaningOf } from './meaning.ts'

export const OPENAI_TEST_KEY = 'sk-a-key-for-the-stand-in'

/** What the API answers instead of vectors: an HTTP failure, vectors of another size, or the right answer too late (ms). */
export type Fault = { status: 401 | 429 | 500 | 503; code?: string } | { size: number } | { wait: number }
export type EmbeddingsBody = v.InferOutput<typeof Body>

const SIZES: Record<string, { largest: number; shortens: boolean }> = {
  'text-embedding-3-small': { largest: 1536, shortens: true },
  'text-embedding-3-large': { largest: 3072, shortens: true },
  'text-embedding-ada-002': { largest: 1536, shortens: false },
}
const Filled = v.pipe(v.string(), v.minLength(1, "'$.input' is invalid: an input cannot be an empty string."))
const Body = v.strictObject({
  model: v.string(),
  input: v.union(
    [
      Filled,
      v.pipe(
        v.array(Filled),
        v.minLength(1, "'$.input' is invalid: it must have at least one input."),
        v.maxLength(2_048, "'$.input' is invalid: the array has more than 2048 inputs."),
      ),
    ],
    (issue) => issue.issues?.[0]?.message ?? "'$.input' is invalid.",
  ),
  dimensions: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  encoding_format: v.optional(v.picklist(['float', 'base64']), 'float'),
  user: v.optional(v.string()),
})

/**
 * OpenAI's embeddings API on loopback. It refuses what the API refuses; its vectors are hashed words, so texts that share words are near
 * each other. `faults` are answered first, one a request.
 */
export function startOpenai({ port = 0, key = OPENAI_TEST_KEY }: { port?: number; key?: string } = {}) {
  const requests: EmbeddingsBody[] = []
  let faults: Fault[] = []

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname !== '/v1/embeddings') return failure(404, `Invalid URL (${request.method} ${pathname})`)
    if (request.method !== 'POST') return failure(405, 'Method not allowed')
    const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
    if (given !== key)
      return failure(401, given ? 'Incorrect API key provided.' : "You didn't provide an API key.", 'invalid_api_key')
    const body = await request.json().catch(() => undefined)
    const checked = v.safeParse(Body, body)
    if (!checked.success) return failure(400, checked.issues[0].message)
    requests.push(checked.output)
    const { model, input, dimensions, encoding_format } = checked.output
    const size = SIZES[model]
    if (!size)
      return failure(404, `The model \`${model}\` does not exist or you do not have access to it.`, 'model_not_found')
    if (dimensions !== undefined && (!size.shortens || dimensions > size.largest))
      return failure(400, `This model does not support ${dimensions} dimensions.`)
    const texts = typeof input === 'string' ? [input] : input
    const tokens = texts.map(tokensOf)
    if (tokens.some((count) => count > 8_192))
      return failure(400, "This model's maximum context length is 8192 tokens.")
    const total = tokens.reduce((sum, count) => sum + count, 0)
    if (total > 300_000)
      return failure(400, `Requested ${total} tokens, max 300000 tokens per request.`, 'max_tokens_per_request')
    const fault = faults.shift()
    if (fault && 'status' in fault) return failure(fault.status, 'The stand-in fails on purpose.', fault.code)
    if (fault && 'wait' in fault) await Bun.sleep(fault.wait)
    const numbers = fault && 'size' in fault ? fault.size : (dimensions ?? size.largest)
    return Response.json({
      object: 'list',
      data: texts.map((text, index) => ({
        object: 'embedding',
        index,
        embedding: encoded(meaningOf(text, numbers), encoding_format),
      })),
      model,
      usage: { prompt_tokens: total, total_tokens: total },
    })
  }

  const server = Bun.serve({ port, hostname: '127.0.0.1', development: false, fetch: answer })
  return {
    /** For `OPENAI_BASE_URL`. */
    url: `${server.url.origin}/v1`,
    key,
    /** All bodies that passed the checks, oldest first. */
    requests: requests as readonly EmbeddingsBody[],
    /** Answers the coming requests with these, then as usual. */
    fail: (coming: Fault[]) => {
      faults = [...coming]
    },
    stop: () => server.stop(true),
  }
}
export type OpenaiStandIn = ReturnType<typeof startOpenai>

/** Never less than the API counts for prose: it is about a token for four bytes. */
const tokensOf = (text: string) => Math.ceil(Buffer.byteLength(text) / 3)

const encoded = (vector: Float32Array, format: 'float' | 'base64') =>
  format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector)

const failure = (status: number, message: string, code: string | null = null) =>
  Response.json(
    { error: { message, type: status === 429 ? 'rate_limit_error' : 'invalid_request_error', param: null, code } },
    { status, ...(status === 429 && { headers: { 'retry-after-ms': '1' } }) },
  )

if (import.meta.main) {
  const { url, key } = startOpenai({ port: Number(process.argv[2] ?? 4030) })
  console.log(
    `The stand-in for OpenAI's embeddings answers. Start the service with:\nOPENAI_BASE_URL=${url} OPENAI_API_KEY=${key}`,
  )
}
