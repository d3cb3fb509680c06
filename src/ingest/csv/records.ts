import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CsvError, type Options, parse } from 'csv-parse'
import { AppError } from '../../errors.ts'
import { onlyUtf8 } from './utf8.ts'

/** The longest record; a longer one means a wrong delimiter or a quote that is never closed. */
const LONGEST_RECORD = 1024 * 1024

export type CsvRecord = { line: number; fields: string[] }

/**
 * The records of a CSV or CSV.gz file in order, the header first, read as a stream. `line` is where the record begins in the file.
 * @param onBytes how many bytes of the file were read so far
 * @throws AppError `invalid` for a file that cannot be read as such: not there, damaged gzip, not UTF-8, a quote that is never closed
 */
export async function* csvRecords(
  path: string,
  { delimiter, onBytes }: { delimiter: string; onBytes?: (read: number, total: number) => void },
): AsyncGenerator<CsvRecord> {
  const total = await sizeOf(path)
  const gzip = await isGzip(path)
  const bytes = createReadStream(path, { highWaterMark: 256 * 1024 })
  let [ended, blank] = [0, 0]
  // Counted here, because the parser counts a CRLF within a field as two lines.
  const place = (fields: string[], { empty_lines }: { empty_lines: number }): CsvRecord => {
    const line = ended + 1 + empty_lines - blank
    const breaks = fields.reduce((sum, field) => sum + (field.includes('\n') ? field.split('\n').length - 1 : 0), 0)
    ;[ended, blank] = [line + breaks, empty_lines]
    return { line, fields }
  }
  const parser = parse({
    bom: true,
    delimiter,
    on_record: place as unknown as NonNullable<Options['on_record']>, // its type knows arrays only
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  })
  const reading = pipeline(
    bytes,
    gzip ? createGunzip() : new PassThrough(),
    onlyUtf8(() => onBytes?.(bytes.bytesRead, total)),
    parser,
  )
  reading.catch(() => undefined) // The loop below meets the same error.
  try {
    for await (const record of parser as AsyncIterable<CsvRecord>) yield record
    await reading
  } catch (error) {
    throw unreadable(error, path, ended)
  } finally {
    bytes.destroy()
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `The file ${path} cannot be read (${cause.code ?? cause.message}).`, { cause })
  })
  if (!found.isFile()) throw new AppError('invalid', `${path} is not a file.`)
  if (found.size === 0) throw new AppError('invalid', `The file ${path} is empty.`)
  return found.size
}

/** Whether the file is gzip, by its first bytes. Refuses what they show to be something else than text. */
async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    const begins = buffer.toString('latin1')
    if (begins.startsWith('\x1F\x8B')) return true
    if (begins === 'PK\x03\x04')
      throw new AppError('invalid', `${path} is a zip file or an Excel workbook. Save the sheet as CSV (UTF-8).`)
    if (/^(\xFF\xFE|\xFE\xFF)/.test(begins))
      throw new AppError('invalid', `${path} is UTF-16 text. Save the file as UTF-8 and try again.`)
    if (path.toLowerCase().endsWith('.gz'))
      throw new AppError(
        'invalid',
        `${path} is not gzip data, although its name ends in .gz. Rename it if it is plain CSV.`,
      )
    return false
  } finally {
    await file.close()
  }
}

const QUOTES: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'opens a quote that is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'closes a quote in the middle of a field',
  INVALID_OPENING_QUOTE: 'opens a quote in the middle of a field',
}

/** @param line where the last good record ended */
function unreadable(error: unknown, path: string, line: number): unknown {
  if (error instanceof CsvError) {
    const place = `The record after line ${line} of ${path}`
    const quote = QUOTES[error.code]
    if (quote)
      return new AppError(
        'invalid',
        `${place} ${quote}. A field with quotes stands in quotes itself, and each quote in it is doubled: "5"" pipe".`,
        { cause: error },
      )
    if (error.code === 'CSV_MAX_RECORD_SIZE')
      return new AppError(
        'invalid',
        `${place} is longer than 1 MB. Is the delimiter right, and is every quote closed?`,
        { cause: error },
      )
    return new AppError('invalid', `${place} is not valid CSV: ${error.message}`, { cause: error })
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('Z_') || code.startsWith('ERR_ZLIB'))
    return new AppError(
      'invalid',
      `${path} is damaged: its gzip data breaks off or is wrong after line ${line}. Nothing was booked.`,
      { cause: error },
    )
  return error
}
