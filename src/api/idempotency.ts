import { createHash } from 'node:crypto'
import type { Sql } from '../../sql/connect.ts'
import {
  claimIdempotencyKey,
  findIdempotentAnswer,
  keepIdempotentAnswer,
  releaseIdempotencyKey,
} from '../../sql/idempotency-keys.ts'
import { AppError } from '../errors.ts'

const KEY = /^[\x21-\x7E]{1,200}$/

/** Whether answers of this path may be kept for a repeat. */
export const keepsAnswers = (path: string): boolean => !NEVER_KEPT.test(path)

export type IdempotentRequest = { user_id: number; key: string; request: string; body_hash: Uint8Array; now: Date }

/** Their answers hold secrets, which are never kept, or a repeat is safe by itself: it does the work again. */
const NEVER_KEPT = /^\/(auth|users|api-tokens|actions|sources|ad-accounts)(\/|$)/

/**
 * What an `Idempotency-Key` stands for; undefined for a request without one, or one that only reads.
 * @throws AppError `malformed` for a key that is not 1 to 200 printable ASCII characters
 */
export function idempotentRequest(
  request: Request,
  body: unknown,
  user_id: number,
  now: Date,
): IdempotentRequest | undefined {
  const key = request.headers.get('idempotency-key')
  if (key === null || ['GET', 'HEAD'].includes(request.method)) return undefined
  if (!KEY.test(key)) throw new AppError('malformed', 'An Idempotency-Key has 1 to 200 printable ASCII characters.')
  const { pathname, search } = new URL(request.url)
  if (!keepsAnswers(pathname)) return undefined
  const body_hash = new Uint8Array(
    createHash('sha256')
      .update(JSON.stringify(body ?? null))
      .digest(),
  )
  return { user_id, key, request: `${request.method} ${pathname}${search}`, body_hash, now }
}

/** Carries the answer that was kept under a key past the route's own code, to where problems are answered. */
export class Replay extends Error {
  override name = 'Replay'
  /** TRICKY: an error without one counts as 500 for Elysia, which then overrules a Response of 200. */
  readonly status: number
  constructor(readonly response: Response) {
    super('a repeated request')
    this.status = response.status
  }
}

/**
 * Does the work of a write once per key, and keeps its answer in the same transaction: a repeat gets the kept answer, also when both
 * come at the same moment. A write that failed keeps nothing, so it may be tried again.
 * @param work what it returns is the answer: a Response, a value that goes out as JSON, or nothing for 204
 * @throws Replay for a repeat; AppError `conflict` when the key was used for another request
 */
export async function once<T>(tx: Sql, asked: IdempotentRequest, work: (tx: Sql) => Promise<T>): Promise<T> {
  if ((await claimIdempotencyKey(tx, asked)) === 0) {
    const given = await findIdempotentAnswer(tx, asked)
    if (!given?.same || given.status === null) throw usedOtherwise()
    throw new Replay(replayed(given.status, given.answer ?? '', given.content_type))
  }
  const result = await work(tx)
  const { user_id, key } = asked
  await keepIdempotentAnswer(tx, { user_id, key, ...(await kept(result)) })
  return result
}

/** Milliseconds between two looks for the answer to a repeated request, and until it is told to come back. */
const PATIENCE = { look: 200, all: 60_000 }

/**
 * Like `once` for work that takes long and is no single transaction, such as an answer of a model: a repeat that comes meanwhile waits for
 * the first, and one that failed may be tried again. A claim of a process that died ends after ten minutes.
 * @returns the answer, and whether it was kept from before
 * @throws AppError `conflict` when the key was used for another request, or the first is still at it after a minute
 */
export async function onceAlone<T>(
  sql: Sql,
  asked: IdempotentRequest,
  work: () => Promise<T>,
): Promise<{ answer: T; replayed: boolean }> {
  const { user_id, key } = asked
  for (let waited = 0; (await claimIdempotencyKey(sql, asked)) === 0; waited += PATIENCE.look) {
    const given = await findIdempotentAnswer(sql, asked)
    if (given && !given.same) throw usedOtherwise()
    if (given?.answer) return { answer: JSON.parse(given.answer) as T, replayed: true }
    if (waited >= PATIENCE.all)
      throw new AppError('conflict', 'The same request is still being worked on. Try again in a moment.', {
        retryAfter: 10,
      })
    await Bun.sleep(PATIENCE.look)
  }
  try {
    const answer = await work()
    await keepIdempotentAnswer(sql, { user_id, key, ...(await kept(answer)) })
    return { answer, replayed: false }
  } catch (error) {
    await releaseIdempotencyKey(sql, { user_id, key })
    throw error
  }
}

const usedOtherwise = () =>
  new AppError('conflict', 'This Idempotency-Key was used for another request in the last 24 hours. Use a new one.')

async function kept(result: unknown) {
  if (result === undefined) return { status: 204, answer: '', content_type: null }
  if (!(result instanceof Response))
    return { status: 200, answer: JSON.stringify(result), content_type: 'application/json' }
  const { status, headers } = result
  return { status, answer: await result.clone().text(), content_type: headers.get('content-type') }
}

const replayed = (status: number, text: string, contentType: string | null) =>
  new Response(text === '' ? null : text, {
    status,
    headers: { 'idempotency-replayed': 'true', ...(contentType && { 'content-type': contentType }) },
  })
