import { createHash } from 'node:crypto'
import { type NewChunk, replaceChunks } from '../../../sql/chunks.ts'
import { type Sql, transaction } from '../../../sql/connect.ts'
import { lockSource, putSource, type SourceKind } from '../../../sql/sources.ts'
import { AppError } from '../../errors.ts'
import { chunksOf } from './chunks.ts'
import { type Format, formatOf, read } from './format.ts'
import { languageOf, languageOfTag } from './language.ts'
import { oneLine } from './passage.ts'

/** Bytes of a file; as much as a bot may download in Telegram. */
export const LARGEST_FILE = 20 * 1024 * 1024
const MOST_CHUNKS = 10_000
const MOST_HEADINGS = 6
/** Part of what tells whether a source is unchanged: raise it when the same file gives other chunks. */
const CUT = 1

/** A file and what is known of it; what is left out is taken from the file. `duration` in seconds. */
export type GivenSource = {
  bytes: Uint8Array
  name?: string | undefined
  type?: string | undefined
  format?: Format | undefined
  kind?: SourceKind | undefined
  title?: string | undefined
  url?: string | undefined
  language?: string | undefined
  duration?: number | undefined
}
export type ReadSource = {
  kind: SourceKind
  title: string
  url: string | null
  format: Format
  language: string | null
  duration: number | null
  content_hash: Uint8Array
  notes: string[]
  chunks: NewChunk[]
}

/**
 * Reads a file into chunks.
 * @throws AppError `invalid` or `malformed` for what cannot be read or holds no text, `too_large`
 */
export async function readSource(given: GivenSource): Promise<ReadSource> {
  const { bytes, url = null, name } = given
  if (bytes.length === 0) throw new AppError('invalid', 'The file is empty.')
  if (bytes.length > LARGEST_FILE)
    throw new AppError('too_large', `The file is larger than ${LARGEST_FILE / 1024 / 1024} MB. Split it.`)
  const format = given.format ?? formatOf(given)
  const { passages, title: own, language: tag, notes } = await read(format, bytes)
  if (passages.length === 0) throw new AppError('invalid', 'The file holds no text.')
  const title = oneLine(given.title ?? own ?? name?.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '') ?? '').slice(0, 200)
  if (!title) throw new AppError('invalid', 'Give the source a title: the file has none of its own.')
  const chunks = chunksOf(passages)
  if (chunks.length > MOST_CHUNKS)
    throw new AppError(
      'too_large',
      `The file gives ${chunks.length} chunks; at most ${MOST_CHUNKS} are kept. Split it.`,
    )
  const kind = given.kind ?? (format === 'transcript' ? 'video' : 'document')
  const named = given.language ?? tag
  const language = (named ? languageOfTag(named) : languageOf(passages.map(({ text }) => text).join('\n'))) ?? null
  const duration = given.duration ?? chunks.at(-1)?.end ?? null
  const settings = JSON.stringify([CUT, kind, title, url, format, language, duration])
  return {
    kind,
    title,
    url,
    format,
    language,
    duration,
    notes,
    content_hash: new Uint8Array(createHash('sha256').update(settings).update(bytes).digest()),
    chunks: chunks.map((chunk) => Object.assign({}, chunk, { heading: pathOf(title, chunk.heading) })),
  }
}

const pathOf = (title: string, heading: string[]) =>
  [title, ...heading.slice(heading[0]?.toLowerCase() === title.toLowerCase() ? 1 : 0)].slice(0, MOST_HEADINGS)

/** What a source's file brought, or that it is the same as before. */
export type AddedSource = { id: number; result: 'created' | 'replaced' | 'unchanged' }

/** Stores what was read in one transaction; a source of the same kind and address, or without one the same title, is replaced. */
export function storeSource(sql: Sql, { chunks, ...source }: ReadSource): Promise<AddedSource> {
  return transaction(sql, async (tx) => {
    const known = await lockSource(tx, source)
    if (known?.unchanged) return { id: known.id, result: 'unchanged' }
    const { id } = await putSource(tx, source)
    await replaceChunks(tx, { source_id: id, language: source.language, chunks })
    return { id, result: known ? 'replaced' : 'created' }
  })
}
