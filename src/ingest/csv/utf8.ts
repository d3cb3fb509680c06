import { isUtf8 } from 'node:buffer'
import { Transform } from 'node:stream'
import { AppError } from '../../errors.ts'

const LINE_END = 10

/** Passes bytes on as they are and refuses what is not UTF-8, naming the line. */
export function onlyUtf8(onChunk: () => void): Transform {
  let rest = Buffer.alloc(0)
  let lines = 1
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const text = rest.length ? Buffer.concat([rest, chunk]) : chunk
      const whole = text.subarray(0, text.length - begunAtEnd(text))
      rest = Buffer.from(text.subarray(whole.length))
      if (!isUtf8(whole)) return done(notUtf8(lines + lineOfFault(whole)))
      lines += count(whole)
      onChunk()
      done(null, whole)
    },
    flush(done) {
      done(rest.length ? notUtf8(lines) : null)
    },
  })
}

const notUtf8 = (line: number) =>
  new AppError('invalid', `Line ${line} is not UTF-8 text. Save the file as UTF-8 and try again.`)

/** Bytes at the end that begin a character and do not finish it: it goes on in the next chunk. */
function begunAtEnd(text: Buffer): number {
  for (let back = 1; back <= Math.min(3, text.length); back++) {
    const byte = text[text.length - back] ?? 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}

/** Which line of the text is the first that is not UTF-8; the first line is 0. */
function lineOfFault(text: Buffer): number {
  let line = 0
  for (let from = 0; from < text.length; line++) {
    const end = text.indexOf(LINE_END, from)
    const next = end < 0 ? text.length : end + 1
    if (!isUtf8(text.subarray(from, next))) return line
    from = next
  }
  return line
}

function count(text: Buffer): number {
  let lines = 0
  for (let at = text.indexOf(LINE_END); at >= 0; at = text.indexOf(LINE_END, at + 1)) lines++
  return lines
}
