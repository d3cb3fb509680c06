import Anthropic, { AnthropicError, APIError } from '@anthropic-ai/sdk'
import { AppError } from '../errors.ts'

/** The language model as the agent loop sees it. */
export type Model = {
  /**
   * One answer. `onText` gets its text in pieces as it is written. Throws AppError `unavailable` when there is no key, or the model
   * cannot be reached, refuses us or breaks off, `too_large` when it cannot read so much, and the signal's reason
   * when `signal` aborts.
   */
  answer: (request: ModelRequest, options?: AnswerOptions) => Promise<Anthropic.Message>
}

export type ModelRequest = Pick<
  Anthropic.MessageCreateParamsNonStreaming,
  'model' | 'max_tokens' | 'system' | 'tools' | 'messages'
>
export type AnswerOptions = { onText?: (piece: string) => void; signal?: AbortSignal }

/**
 * Claude. `timeout` (ms) covers a whole answer with its repeats and its stream, because the SDK's own timeout ends
 * when the stream begins. 429, 5xx and lost connections are repeated `maxRetries` times before the stream has begun,
 * not after.
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
    async answer(request, { onText, signal } = {}) {
      const key = typeof apiKey === 'string' ? apiKey : await apiKey()
      if (!key)
        throw new AppError(
          'unavailable',
          'I can only answer commands: no key for Claude is set (ANTHROPIC_API_KEY). Try /today or /pnl.',
        )
      // `null` and the fixed address keep the SDK from reading the environment.
      const client = new Anthropic({
        apiKey: key,
        authToken: null,
        baseURL: baseURL ?? 'https://api.anthropic.com',
        maxRetries,
        timeout,
      })
      const deadline = AbortSignal.timeout(timeout)
      try {
        const stream = client.messages.stream(request, {
          signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        })
        if (onText) stream.on('text', onText)
        return await stream.finalMessage()
      } catch (error) {
        signal?.throwIfAborted()
        throw failureOf(error, request.model, deadline.aborted)
      }
    },
  }
}

function failureOf(error: unknown, model: string, late: boolean): unknown {
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
