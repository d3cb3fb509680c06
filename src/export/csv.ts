import { type Column, type Line, textOf } from './cells.ts'

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** Rows as CSV (RFC 4180) in UTF-8 with a header, in pieces as they come. */
export async function* csvOf(
  columns: Column[],
  batches: AsyncIterable<Line[]> | Iterable<Line[]>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode(`${columns.map(({ name }) => quoted(name)).join(',')}\r\n`)
  for await (const rows of batches) {
    const lines = rows.map((row) => columns.map((column) => quoted(textOf(row[column.name], column))).join(','))
    if (lines.length) yield encoder.encode(`${lines.join('\r\n')}\r\n`)
  }
}
