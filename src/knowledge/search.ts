import type { Ranking, Search } from '../../sql/knowledge-search.ts'
import type { SourceKind } from '../../sql/sources.ts'
import { expectedError } from '../errors.ts'
import type { Embeddings } from './embeddings.ts'

/** Weights and floors as measured by `bun run bench:retrieval`. */
export const RANKING: Ranking = { words: 1, meaning: 1, least_coverage: 0.4, least_similarity: 0.3 }

type Asked = {
  q: string
  kind?: SourceKind | undefined
  source_id?: number | undefined
  limit: number
  signal?: AbortSignal
}

/**
 * What to search for, with the meaning of the question when there is a key and OpenAI answers; `notice` says when there is not. It asks
 * another service, so call it outside of transactions.
 */
export async function searchFor(
  embeddings: Embeddings,
  { q, kind, source_id, limit, signal }: Asked,
): Promise<{ search: Search; notice: string | null }> {
  const { embedding, why } = await meaningOf(embeddings, q, signal)
  const search = {
    q,
    embedding,
    model: embeddings.model,
    kind: kind ?? null,
    source_id: source_id ?? null,
    ranking: RANKING,
    limit,
  }
  return { search, notice: why === null ? null : `Searched by words alone, not by meaning: ${why}.` }
}

/** Milliseconds that a person waits for the meaning of a question before it is searched by its words alone. */
const PATIENCE = 5_000

/** A text as a vector, or why there is none: no key, or OpenAI does not answer in time. */
export async function meaningOf(
  embeddings: Embeddings,
  text: string,
  signal?: AbortSignal,
): Promise<{ embedding: string; why: null } | { embedding: null; why: string }> {
  const late = AbortSignal.timeout(PATIENCE)
  try {
    const [embedding] = await embeddings.embed([text], signal ? AbortSignal.any([signal, late]) : late)
    if (embedding === undefined) throw new Error('a text was embedded to nothing')
    return { embedding, why: null }
  } catch (error) {
    signal?.throwIfAborted()
    if (late.aborted) return { embedding: null, why: 'OpenAI takes too long to answer' }
    const expected = expectedError(error)
    if (expected?.code !== 'unavailable') throw error
    return { embedding: null, why: expected.message.replace(/\.$/, '') }
  }
}
