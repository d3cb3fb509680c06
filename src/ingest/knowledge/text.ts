import { isUtf8 } from 'node:buffer'
import { AppError } from '../../errors.ts'
import { passageList, type Read } from './passage.ts'

/**
 * The text of a file, without a byte order mark. UTF-16 is read when the mark says so.
 * @throws AppError `invalid` for anything else than Unicode
 */
export function textOf(bytes: Uint8Array): string {
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined
  if (!mark && !isUtf8(bytes))
    throw new AppError('invalid', 'The file is not UTF-8 text. Save it as UTF-8 and try again.')
  return cleanText(new TextDecoder(mark ?? 'utf-8').decode(bytes))
}

/**
 * Control, zero-width, direction and tag characters. What nobody sees may be meant for the model only.
 */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  /[\u0000-\u0008\u000E-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu

/** Text as the database can hold it and a person sees it: composed characters, lines that end in \n, nothing invisible. */
export const cleanText = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?|\u2028|\u2029|\f|\v/g, '\n')
    .replace(/[\u00A0\u2007\u202F]/g, ' ')
    .replace(INVISIBLE, '')

/** Paragraphs are parted by empty lines; lines within one are joined unless they look like a list. */
export function readText(text: string): Read {
  const { passages, add } = passageList()
  for (const paragraph of text.split(/\n\s*\n/))
    add(paragraph.replace(/[ \t]+/g, ' ').replace(/ ?\n ?(?!(?:[-*•–]|\d{1,3}[.)]) )/g, ' '))
  return { passages, notes: [] }
}
