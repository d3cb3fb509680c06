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

export type FieldError = { field: string; message: string }

/** An expected failure; `message` is shown to people and to the model, so it says what to do and holds no secret. */
export class AppError extends Error {
  override name = 'AppError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions & { retryAfter?: number; errors?: FieldError[] | undefined },
  ) {
    super(message, options)
    this.retryAfter = options?.retryAfter
    this.errors = options?.errors
  }

  /** Seconds after which the same request may succeed. */
  readonly retryAfter: number | undefined

  /** What is missing or wrong, by field, where one can be named. */
  readonly errors: FieldError[] | undefined
}

/** The SQLSTATEs that our own database functions raise for people to read (see db/migrations). */
const SPOKEN_BY_THE_DATABASE: Record<string, ErrorCode> = { DD404: 'not_found', DD409: 'conflict', DD422: 'invalid' }

/** What the driver and the server say of a database that went, is starting, or takes no more connections. */
const NO_DATABASE = /^(CONNECT_TIMEOUT|CONNECTION_(CLOSED|DESTROYED|ENDED)|57P0[1-3]|53300|08\d{3})$/

/** Class 53 of SQLSTATE but too many connections: no room on the disk, or in memory. */
const NO_ROOM = /^53[124]00$/

/** What the system says of a connection; the same from other services, so it counts only for an error that carries its query. */
const NO_CONNECTION = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/

/** Whether a connection to anywhere was refused or lost. */
export const isLostConnection = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (NO_DATABASE.test(String(error.code)) || NO_CONNECTION.test(String(error.code)))

/** The AppError behind `error`: itself, one that a database function raised, or that the database is away. Undefined for anything unexpected. */
export function expectedError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const code = String(error.code)
  const spoken = SPOKEN_BY_THE_DATABASE[code]
  if (spoken) return new AppError(spoken, error.message, { cause: error })
  if (NO_ROOM.test(code)) {
    const sentence = 'The database has no room left, so nothing was done. An administrator has to make some.'
    return new AppError('unavailable', sentence, { cause: error, retryAfter: 60 })
  }
  if (!NO_DATABASE.test(code) && !('query' in error && NO_CONNECTION.test(code))) return undefined
  const sentence = 'The database does not answer right now. Try again in a moment.'
  return new AppError('unavailable', sentence, { cause: error, retryAfter: 2 })
}
