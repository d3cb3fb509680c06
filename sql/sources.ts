import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Count, Id } from './units.ts'

export const SourceKind = v.picklist(['video', 'document', 'resource'])
export type SourceKind = v.InferOutput<typeof SourceKind>

/** Seconds, exact to a thousandth; null for what has no time. A JSON number over REST. */
export const Seconds = v.nullable(v.pipe(v.string(), v.metadata({ json: 'number' })))

/**
 * `embedding`: found by words already, by meaning when all chunks are embedded · `ready` · `failed`: the last try to embed failed with `error`, and will
 * be made again · `text_only`: no embeddings are configured. `chunks` of which `embedded` by the configured model.
 */
export const SourceStatus = v.picklist(['ready', 'embedding', 'failed', 'text_only'])

export const Source = v.object({
  id: Id,
  kind: SourceKind,
  title: v.string(),
  url: v.nullable(v.string()),
  format: v.string(),
  language: v.nullable(v.string()),
  duration: Seconds,
  status: SourceStatus,
  error: v.nullable(v.string()),
  notes: v.array(v.string()),
  chunks: Count,
  embedded: Count,
  embedding_model: v.nullable(v.string()),
  created_at: v.string(),
  updated_at: v.string(),
})

/** `model` is the configured one, null without embeddings. */
const sources = (sql: Sql, model: string | null): Statement => sql`
    select s.id, s.kind, s.title, s.url, s.format, s.language, s.duration,
           case when ${model}::text is null then 'text_only'
                when c.embedded = c.chunks then 'ready'
                when s.error is not null then 'failed'
                else 'embedding' end as status,
           s.error, s.notes, c.chunks, c.embedded, c.embedding_model, iso(s.created_at) as created_at, iso(s.updated_at) as updated_at
    from sources s
    cross join lateral (
      select count(*) as chunks, count(*) filter (where embedding_model = ${model}) as embedded, max(embedding_model) as embedding_model
      from chunks
      where source_id = s.id) as c`

type Listing = { kind: SourceKind | null; model: string | null; limit: number; offset: number; after: number | null }
const LISTING: Listing = { kind: null, model: 'text-embedding-3-small', limit: 50, offset: 0, after: null }

/** Newest first. */
export const listSources = query(
  Source,
  LISTING,
  (sql, { kind, model, limit, offset, after }: Listing) => sql`
    ${sources(sql, model)}
    where (${kind}::text is null or s.kind = ${kind}) and (${after}::bigint is null or s.id < ${after})
    order by s.id desc
    limit ${limit} offset ${offset}`,
)

export const findSource = find(
  Source,
  { id: 1, model: LISTING.model },
  (sql, { id, model }: { id: number; model: string | null }) => sql`${sources(sql, model)} where s.id = ${id}`,
)

export const Video = v.object({
  id: Id,
  title: v.string(),
  url: v.nullable(v.string()),
  duration: Seconds,
  created_at: v.string(),
})

/** Sources with a timeline, newest first. */
export const listVideos = query(
  Video,
  { limit: 50, offset: 0, after: null },
  (sql, { limit, offset, after }: { limit: number; offset: number; after: number | null }) => sql`
    select id, title, url, duration, iso(created_at) as created_at
    from sources
    where kind = 'video' and (${after}::bigint is null or id < ${after})
    order by id desc
    limit ${limit} offset ${offset}`,
)

export const findVideo = find(
  v.object({ id: Id }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`select id from sources where id = ${id} and kind = 'video'`,
)

type Named = { kind: SourceKind; title: string; url: string | null }

/** The source that a file of this name replaces, taken until the end of the transaction. */
export const lockSource = find(
  v.object({ id: Id, unchanged: v.boolean() }),
  { kind: 'document', title: 'Handbook', url: null, content_hash: new Uint8Array(32) },
  (sql, { kind, title, url, content_hash }: Named & { content_hash: Uint8Array }) => sql`
    select id, content_hash = ${content_hash} as unchanged
    from sources
    where kind = ${kind} and coalesce(url, title) = coalesce(${url}, ${title})
    for update`,
)

type Filled = Named & {
  format: string
  language: string | null
  duration: number | null
  content_hash: Uint8Array
  notes: string[]
}
const FILLED: Filled = {
  kind: 'video',
  title: 'Lesson 1',
  url: 'https://example.com/1',
  format: 'transcript',
  language: 'en',
  duration: 61.5,
  content_hash: new Uint8Array(32),
  notes: [],
}

/** A source by its name, new or with what it is now. */
export const putSource = get(
  v.object({ id: Id }),
  FILLED,
  (sql, { kind, title, url, format, language, duration, content_hash, notes }: Filled) => sql`
    insert into sources (kind, title, url, format, language, duration, content_hash, notes)
    values (${kind}, ${title}, ${url}, ${format}, ${language}, ${duration}, ${content_hash}, ${notes}::text[])
    on conflict (kind, coalesce(url, title)) do update
    set title = excluded.title, url = excluded.url, format = excluded.format, language = excluded.language,
        duration = excluded.duration, content_hash = excluded.content_hash, notes = excluded.notes, error = null, updated_at = now()
    returning id`,
)

export const deleteSource = find(
  v.object({ kind: SourceKind, title: v.string(), url: v.nullable(v.string()) }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from sources where id = ${id} returning kind, title, url`,
)

/** Notes on the sources of these chunks why they could not be embedded; null when they could. */
export const noteEmbeddingError = command(
  { chunk_ids: [1], error: null },
  (sql, { chunk_ids, error }: { chunk_ids: number[]; error: string | null }) => sql`
    update sources
    set error = ${error}
    where id in (select source_id from chunks where id = any(${chunk_ids}::bigint[])) and error is distinct from ${error}`,
)
