import { open } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { type CsvRecord, csvRecords } from './csv/records.ts'

/** Bytes of text that an uploaded file may unpack to: ten times the half million order lines that we know. */
export const LARGEST_TEXT = 512 * 1024 * 1024
const DELIMITERS = [',', ';', '\t', '|']

/** The records of a file; those of a workbook have numbers as plain decimals with a point, whatever its language. */
export type FileRecords = { records: AsyncGenerator<CsvRecord>; isWorkbook: boolean }

/**
 * The records of a file that somebody sent: an Excel workbook, or CSV (also gzip, also UTF-16) with whatever delimiter its first lines
 * show. `line` is where the record begins. Reading throws AppError `invalid` for a file that cannot be read, `too_large` for one that
 * unpacks to more than it may.
 */
export async function fileRecords(
  path: string,
  { name, delimiter }: { name: string; delimiter?: string | undefined },
): Promise<FileRecords> {
  const begins = await firstBytes(path)
  if (begins.subarray(0, 4).toString('latin1') === 'PK\x03\x04')
    return { records: (await import('./xlsx.ts')).xlsxRecords(path, name), isWorkbook: true }
  const found = delimiter ?? delimiterOf(textOf(begins))
  return { records: csvRecords(path, { delimiter: found, name, most: LARGEST_TEXT, utf16: true }), isWorkbook: false }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The beginning of a file, as far as it can be told from its first bytes. */
function textOf(begins: Buffer): string {
  if (begins[0] === 0xff && begins[1] === 0xfe) return begins.toString('utf16le')
  if (begins[0] === 0xfe && begins[1] === 0xff)
    return Buffer.from(begins.subarray(0, begins.length & ~1))
      .swap16()
      .toString('utf16le')
  return (begins[0] === 0x1f && begins[1] === 0x8b ? unpacked(begins) : begins).toString('utf8')
}

function unpacked(begins: Buffer): Buffer {
  try {
    return gunzipSync(begins, { finishFlush: 2, maxOutputLength: 64 * 1024 * 1024 }) // Z_SYNC_FLUSH: the rest is missing
  } catch {
    return Buffer.alloc(0) // The reader says what is wrong.
  }
}

/** The sign that stands in the same number, the most often, in the first lines; what is in quotes does not count. */
function delimiterOf(text: string): string {
  const lines = text
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, 12)
  const score = (sign: string) => {
    const counts = lines.map((line) => line.split(sign).length - 1)
    const most = Math.max(0, ...counts)
    return most * counts.filter((count) => count === most).length
  }
  return DELIMITERS.toSorted((a, b) => score(b) - score(a))[0] ?? ','
}
