import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'

const LARGEST = 1024 * 1024
/** Of a file: the half million order lines that we know have 45 MB. */
export const LARGEST_FILE = 64 * 1024 * 1024
/** No body of ours nests deeper than a few levels; beyond this, Elysia needs seconds to report that it is wrong. */
const DEEPEST = 32

/** Bulk upserts, which take CSV as well. A form on another site cannot send that either. */
const CSV_PATHS = new Set([
  '/financials/daily',
  '/financials/ad-spend',
  '/financials/product-performance',
  '/products',
  '/fixed-costs',
])

/** Files: their routes read the body themselves, when they know who sends it. */
const FILE_PATHS = /^\/imports\/[a-z-]+\/?$/

/** What is signed over its bytes: its route reads them. */
const SIGNED_PATH = '/webhooks/shopify'

/** Likewise unless it is JSON. */
const FILE_OR_JSON_PATHS = new Set(['/sources'])

/** A body in a format that we do not read: 415. */
export class UnsupportedBody extends Error {
  override name = 'UnsupportedBody'
}

/**
 * JSON is the only format of a body, but for CSV of bulk upserts, so that a form on another site cannot write here. An empty body
 * counts as `{}`.
 * What the database cannot store is refused here, once for all routes that are registered after this.
 */
export const jsonBodies = () =>
  new Elysia({ name: 'json bodies' })
    .onRequest(({ request }) => {
      const length = Number(request.headers.get('content-length') ?? 0)
      // What comes with a GET is never read.
      if (length <= LARGEST || ['GET', 'HEAD'].includes(request.method)) return
      if (length > LARGEST_FILE) throw tooLarge(LARGEST_FILE)
      const { pathname } = new URL(request.url)
      if (!FILE_PATHS.test(pathname) && !FILE_OR_JSON_PATHS.has(pathname)) throw tooLarge(LARGEST)
    })
    .onParse({ as: 'global' }, async ({ request, contentType, path }) => {
      if (!request.body) return undefined
      const isFile = FILE_OR_JSON_PATHS.has(path) && contentType !== 'application/json'
      if (FILE_PATHS.test(path) || isFile || path === SIGNED_PATH) return UNREAD
      const isRows = contentType === 'text/csv' && CSV_PATHS.has(path)
      if (contentType !== 'application/json' && !isRows) throw new UnsupportedBody('Send the body as application/json.')
      const text = new TextDecoder().decode(await bytesWithin(request.body, LARGEST))
      if (isRows) {
        check(text)
        return text
      }
      const body: unknown = text.trim() === '' ? {} : JSON.parse(text)
      check(body)
      return body
    })

/** Stands for a body that its route reads itself. */
export const UNREAD = {}

const tooLarge = (most: number) =>
  new AppError('too_large', `The body is larger than ${most / 1024 / 1024} MB. Send it in parts.`)

/** The pieces of a body, until they are more than they may be: its length may not have been said. @throws AppError `too_large` */
export async function* piecesWithin(body: ReadableStream<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > most) throw tooLarge(most)
    yield piece
  }
}

/** A body as it came, byte for byte; empty when there is none. @throws AppError `too_large` */
export async function bytesWithin(
  body: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  if (body) for await (const piece of piecesWithin(body, most)) pieces.push(piece)
  return new Uint8Array(Buffer.concat(pieces))
}

/** @throws AppError `malformed` when nested too deeply, `invalid` for text with NUL or half a surrogate pair, keys included */
function check(body: unknown) {
  let level = [body]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new AppError('malformed', `The body is nested deeper than ${DEEPEST} levels.`)
    if (level.some((value) => typeof value === 'string' && !isStorable(value)))
      throw new AppError('invalid', 'The body holds characters that cannot be stored: NUL or half a surrogate pair.')
    level = level.flatMap((value) =>
      Array.isArray(value) ? value : value !== null && typeof value === 'object' ? Object.entries(value).flat() : [],
    )
  }
}

/** Whether the database can store the text. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
