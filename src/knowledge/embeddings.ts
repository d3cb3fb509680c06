import type OpenAI from 'openai'
import type * as Sdk from 'openai'
import { toSql } from 'pgvector'
import * as v from 'valibot'
import { AppError } from '../errors.ts'
import { observedFetch } from '../telemetry/observed-fetch.ts'

/** As many numbers as the database's column has. */
export const DIMENSIONS = 1536
/** Of one request, by the API: inputs, tokens of all, and tokens of one. A token is at least one byte, so bytes are a safe count. */
const LIMITS = { inputs: 2_048, tokens: 300_000, tokensOfOne: 8_192 }

const NO_KEY = 'No key for OpenAI is set (OPENAI_API_KEY).'

/** Texts as vectors whose cosine says how near their meanings are. */
export type Embeddings = {
  model: string
  /** Whether there is a key. */
  available: () => Promise<boolean>
  /**
   * One vector a text, in their order, as the database takes it: `[0.1,…]`. Texts must not be empty, nor longer than 8,192 bytes.
   * Throws AppError `unavailable` when there is no key, or the service cannot be reached, refuses us, or answers vectors of another size, and the signal's
   * reason when `signal` aborts.
   */
  embed: (texts: readonly string[], signal?: AbortSignal) => Promise<string[]>
}

const observed = (url: string | URL | Request, init?: RequestInit) =>
  observedFetch({ service: 'openai', endpoint: 'embeddings' }, url, init)

/** The SDK hands on whatever came with status 200, a page of a proxy too. */
const Vectors = v.object({ data: v.array(v.object({ index: v.number(), embedding: v.array(v.number()) })) })
const NO_ANSWER = 'OpenAI does not answer at the moment.'

/** OpenAI's embeddings. 429, 5xx and lost connections are repeated `maxRetries` times; `timeout` (ms) is of one try. */
export function createEmbeddings({
  apiKey,
  model,
  baseURL = 'https://api.openai.com/v1',
  maxRetries = 3,
  timeout = 20_000,
}: {
  /** Looked up for each request, so that a new one needs no restart. */
  apiKey: () => Promise<string | undefined>
  model: string
  baseURL?: string | undefined
  maxRetries?: number
  timeout?: number
}): Embeddings {
  async function connected() {
    const key = await apiKey()
    if (!key) throw new AppError('unavailable', NO_KEY)
    // `null` keeps the SDK from reading the environment.
    const none = { adminAPIKey: null, organization: null, project: null, webhookSecret: null }
    // Loaded when first asked, as the SDK of Claude.
    const sdk = await import('openai')
    return { sdk, client: new sdk.default({ apiKey: key, ...none, baseURL, maxRetries, timeout, fetch: observed }) }
  }

  async function embedBatch(
    { sdk, client }: { sdk: typeof Sdk; client: OpenAI },
    input: string[],
    signal: AbortSignal | undefined,
  ): Promise<string[]> {
    try {
      const answer = await client.embeddings.create(
        { model, input, dimensions: DIMENSIONS },
        { ...(signal && { signal }) },
      )
      const read = v.safeParse(Vectors, answer)
      if (!read.success) throw new AppError('unavailable', NO_ANSWER, { cause: new v.ValiError(read.issues) })
      const { data } = read.output
      const vectors = data.sort((one, other) => one.index - other.index).map(({ embedding }) => embedding)
      mustFit(vectors, input.length, model)
      return vectors.map((vector) => toSql(vector) as string)
    } catch (error) {
      signal?.throwIfAborted()
      throw failureOf(sdk, error, model)
    }
  }

  return {
    model,
    available: async () => Boolean(await apiKey()),
    async embed(texts, signal) {
      const service = await connected()
      const vectors: string[] = []
      for (const batch of batchesOf(texts)) vectors.push(...(await embedBatch(service, batch, signal)))
      return vectors
    },
  }
}

/** What there is without a key. */
export const NO_EMBEDDINGS = createEmbeddings({ apiKey: async () => undefined, model: 'text-embedding-3-small' })

function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = []
  let tokens = 0
  for (const text of texts) {
    const size = Buffer.byteLength(text)
    if (size === 0 || size > LIMITS.tokensOfOne) throw new RangeError(`a text of ${size} bytes cannot be embedded`)
    const last = batches.at(-1)
    if (last && last.length < LIMITS.inputs && tokens + size <= LIMITS.tokens) last.push(text)
    else {
      batches.push([text])
      tokens = 0
    }
    tokens += size
  }
  return batches
}

function mustFit(vectors: number[][], asked: number, model: string) {
  const size = vectors.find((vector) => vector.length !== DIMENSIONS)?.length
  if (vectors.length === asked && size === undefined && vectors.every((vector) => vector.every(Number.isFinite))) return
  const what =
    size === undefined
      ? 'an answer that is not one vector a text'
      : `vectors of ${size} numbers instead of ${DIMENSIONS}`
  throw new AppError(
    'unavailable',
    `The embedding model ${model} gave ${what}. An administrator has to check EMBEDDING_MODEL.`,
  )
}

function failureOf({ APIError, OpenAIError }: typeof Sdk, error: unknown, model: string): unknown {
  if (error instanceof AppError) return error
  // A connection that breaks within the answer is the system's error, not the SDK's.
  const isBroken = error instanceof SyntaxError || (error instanceof TypeError && 'code' in error)
  if (!(error instanceof OpenAIError || isBroken)) return error
  const unavailable = (message: string) => new AppError('unavailable', message, { cause: error })
  const { status, code } = error instanceof APIError ? error : { status: undefined, code: undefined }
  switch (status) {
    case 400:
    case 413:
    case 422:
      return error
    case 401:
    case 403:
      return unavailable('OpenAI refused our key. An administrator has to check OPENAI_API_KEY.')
    case 404:
      return unavailable(`OpenAI has no model "${model}". An administrator has to check EMBEDDING_MODEL.`)
    case 429:
      return code === 'insufficient_quota'
        ? unavailable('The credit of our OpenAI account is used up. An administrator has to top it up.')
        : unavailable('OpenAI takes no more texts from us at the moment.')
    default:
      return unavailable(NO_ANSWER)
  }
}
