import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import type { Described } from '../../sql/query.ts'
import type { Column, Line } from './cells.ts'
import { csvOf } from './csv.ts'

export const ExportFormat = v.picklist(['csv', 'xlsx'])
export type ExportFormat = v.InferOutput<typeof ExportFormat>

const TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
const WRITERS = {
  csv: csvOf,
  xlsx: async function* (...given: Parameters<typeof csvOf>) {
    // Loaded with the first workbook.
    const { xlsxOf } = await import('./xlsx.ts')
    yield* xlsxOf(...given)
  },
}
const headersOf = (format: ExportFormat, name: string) => ({
  'content-type': TYPES[format],
  'content-disposition': `attachment; filename="${name}.${format}"`,
})
/** Rows that the database sends at once. */
const BATCH = 2_000
/** More rows than any export has; what we export takes a limit. */
export const ALL = 10_000_000

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
      .cursor(BATCH) as unknown as AsyncIterable<Line[]>
    for await (const piece of WRITERS[format](columns, batches)) await writer.write(piece)
    await writer.close()
  })
  // A client that leaves, or a database that goes away: the download breaks off instead of looking complete.
  sending.catch((error: unknown) => writer.abort(error).catch(() => undefined))
  return new Response(through.readable, { headers: headersOf(format, name) })
}

/** A report as rows; `columns` is their schema. */
export type Table = { columns: v.ObjectSchema<v.ObjectEntries, undefined>; rows: Line[] }

/** A report as a file. */
export async function exportTable(
  { columns, rows }: Table,
  { format, name }: { format: ExportFormat; name: string },
): Promise<Response> {
  const pieces = await Array.fromAsync(WRITERS[format](columnsOf(columns), [rows]))
  return new Response(Buffer.concat(pieces), { headers: headersOf(format, name) })
}

/** Numbers are told by the schema: counts and ids, and decimal text that is a JSON number over REST. */
function columnsOf(row: v.ObjectSchema<v.ObjectEntries, undefined>): Column[] {
  return Object.entries(row.entries).map(([name, schema]) => {
    const { type, metadata } = meaningOf(schema)
    return { name, numeric: type === 'number' || metadata.json === 'number', money: metadata.unit === 'money' }
  })
}

type Metadata = { json?: unknown; unit?: unknown }
type Shape = { type: string; wrapped?: Shape; pipe?: { type: string; metadata?: Metadata }[] }
/** What a column holds when it holds something. */
const meaningOf = (schema: Shape): { type: string; metadata: Metadata } =>
  schema.type === 'nullable' && schema.wrapped
    ? meaningOf(schema.wrapped)
    : {
        type: schema.type,
        metadata: Object.assign({}, ...(schema.pipe ?? []).map((step) => step.metadata)) as Metadata,
      }
