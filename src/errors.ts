/**
 * Codes of expected failures. Each surface translates them once: HTTP status, chat reply, tool error.
 * `malformed` cannot be read · `invalid` the input is wrong · `unauthorized` who are you · `forbidden` not yours · `not_found` · `conflict` the state forbids it · `stale` it was changed since you read it ·
 * `too_many` slow down · `too_large` · `unavailable` something outside does not answer or is not configured.
 */
export type ErrorCode =
  | 'malformed'
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'too_many'
  | 'too_large'
  | 'unavailable'

/** An expected failure; `message` is shown to people and to the model, so it says what to do and holds no secret. */
export class AppError extends Error {
  override name = 'AppError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions & { retryAfter?: number },
  ) {
    super(message, options)
    this.retryAfter = options?.retryAfter
  }

  /** Seconds after which the same request may succeed. */
  readonly retryAfter: number | undefined
}

/** The SQLSTATEs that our own database functions raise for people to read (see db/migrations). */
const SPOKEN_BY_THE_DATABASE: Record<string, ErrorCode> = { DD404: 'not_found', DD409: 'conflict', DD422: 'invalid' }

/** The AppError behind `error`: itself, or the one that a database function raised. Undefined for anything unexpected. */
export function expectedError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const code = SPOKEN_BY_THE_DATABASE[String(error.code)]
  return code && new AppError(code, error.message, { cause: error })
}
