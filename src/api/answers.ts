import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { countRows, jsonPage } from '../../sql/query.ts'
import { AppError } from '../errors.ts'
import { ALL, type Db, ExportFormat, exportList, type Listed } from '../export/export.ts'
import { gzipEtag } from './compression.ts'

/** An answer whose JSON text Postgres wrote. */
export const json = (text: string): Response => new Response(text, { headers: { 'content-type': 'application/json' } })

const etagOf = (text: string) => `"${Bun.hash(text).toString(36)}"`

/** One thing as JSON text that Postgres wrote, with the ETag that an update of it may be tied to. */
export const entity = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { 'content-type': 'application/json', etag: etagOf(text) } })

/** Holds an update to what its sender had read. @throws AppError `stale` when `If-Match` names another state than `current` */
export function mustMatch(request: Request, current: string): void {
  const wanted = request.headers.get('if-match')
  const etag = etagOf(current)
  const isCurrent = (named: string) => [etag, gzipEtag(etag)].includes(named.trim())
  if (wanted === null || wanted === '*' || wanted.split(',').some(isCurrent)) return
  throw new AppError('stale', 'It was changed since you read it. Read it again and send your change with the new ETag.')
}

/** The schema of a list: the rows and an opaque cursor for the next page, or null on the last. */
export const Page = <R extends v.GenericSchema>(row: R) =>
  v.object({ data: v.array(row), next: v.nullable(v.string()), total: v.optional(v.pipe(v.number(), v.integer())) })

export const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, `must be a whole number from ${least} to ${most}`),
    v.metadata({ json: { type: 'integer', minimum: least, maximum: most } }),
    v.transform(Number),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  )

export const Slug = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the slug of a store, such as nl'))

/** Every list takes these. */
export const listing = {
  limit: v.optional(wholeNumber(1, 500), '50'),
  offset: v.optional(wholeNumber(0, 1_000_000), '0'),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
  count: v.optional(v.picklist(['true', 'false'], 'must be true or false')),
  format: v.optional(ExportFormat),
}

/** The column that a list is sorted by; with - before it the newest, the largest or the last letter stands first. */
export const sortBy = <Column extends string>(columns: readonly Column[]) =>
  v.picklist(
    columns.flatMap((column): (Column | `-${Column}`)[] => [column, `-${column}`]),
    'must be a column to sort by, with - before it for the largest first',
  )

type ListAs<Args> = {
  /** `lasting`: a view that may be held for as long as somebody takes to read a file. */
  db: Db & { lasting?: Db }
  format: ExportFormat | undefined
  count?: string | undefined
  name: string
  /** Answers the same page or nothing, in less time; asked first. */
  sooner?: Pick<Listed<Args>, 'text'>
}

/** As many as the database sends at once to an export. */
const FIRST_ROWS = 2_000

/**
 * A page of a list as JSON text that Postgres wrote, with the cursor of the next one; with `format` the whole list as a file instead,
 * streamed from a transaction of its own.
 */
export async function listAnswer<Args extends { limit: number; offset: number; after: number | null }>(
  sql: Sql,
  asked: Listed<Args>,
  args: Args,
  { db, format, count, name, sooner }: ListAs<Args>,
): Promise<Response> {
  const { json: rows, last_id } = await jsonPage(
    sql,
    asked,
    format ? { ...args, limit: FIRST_ROWS, offset: 0, after: null } : args,
    sooner,
  )
  // What cannot be answered, for want of a rate, is refused above: a download that has begun can only break off.
  if (format) return exportList(db.lasting ?? db, asked, { args, format, name })
  const next = last_id === null ? null : Buffer.from(String(last_id)).toString('base64url')
  const total =
    count === 'true' ? `,"total":${await countRows(sql, asked, { ...args, limit: ALL, offset: 0, after: null })}` : ''
  return json(`{"data":${rows},"next":${JSON.stringify(next)}${total}}`)
}

/** The id that a cursor stands for. @throws AppError `malformed` for text that we did not make */
export function afterId(cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  const id = Buffer.from(cursor, 'base64url').toString('latin1')
  if (!/^[1-9]\d{0,14}$/.test(id))
    throw new AppError('malformed', 'The cursor is not one of ours. Start again without it.')
  return Number(id)
}
