import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { PassThrough, Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CsvError, type Options, parse } from 'csv-parse'
import { AppError } from '../../errors.ts'
import { unpacksToMore } from '../zip.ts'
import { onlyUtf8 } from './utf8.ts'

/** The longest record; a longer one means a wrong delimiter or a quote that is never closed. */
const LONGEST_RECORD = 1024 * 1024

export type CsvRecord = { line: number; fields: string[] }

type Reading = {
  delimiter: string
  onBytes?: (read: number, total: number) => void
  /** What sentences call the file; its path unless it is named. */
  name?: string
  /** Bytes of text that it may unpack to. */
  most?: number
  /** UTF-16 is read as well. */
  utf16?: boolean
}

/**
 * The records of a CSV or CSV.gz file in order, the header first, read as a stream. `line` is where the record begins in the file.
 * @param reading.onBytes how many bytes of the file were read so far
 * @throws AppError `invalid` for a file that cannot be read as such: not there, damaged gzip, not UTF-8, a quote that is never closed;
 * `too_large` for one that unpacks to more than it may
 */
export async function* csvRecords(
  path: string,
  { delimiter, onBytes, name = path, most = Infinity, utf16 = false }: Reading,
): AsyncGenerator<CsvRecord> {
  const total = await sizeOf(path, name)
  const format = await formatOf(path, name)
  if (format.startsWith('utf-16') && !utf16)
    throw new AppError('invalid', `${name} is UTF-16 text. Save the file as UTF-8 and try again.`)
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
    format === 'gzip' ? createGunzip() : new PassThrough(),
    atMost(most),
    format === 'utf-16le' || format === 'utf-16be' ? fromUtf16(format, name) : new PassThrough(),
    onlyUtf8(() => onBytes?.(bytes.bytesRead, total)),
    parser,
  )
  reading.catch(() => undefined) // The loop below meets the same error.
  try {
    for await (const record of parser as AsyncIterable<CsvRecord>) yield record
    await reading
  } catch (error) {
    throw unreadable(error, name, ended)
  } finally {
    bytes.destroy()
  }
}

/** Passes bytes on until there are too many of them: a small file may unpack to any size. */
function atMost(most: number): Transform {
  let passed = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      passed += chunk.length
      done(passed > most ? unpacksToMore(most) : null, chunk)
    },
  })
}

/** What spreadsheets and ad platforms call "Unicode text". */
function fromUtf16(format: 'utf-16le' | 'utf-16be', name: string): Transform {
  const decoder = new TextDecoder(format, { fatal: true })
  const damaged = () => new AppError('invalid', `${name} is damaged UTF-16 text. Save the file as UTF-8 and try again.`)
  const decoded = (chunk: Buffer | undefined, done: TransformCallback) => {
    let text = ''
    try {
      text = decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      return done(damaged())
    }
    done(null, text)
  }
  return new Transform({
    transform: (chunk: Buffer, _, done) => decoded(chunk, done),
    flush: (done) => decoded(undefined, done),
  })
}

async function sizeOf(path: string, name: string): Promise<number> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `The file ${name} cannot be read (${cause.code ?? cause.message}).`, { cause })
  })
  if (!found.isFile()) throw new AppError('invalid', `${name} is not a file.`)
  if (found.size === 0) throw new AppError('invalid', `The file ${name} is empty.`)
  return found.size
}

/** What the first bytes of the file show. Refuses what is something else than text. */
async function formatOf(path: string, name: string): Promise<'gzip' | 'utf-16le' | 'utf-16be' | 'utf-8'> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    const begins = buffer.toString('latin1')
    if (begins.startsWith('\x1F\x8B')) return 'gzip'
    if (begins === 'PK\x03\x04')
      throw new AppError('invalid', `${name} is a zip file or an Excel workbook. Save the sheet as CSV (UTF-8).`)
    if (begins.startsWith('\xFF\xFE')) return 'utf-16le'
    if (begins.startsWith('\xFE\xFF')) return 'utf-16be'
    if (name.toLowerCase().endsWith('.gz'))
      throw new AppError(
        'invalid',
        `${name} is not gzip data, although its name ends in .gz. Rename it if it is plain CSV.`,
      )
    return 'utf-8'
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
function unreadable(error: unknown, name: string, line: number): unknown {
  if (error instanceof CsvError) {
    const place = `The record after line ${line} of ${name.replace(/^The/, 'the')}`
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
      `${name} is damaged: its gzip data breaks off or is wrong after line ${line}. Nothing was booked.`,
      { cause: error },
    )
  return error
}
