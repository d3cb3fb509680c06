import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'

const LARGEST = 1024 * 1024
/** No body of ours nests deeper than a few levels; beyond this, Elysia needs seconds to report that it is wrong. */
const DEEPEST = 32

/** Bulk upserts, which take CSV as well. A form on another site cannot send that either. */
const CSV_PATHS = new Set(['/financials/daily', '/financials/ad-spend', '/financials/product-performance'])

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
      // What comes with a GET is never read.
      if (request.method !== 'GET' && Number(request.headers.get('content-length') ?? 0) > LARGEST) throw tooLarge()
    })
    .onParse({ as: 'global' }, async ({ request, contentType, path }) => {
      if (!request.body) return undefined
      const isRows = contentType === 'text/csv' && CSV_PATHS.has(path)
      if (contentType !== 'application/json' && !isRows) throw new UnsupportedBody('Send the body as application/json.')
      const text = await request.text()
      if (text.length > LARGEST) throw tooLarge()
      if (isRows) {
        check(text)
        return text
      }
      const body: unknown = text.trim() === '' ? {} : JSON.parse(text)
      check(body)
      return body
    })

const tooLarge = () => new AppError('too_large', 'The body is larger than 1 MB. Send it in parts.')

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
