import type { Embeddings } from '../knowledge/embeddings.ts'
import { meaningOf } from '../knowledge/search.ts'
import type { Log } from '../log.ts'
import type { Embed } from './remember.ts'

/** Characters of a text that are embedded: four bytes each stay within what the service takes. */
const LONGEST = 2_000

/** Vectors for memories. Without a key, and while the service is away or silent, which is logged, memories are found by their words. */
export const embedMemories =
  ({ embeddings, log }: { embeddings: Embeddings; log: Log }): Embed =>
  async (text) => {
    if (text.trim() === '' || !(await embeddings.available())) return null
    const { embedding, why } = await meaningOf(embeddings, text.slice(0, LONGEST).toWellFormed())
    if (embedding !== null) return { vector: embedding, model: embeddings.model }
    log('warn', `memories are found by their words: ${why}`)
    return null
  }
