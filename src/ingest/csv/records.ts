import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { PassThrough, Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CsvError, parse } from 'csv-parse'
import { AppError } from '../../errors.ts'

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
  const unpack = gzip ? createGunzip() : new PassThrough()
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  })
  const reading = pipeline(
    bytes,
    unpack,
    utf8(() => onBytes?.(bytes.bytesRead, total)),
    parser,
  )
  reading.catch(() => undefined) // The loop below meets the same error.
  let line = 1
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const breaks = record.reduce((sum, field) => sum + (field.includes('\n') ? field.split('\n').length - 1 : 0), 0)
      line = info.lines
      yield { line: line - breaks, fields: record }
    }
    await reading
  } catch (error) {
    throw unreadable(error, path, line)
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

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

/** Passes bytes on and refuses what is not UTF-8, naming the line. */
function utf8(onChunk: () => void): Transform {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let lines = 1
  const check = (chunk: Buffer, last: boolean) => {
    try {
      decoder.decode(chunk, { stream: !last })
    } catch (cause) {
      const readable = new TextDecoder('utf-8').decode(chunk)
      const before = readable.slice(0, Math.max(0, readable.indexOf('\uFFFD')))
      const line = lines + before.split('\n').length - 1
      throw new AppError('invalid', `Line ${line} is not UTF-8 text. Save the file as UTF-8 and try again.`, { cause })
    }
    for (const byte of chunk) if (byte === 10) lines++
  }
  return new Transform({
    transform(chunk: Buffer, _, done) {
      try {
        check(chunk, false)
        onChunk()
        done(null, chunk)
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        check(Buffer.alloc(0), true)
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

function unreadable(error: unknown, path: string, line: number): unknown {
  if (error instanceof CsvError) {
    if (error.code === 'CSV_MAX_RECORD_SIZE')
      return new AppError(
        'invalid',
        `The record after line ${line} is longer than 1 MB. Is the delimiter right, and is every quote closed?`,
        { cause: error },
      )
    return new AppError('invalid', `${path} is not valid CSV after line ${line}: ${error.message}`, { cause: error })
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
