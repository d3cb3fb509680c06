import type Anthropic from '@anthropic-ai/sdk'
import type * as Sdk from '@anthropic-ai/sdk'
import { SpanKind } from '@opentelemetry/api'
import { AppError } from '../errors.ts'
import { observed } from '../telemetry/observe.ts'

/** The language model as the agent loop sees it. */
export type Model = {
  /**
   * One answer, of the first of `models` that gives one. `onText` gets its text in pieces as it is written. Throws AppError `unavailable`
   * when there is no key, or no model can be reached, takes us or ends its answer, `too_large` when it cannot read so much, and the
   * signal's reason when `signal` aborts.
   */
  answer: (request: ModelRequest, options?: AnswerOptions) => Promise<Anthropic.Message>
}

/** `models` are ids, the preferred one first. */
export type ModelRequest = { models: readonly string[] } & Pick<
  Anthropic.MessageCreateParamsNonStreaming,
  'max_tokens' | 'system' | 'tools' | 'messages'
>
export type AnswerOptions = {
  onText?: ((piece: string) => void) | undefined
  /** What a model used, also for an answer that broke off: then as far as it was told. */
  onUsage?: ((used: Used) => void) | undefined
  signal?: AbortSignal | undefined
  /** How often a request is repeated at most. */
  maxRetries?: number
}
export type Used = { model: string; usage: Anthropic.Usage }

/**
 * Claude. `timeout` (ms) covers a whole answer with its repeats and its stream, because the SDK's own timeout ends when the stream
 * begins. 429, 5xx and lost connections are repeated before the stream has begun, not after: `maxRetries` times, or once where another
 * model stands by. That one is asked when a model is overloaded, unknown or silent, unless a part of an answer was shown already.
 */
export function createModel({
  apiKey,
  baseURL,
  maxRetries = 2,
  timeout = 180_000,
}: {
  /** Or where it is looked up for each request, so that a new one needs no restart. */
  apiKey: string | (() => Promise<string | undefined>)
  baseURL?: string
  maxRetries?: number
  timeout?: number
}): Model {
  return {
    async answer({ models, ...request }, { onText, onUsage, signal, maxRetries: repeats = maxRetries } = {}) {
      const key = typeof apiKey === 'string' ? apiKey : await apiKey()
      if (!key)
        throw new AppError(
          'unavailable',
          'I can only answer commands: no key for Claude is set (ANTHROPIC_API_KEY). Try /today or /pnl.',
        )
      // Loaded when first asked: 20 MB that a process without a key never needs.
      const sdk = await import('@anthropic-ai/sdk')
      // `null` and the fixed address keep the SDK from reading the environment.
      const client = new sdk.default({
        apiKey: key,
        authToken: null,
        baseURL: baseURL ?? 'https://api.anthropic.com',
        timeout,
      })
      for (const [at, model] of models.entries()) {
        const isLast = at === models.length - 1
        const deadline = AbortSignal.timeout(timeout)
        const stream = client.messages.stream(
          { ...request, model },
          {
            signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
            maxRetries: isLast ? repeats : Math.min(repeats, 1),
          },
        )
        let shown = false
        stream.on('text', (piece) => {
          shown = onText !== undefined
          onText?.(piece)
        })
        try {
          const message = await observed(workOf(model), async (note) => {
            const message = await stream.finalMessage()
            note({
              labels: { 'gen_ai.response.finish_reason': message.stop_reason ?? '' },
              more: tokensOf(message.usage),
            })
            return message
          })
          onUsage?.({ model, usage: message.usage })
          return message
        } catch (error) {
          if (stream.currentMessage) onUsage?.({ model, usage: stream.currentMessage.usage })
          signal?.throwIfAborted()
          const failure = failureOf(sdk, error, { model, late: deadline.aborted })
          if (isLast || shown || !(failure instanceof AppError) || !mayDifferElsewhere(error)) throw failure
        }
      }
      throw new Error('a request to the model names no model')
    },
  }
}

const workOf = (model: string) =>
  ({
    name: `chat ${model}`,
    labels: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'anthropic', 'gen_ai.request.model': model },
    measure: 'gen_ai.client.operation.duration',
    kind: SpanKind.CLIENT,
  }) as const

/** Numbers only: what was asked and answered stays here. */
const tokensOf = (usage: Anthropic.Usage) => ({
  'gen_ai.usage.input_tokens': usage.input_tokens,
  'gen_ai.usage.output_tokens': usage.output_tokens,
  'gen_ai.usage.cache_read.input_tokens': usage.cache_read_input_tokens ?? 0,
  'gen_ai.usage.cache_creation.input_tokens': usage.cache_creation_input_tokens ?? 0,
})

/** Whether another model of the same account may answer what this one did not, by the error of the SDK. */
export const mayDifferElsewhere = (error: unknown) =>
  !(error instanceof Error && 'status' in error) || ![400, 401, 402, 403, 413, 422].includes(Number(error.status))

function failureOf(
  { AnthropicError, APIError }: typeof Sdk,
  error: unknown,
  { model, late }: { model: string; late: boolean },
): unknown {
  const unavailable = (message: string) => new AppError('unavailable', message, { cause: error })
  if (late) return unavailable('Claude took too long to answer. Try again, or ask for less at once.')
  // A stream that carries something else than JSON makes the SDK throw a bare SyntaxError.
  if (!(error instanceof AnthropicError || error instanceof SyntaxError)) return error
  const { status, message } = error instanceof APIError ? error : { status: undefined, message: '' }
  switch (status) {
    case 401:
    case 403:
      return unavailable('Claude refused our key. An administrator has to check ANTHROPIC_API_KEY.')
    case 402:
      return unavailable('The credit of our Claude account is used up. An administrator has to top it up.')
    case 404:
      return unavailable(
        `Claude has no model "${model}". An administrator has to check the model names in the configuration.`,
      )
    case 413:
      return tooLong(error)
    case 429:
      return unavailable('Claude takes no more questions from us at the moment. Try again in a few minutes.')
    case 400:
    case 422:
      // TRICKY: the API has no code for this case, only its text.
      return message.includes('prompt is too long') ? tooLong(error) : error
    default:
      return unavailable('Claude does not answer at the moment. Try again in a few minutes.')
  }
}

const tooLong = (cause: unknown) =>
  new AppError('too_large', 'This conversation is longer than Claude can read. Start a new one.', { cause })
