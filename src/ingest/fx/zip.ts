import { crc32, inflateRawSync } from 'node:zlib'
import { AppError } from '../../errors.ts'

const END = 0x06_05_4b_50
const ENTRY = 0x02_01_4b_50
const STORED = 0
const DEFLATED = 8

export const isZip = (bytes: Buffer) => bytes.subarray(0, 2).toString('latin1') === 'PK'

/**
 * The first file in a zip whose name ends so. Its checksum is compared: a damaged file may unpack without an error, with other digits.
 * @throws AppError `invalid` for a damaged zip, or one without such a file
 */
export function unzipped(bytes: Buffer, ending: string, path: string): Buffer {
  const damaged = (cause?: unknown) =>
    new AppError('invalid', `${path} is a damaged zip file. Load it again.`, { cause })
  const found = orElse(damaged, () => findEntry(bytes, ending))
  if (!found) throw new AppError('invalid', `${path} holds no file that ends in ${ending}.`)
  const file = orElse(damaged, () => contentOf(bytes, found))
  if (file.length !== found.size || crc32(file) !== found.crc) throw damaged()
  return file
}

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

function contentOf(bytes: Buffer, { method, packed, at }: Entry): Buffer {
  const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
  const content = bytes.subarray(from, from + packed)
  if (method === STORED) return content
  if (method === DEFLATED) return inflateRawSync(content)
  throw new RangeError(`unknown method ${method}`)
}

function orElse<T>(damaged: (cause: unknown) => AppError, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw damaged(cause)
  }
}
