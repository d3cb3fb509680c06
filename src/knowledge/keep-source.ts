import type { Sql } from '../../sql/connect.ts'
import { deleteSource } from '../../sql/sources.ts'
import type { Who } from '../access.ts'
import { audit } from '../audit.ts'
import { type AddedSource, type ReadSource, storeSource } from '../ingest/knowledge/add-source.ts'
import { addEmbedChunksJob } from '../jobs/embed-chunks.ts'

/** Stores what was read, notes who did it, and has it embedded once the open transaction is committed. */
export async function keepSource(sql: Sql, who: Who, source: ReadSource): Promise<AddedSource> {
  const added = await storeSource(sql, source)
  if (added.result === 'unchanged') return added
  await addEmbedChunksJob(sql)
  const { kind, title, url, format, language, chunks } = source
  const new_value = { kind, title, url, format, language, chunks: chunks.length }
  await audit(sql, who, { action: `source.${added.result}`, subject: `source ${added.id}`, new_value })
  return added
}

/** Removes a source with its chunks, and notes who did it; false when it is not there any more. */
export async function removeSource(sql: Sql, who: Who, id: number): Promise<boolean> {
  const old_value = await deleteSource(sql, { id })
  if (old_value) await audit(sql, who, { action: 'source.deleted', subject: `source ${id}`, old_value })
  return old_value !== undefined
}
