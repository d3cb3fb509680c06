import * as v from 'valibot'
import { stageBulkObjects } from '../../../sql/bulk-objects.ts'
import { seeing, type Sql } from '../../../sql/connect.ts'
import { noteSync } from '../../../sql/sync-state.ts'
import { AppError } from '../../errors.ts'
import { observedFetch } from '../../telemetry/observed-fetch.ts'

/** Lines that are staged in one transaction. */
const LINES = 2_000
/** Milliseconds without a byte after which a download is broken. */
const SILENCE = 60_000
const TRIES = 5

/** How far a file was read: bytes and lines that are staged. */
export type Read = { bytes: number; lines: number }

/**
 * Stages the lines of a bulk file, as a stream: memory stays flat however long it is. How far it is stands in the transaction of the lines,
 * so that a reading that was killed goes on where it was. A file that ends before all objects came was cut off, and is read on.
 * @param given.cursorOf the cursor of the sync for what was read
 * @throws AppError `unavailable` when the rest does not come
 */
export async function stageBulk(
  sql: Sql,
  given: {
    sync_id: number
    url: string
    objects: number
    read: Read
    cursorOf: (read: Read) => unknown
    signal: AbortSignal
  },
): Promise<Read> {
  let { read } = given
  for (let tried = 1; read.lines < given.objects; tried++) {
    const before = read.lines
    try {
      read = await readOn(sql, { ...given, read, onRead: (now) => (read = now) })
    } catch (error) {
      given.signal.throwIfAborted()
      if (!(error instanceof Broken)) throw error
    }
    if (read.lines > before) tried = 0
    else if (tried >= TRIES)
      throw new AppError('unavailable', `The shop's file ends after ${read.lines} of ${given.objects} lines.`, {
        retryAfter: 60,
      })
  }
  return read
}

/** The connection broke while the file was read. */
class Broken extends Error {
  override name = 'Broken'
}

type Reading = Parameters<typeof stageBulk>[1] & { onRead: (read: Read) => void }

async function readOn(sql: Sql, { sync_id, url, objects, read, cursorOf, signal, onRead }: Reading): Promise<Read> {
  const silent = new AbortController()
  const broken = (cause: unknown) => new Broken('the connection to the file broke', { cause })
  const response = await observedFetch({ service: 'shopify', endpoint: 'bulk file' }, url, {
    headers: read.bytes > 0 ? { range: `bytes=${read.bytes}-` } : {},
    signal: AbortSignal.any([signal, silent.signal]),
  }).catch((cause: unknown) => Promise.reject(broken(cause)))
  if (!response.ok || !response.body)
    throw new AppError('unavailable', `The shop's file cannot be read (HTTP ${response.status}).`, { retryAfter: 60 })
  // A server that knows no ranges sends it from the beginning.
  const begins = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0)
  let skip = read.bytes - begins
  let { bytes, lines } = read
  let batch: string[] = []
  let size = 0
  const flush = async () => {
    if (batch.length === 0) return
    const parents = batch.map((line) => (JSON.parse(line) as { __parentId?: string }).__parentId ?? null)
    const now = { bytes: bytes + size, lines: lines + batch.length }
    await seeing(sql, 'all', async (tx) => {
      await stageBulkObjects(tx, { sync_id, from_line: lines + 1, parent_ids: parents, objects: batch })
      await noteSync(tx, { id: sync_id, cursor: cursorOf(now), done: now.lines, expected: objects, added: 0 })
    })
    ;({ bytes, lines } = now)
    onRead(now)
    ;[batch, size] = [[], 0]
  }
  const decoder = new TextDecoder()
  let rest: Uint8Array = new Uint8Array()
  let watch = setTimeout(() => silent.abort(), SILENCE)
  try {
    const reader = response.body.getReader()
    for (;;) {
      const { done, value: chunk } = await reader.read().catch((cause: unknown) => Promise.reject(broken(cause)))
      if (done) break
      clearTimeout(watch)
      watch = setTimeout(() => silent.abort(), SILENCE)
      signal.throwIfAborted()
      if (skip >= chunk.length) {
        skip -= chunk.length
        continue
      }
      const fresh = skip > 0 ? chunk.subarray(skip) : chunk
      skip = 0
      const all: Uint8Array = rest.length > 0 ? Buffer.concat([rest, fresh]) : fresh
      let from = 0
      for (let end = all.indexOf(10, from); end >= 0; end = all.indexOf(10, from)) {
        batch.push(decoder.decode(all.subarray(from, end)))
        size += end + 1 - from
        from = end + 1
        if (batch.length >= LINES) await flush()
      }
      rest = all.slice(from)
    }
  } finally {
    clearTimeout(watch)
  }
  // The last line may have no end; a file that was cut ends within one.
  if (rest.length > 0 && isWhole(decoder.decode(rest))) {
    batch.push(decoder.decode(rest))
    size += rest.length
  }
  await flush()
  return { bytes, lines }
}

const isWhole = (line: string) => v.safeParse(v.pipe(v.string(), v.parseJson()), line).success
