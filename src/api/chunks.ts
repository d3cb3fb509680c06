import { Elysia } from 'elysia'
import * as v from 'valibot'
import { ChunkRow, deleteChunk, listChunks, listEmbeddedChunks } from '../../sql/chunks.ts'
import { FoundChunk, scanOn, searchChunks, searchEmbeddedChunks } from '../../sql/knowledge-search.ts'
import { jsonRows } from '../../sql/query.ts'
import { findVideo } from '../../sql/sources.ts'
import { AppError } from '../errors.ts'
import type { Embeddings } from '../knowledge/embeddings.ts'
import { searchFor } from '../knowledge/search.ts'
import { afterId, json, listAnswer, listing, Page, wholeNumber } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'
import { Kind } from './sources.ts'

const Embedding = v.optional(v.nullable(v.array(v.number())))
const Include = v.optional(v.literal('embedding', 'may be embedding'))
const Words = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(1_000, 'has at most 1,000 characters'),
)
const Found = v.object({
  ...Page(v.object({ ...FoundChunk.entries, embedding: Embedding })).entries,
  notice: v.nullable(v.string()),
})

/** The parts that the material is cut into: what is found and cited. */
export const chunkRoutes = (deps: IdentityDeps & { embeddings: Embeddings }) =>
  new Elysia({ tags: ['knowledge'] })
    .use(identity(deps))
    .get(
      '/chunks',
      async ({ db, query: { q, limit, kind, source_id, include }, request: { signal } }) => {
        const { search, notice } = await searchFor(deps.embeddings, { q, kind, source_id, limit, signal })
        const rows = await db(async (sql) => {
          await scanOn(sql, {})
          return jsonRows(sql, include ? searchEmbeddedChunks : searchChunks, search)
        })
        return json(`{"data":${rows},"next":null,"notice":${JSON.stringify(notice)}}`)
      },
      {
        needs: 'knowledge:read',
        query: v.object({
          q: Words,
          limit: v.optional(wholeNumber(1, 50), '10'),
          kind: v.optional(Kind),
          source_id: v.optional(IdParams.entries.id),
          include: Include,
        }),
        response: Found,
        detail: {
          summary: 'Search the material by words and by meaning, best first',
          description:
            'In "quotes": these words together; with a minus sign: none of this. What answers too little is left out, so an answer may be empty. `coverage` is the share of the words that the chunk holds, rare ones counting more; `similarity` that of the meaning, null when it was not among the nearest. `notice` says when the search went by words alone. Times are in seconds.',
        },
      },
    )
    .get(
      '/videos/:id/chunks',
      ({ db, params: { id }, query: { limit, offset, cursor, count, format, include } }) =>
        db(async (sql) => {
          if (!(await findVideo(sql, { id }))) throw new AppError('not_found', `There is no video ${id}.`)
          const args = { source_id: id, limit, offset, after: afterId(cursor) }
          const name = `video-${id}`
          return listAnswer(sql, include ? listEmbeddedChunks : listChunks, args, { db, format, count, name })
        }),
      {
        needs: 'knowledge:read',
        params: IdParams,
        query: v.object({ ...listing, include: Include }),
        response: Page(v.object({ ...ChunkRow.entries, embedding: Embedding })),
        detail: {
          summary: 'The transcript of a video in chunks, from its beginning',
          description: 'Times are in seconds.',
        },
      },
    )
    .delete(
      '/chunks/:id',
      ({ db, set, params: { id } }) =>
        db(async (sql) => {
          if (!(await deleteChunk(sql, { id }))) throw new AppError('not_found', `There is no chunk ${id}.`)
          set.status = 204
        }),
      {
        needs: 'knowledge:write',
        params: IdParams,
        detail: { summary: 'Forget one chunk, until its source is sent again with other content' },
      },
    )
