import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import type { Described } from '../../sql/query.ts'
import type { Cell, Column } from './cells.ts'
import { csvOf } from './csv.ts'
import { xlsxOf } from './xlsx.ts'

export const ExportFormat = v.picklist(['csv', 'xlsx'])
export type ExportFormat = v.InferOutput<typeof ExportFormat>

const TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
/** Rows that the database sends at once. */
const BATCH = 2_000
/** More rows than any export has; the lists that we export take a limit. */
const ALL = 10_000_000

/** A query that answers a list. */
export type Listed<Args> = Pick<Described<v.ObjectEntries, Args>, 'row' | 'text'>
/** The asker's view of the stores. */
export type Db = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>

/**
 * All rows of a list as a file, streamed from a cursor while the client reads. The columns are those of the row schema.
 * @param db its transaction lives as long as the download
 */
export function exportList<Args extends { limit: number; offset: number; after: number | null }>(
  db: Db,
  asked: Listed<Args>,
  { args, format, name }: { args: Args; format: ExportFormat; name: string },
): Response {
  const columns = columnsOf(asked.row)
  const through = new TransformStream<Uint8Array, Uint8Array>()
  const writer = through.writable.getWriter()
  const sending = db(async (sql) => {
    const batches = asked
      .text(sql, { ...args, limit: ALL, offset: 0, after: null })
      .cursor(BATCH) as unknown as AsyncIterable<Record<string, Cell>[]>
    for await (const piece of format === 'csv' ? csvOf(columns, batches) : xlsxOf(columns, batches))
      await writer.write(piece)
    await writer.close()
  })
  // A client that leaves, or a database that goes away: the download breaks off instead of looking complete.
  sending.catch((error: unknown) => writer.abort(error).catch(() => undefined))
  return new Response(through.readable, {
    headers: { 'content-type': TYPES[format], 'content-disposition': `attachment; filename="${name}.${format}"` },
  })
}

/** Numbers are told by the schema: counts and ids, and decimal text that is a JSON number over REST. */
function columnsOf(row: v.ObjectSchema<v.ObjectEntries, undefined>): Column[] {
  return Object.entries(row.entries).map(([name, schema]) => ({ name, numeric: isNumeric(schema as Shape) }))
}

type Shape = { type: string; wrapped?: Shape; pipe?: { kind: string; type: string; metadata?: { json?: unknown } }[] }
const isNumeric = (schema: Shape): boolean =>
  schema.type === 'nullable' && schema.wrapped
    ? isNumeric(schema.wrapped)
    : schema.type === 'number' ||
      (schema.pipe?.some((step) => step.type === 'metadata' && step.metadata?.json === 'number') ?? false)
