import { AppError } from '../../errors.ts'
import { readDocx } from './docx.ts'
import { readFaq } from './faq.ts'
import { readHtml } from './html.ts'
import { readMarkdown } from './markdown.ts'
import type { Read } from './passage.ts'
import { readPdf } from './pdf.ts'
import { readText, textOf } from './text.ts'
import { readTranscript } from './transcript.ts'

export const FORMATS = ['transcript', 'markdown', 'faq', 'html', 'text', 'pdf', 'docx'] as const
export type Format = (typeof FORMATS)[number]

/** The readers; each throws AppErrors that say what to do. */
const READERS: Record<Format, (bytes: Uint8Array) => Read | Promise<Read>> = {
  transcript: (bytes) => readTranscript(textOf(bytes)),
  markdown: (bytes) => readMarkdown(textOf(bytes)),
  faq: (bytes) => readFaq(textOf(bytes)),
  html: (bytes) => readHtml(textOf(bytes)),
  text: (bytes) => readText(textOf(bytes)),
  pdf: readPdf,
  docx: readDocx,
}
export const read = (format: Format, bytes: Uint8Array) => READERS[format](bytes)

const ENDINGS: Record<string, Format> = {
  vtt: 'transcript',
  srt: 'transcript',
  md: 'markdown',
  markdown: 'markdown',
  yml: 'faq',
  yaml: 'faq',
  html: 'html',
  htm: 'html',
  txt: 'text',
  pdf: 'pdf',
  docx: 'docx',
}
export const READABLE_ENDINGS = Object.keys(ENDINGS)

export const CONTENT_TYPES: Record<string, Format> = {
  'text/vtt': 'transcript',
  'application/x-subrip': 'transcript',
  'text/markdown': 'markdown',
  'text/yaml': 'faq',
  'application/yaml': 'faq',
  'text/html': 'html',
  'text/plain': 'text',
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
}

/** What a file is: by its name, else by its content type, else by how it begins. @throws AppError `invalid` for a format that is not read */
export function formatOf({
  name,
  type,
  bytes,
}: {
  name?: string | undefined
  type?: string | undefined
  bytes: Uint8Array
}): Format {
  const ending = /\.([a-z0-9]+)$/i.exec(name ?? '')?.[1]?.toLowerCase()
  const named = ending === undefined ? undefined : ENDINGS[ending]
  const format = named ?? CONTENT_TYPES[type ?? ''] ?? formatOfContent(bytes)
  if (ending !== undefined && !named && !format) throw unreadable(`A file .${ending}`)
  if (!format) throw unreadable('This file')
  return format
}

const unreadable = (what: string) =>
  new AppError(
    'invalid',
    `${what} cannot be read here. Send one of: ${READABLE_ENDINGS.map((ending) => `.${ending}`).join(', ')}.`,
  )

function formatOfContent(bytes: Uint8Array): Format | undefined {
  const begin = Buffer.from(bytes.subarray(0, 2_048)).toString('latin1')
  if (begin.startsWith('%PDF-')) return 'pdf'
  if (begin.startsWith('PK\u0003\u0004')) return 'docx'
  if (/^(?:\u00EF\u00BB\u00BF)?WEBVTT/.test(begin) || /^\s*\d+\s*\r?\n\s*[\d:.,]+\s*-->/.test(begin))
    return 'transcript'
  if (/^\s*<(!doctype html|html)/i.test(begin)) return 'html'
  if (begin.startsWith('### YamlMime:FAQ')) return 'faq'
  if (/^---\r?\n|^#{1,6} /m.test(begin)) return 'markdown'
  const isText = bytes.subarray(0, 2_048).every((byte) => byte > 8)
  return isText || /^(?:\u00FF\u00FE|\u00FE\u00FF)/.test(begin) ? 'text' : undefined
}
