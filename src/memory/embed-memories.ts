import { expectedError } from '../errors.ts'
import type { Embeddings } from '../knowledge/embeddings.ts'
import type { Embed } from './remember.ts'

/** Characters of a text that are embedded: four bytes each stay within what the service takes. */
const LONGEST = 2_000

/** Vectors for memories. Without a key, and while the service is away, which is reported, memories are found by their words. */
export const embedMemories =
  ({ embeddings, report }: { embeddings: Embeddings; report: (error: unknown) => void }): Embed =>
  async (text) => {
    if (text.trim() === '' || !(await embeddings.available())) return null
    try {
      const [vector] = await embeddings.embed([text.slice(0, LONGEST).toWellFormed()])
      return vector === undefined ? null : { vector, model: embeddings.model }
    } catch (error) {
      if (expectedError(error)?.code !== 'unavailable') throw error
      report(error)
      return null
    }
  }
