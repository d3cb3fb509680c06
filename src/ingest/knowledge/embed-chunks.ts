import { embedChunks, listUnembedded } from '../../../sql/chunks.ts'
import { type Sql, transaction } from '../../../sql/connect.ts'
import { noteEmbeddingError } from '../../../sql/sources.ts'
import { expectedError } from '../../errors.ts'
import type { Embeddings } from '../../knowledge/embeddings.ts'

/** Chunks that are embedded and stored at once. */
const BATCH = 200

/**
 * Embeds every chunk that has no embedding of this model, so also all of them when the model was changed. A failure is noted on the sources and thrown; what was embedded
 * before it stays. Resolves to the number of chunks.
 */
export async function embedAll(sql: Sql, embeddings: Embeddings, signal?: AbortSignal): Promise<number> {
  const { model } = embeddings
  let [done, after] = [0, 0]
  for (;;) {
    const batch = await listUnembedded(sql, { model, limit: BATCH, after })
    if (batch.length === 0) return done
    const ids = batch.map(({ id }) => id)
    const vectors = await embeddings
      .embed(
        batch.map(({ text }) => text),
        signal,
      )
      .catch(async (error: unknown) => {
        const said = expectedError(error)?.message ?? 'An internal error, which was logged.'
        await noteEmbeddingError(sql, { chunk_ids: ids, error: said })
        throw error
      })
    await transaction(sql, async (tx) => {
      done += await embedChunks(tx, { ids, embeddings: vectors, model })
      await noteEmbeddingError(tx, { chunk_ids: ids, error: null })
    })
    after = ids.at(-1) ?? after
  }
}
