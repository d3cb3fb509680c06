import type { Sql } from '../../sql/connect.ts'
import { addJob } from '../../sql/jobs.ts'
import { embedAll } from '../ingest/knowledge/embed-chunks.ts'
import type { Embeddings } from '../knowledge/embeddings.ts'
import { job } from './job.ts'

/**
 * Embeds the chunks of new sources, and all of them after a change of the model; what failed is tried again. Without a key there is
 * nothing to do.
 */
export const embedChunksJob = ({ sql, embeddings }: { sql: Sql; embeddings: Embeddings }) =>
  job(
    'embed_chunks',
    async (_, { signal }) => {
      if (await embeddings.available()) await embedAll(sql, embeddings, signal)
    },
    { everyMinutes: 5 },
  )

/** Embeds soon, once the open transaction is committed; in the queue of the periodic runs, so that no chunk is embedded twice. */
export const addEmbedChunksJob = (sql: Sql) =>
  addJob(sql, 'embed_chunks', {}, { key: 'embed chunks', queue: 'embed_chunks' })
