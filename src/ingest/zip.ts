import { crc32, inflateRawSync } from 'node:zlib'
import { AppError } from '../errors.ts'

const END = 0x06_05_4b_50
const ENTRY = 0x02_01_4b_50
const STORED = 0
const DEFLATED = 8

export const isZip = (bytes: Buffer) => bytes.subarray(0, 2).toString('latin1') === 'PK'

/**
 * The first file in a zip whose name ends so. Its checksum is compared: a damaged file may unpack without an error, with other digits.
 * @param most bytes that it may have unpacked, whatever the zip says of it
 * @throws AppError `invalid` for a damaged zip, or one without such a file, `too_large` for one that unpacks to more
 */
export function unzipped(bytes: Buffer, ending: string, path: string, most = Infinity): Buffer {
  const file = findUnzipped(bytes, ending, path, most)
  if (!file) throw new AppError('invalid', `${path} holds no file that ends in ${ending}.`)
  return file
}

/** Likewise; undefined when the zip has no such file. */
export function findUnzipped(bytes: Buffer, ending: string, path: string, most = Infinity): Buffer | undefined {
  const damaged = (cause?: unknown) =>
    cause instanceof AppError
      ? cause
      : new AppError('invalid', `${path} is a damaged zip file. Load it again.`, { cause })
  const found = orElse(damaged, () => findEntry(bytes, ending))
  if (!found) return undefined
  const file = orElse(damaged, () => contentOf(bytes, found, most))
  if (file.length > most) throw unpacksToMore(most)
  if (file.length !== found.size || crc32(file) !== found.crc) throw damaged()
  return file
}

export const unpacksToMore = (most: number) =>
  new AppError('too_large', `The file unpacks to more than ${most / 1024 / 1024} MB. Send it in parts.`)

type Entry = { method: number; crc: number; packed: number; size: number; at: number }

/** Reads the directory at the end of the zip (PKWARE's APPNOTE 4.3.12 and 4.3.16). */
function findEntry(bytes: Buffer, ending: string): Entry | undefined {
  let end = bytes.length - 22
  while (bytes.readUInt32LE(end) !== END) end--
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new RangeError('no entry where the directory should have one')
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28)
    if (bytes.toString('utf8', at + 46, nameEnd).endsWith(ending))
      return {
        method: bytes.readUInt16LE(at + 10),
        crc: bytes.readUInt32LE(at + 16),
        packed: bytes.readUInt32LE(at + 20),
        size: bytes.readUInt32LE(at + 24),
        at: bytes.readUInt32LE(at + 42),
      }
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return undefined
}

function contentOf(bytes: Buffer, { method, packed, at }: Entry, most: number): Buffer {
  const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
  const content = bytes.subarray(from, from + packed)
  if (method === STORED) return content
  if (method === DEFLATED) return inflated(content, most)
  throw new RangeError(`unknown method ${method}`)
}

function inflated(content: Buffer, most: number): Buffer {
  try {
    return inflateRawSync(content, Number.isFinite(most) ? { maxOutputLength: most } : {})
  } catch (cause) {
    if (cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE')
      throw unpacksToMore(most)
    throw cause
  }
}

function orElse<T>(damaged: (cause: unknown) => AppError, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw damaged(cause)
  }
}
