import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, query, type Statement } from './query.ts'
import { Seconds, SourceKind } from './sources.ts'
import { Count, Id } from './units.ts'

/** A part of a source's text. `heading` begins with the title of the source; `video_id` is the source when that is a video. */
export const ChunkRow = v.object({
  id: Id,
  video_id: v.nullable(Id),
  source_id: Id,
  position: Count,
  heading: v.array(v.string()),
  content: v.string(),
  page: v.nullable(Count),
  start_time: Seconds,
  end_time: Seconds,
  created_at: v.string(),
})

/** The columns of `ChunkRow`, of chunks `c` and sources `s`. */
export const chunkColumns = (sql: Sql): Statement => sql`
    c.id, case when s.kind = 'video' then s.id end as video_id, c.source_id, c.position, c.heading, c.content, c.page, c.start_time,
    c.end_time, iso(c.created_at) as created_at`

type Listing = { source_id: number; limit: number; offset: number; after: number | null }
const LISTING: Listing = { source_id: 1, limit: 50, offset: 0, after: null }

const inOrder = (sql: Sql, { source_id, limit, offset, after }: Listing): Statement => sql`
    from chunks c
    join sources s on s.id = c.source_id
    where c.source_id = ${source_id} ${after === null ? sql`` : sql`and c.position > (select position from chunks where id = ${after})`}
    order by c.position
    limit ${limit} offset ${offset}`

/** The chunks of a source from its beginning to its end; `after` is the id of the last one seen. */
export const listChunks = query(
  ChunkRow,
  LISTING,
  (sql, asked: Listing) => sql`select ${chunkColumns(sql)} ${inOrder(sql, asked)}`,
)

/** The same with their embeddings, null where there is none yet. */
export const listEmbeddedChunks = query(
  v.object({ ...ChunkRow.entries, embedding: v.nullable(v.unknown()) }),
  LISTING,
  (sql, asked: Listing) =>
    sql`select ${chunkColumns(sql)}, c.embedding::text::json as embedding ${inOrder(sql, asked)}`,
)

/** A chunk with those of its source around it, with what its source is. */
export const listAround = query(
  v.object({ ...ChunkRow.entries, kind: SourceKind, title: v.string(), url: v.nullable(v.string()) }),
  { id: 1, before: 1, after: 2 },
  (sql, { id, before, after }: { id: number; before: number; after: number }) => sql`
    select ${chunkColumns(sql)}, s.kind, s.title, s.url
    from chunks asked
    join chunks c on c.source_id = asked.source_id and c.position between asked.position - ${before}::int and asked.position + ${after}::int
    join sources s on s.id = c.source_id
    where asked.id = ${id}
    order by c.position`,
)

export type NewChunk = {
  heading: string[]
  content: string
  page: number | null
  start: number | null
  end: number | null
}
const NEW: NewChunk = { heading: ['Handbook', 'Returns'], content: 'Within 14 days.', page: 1, start: null, end: null }

type Filling = { source_id: number; language: string | null; chunks: NewChunk[] }

/**
 * Gives a source these chunks in their order instead of those that it has; the same heading and text twice counts once. A text that was
 * embedded before, here or elsewhere, keeps its embedding.
 */
export const replaceChunks = command(
  { source_id: 1, language: 'en', chunks: [NEW] },
  (sql, { source_id, language, chunks }: Filling) => sql`
    with gone as (delete from chunks where source_id = ${source_id} returning content_hash, embedding, embedding_model),
    item as (
      select i.at, i.value ->> 'content' as content, (i.value ->> 'page')::int as page, (i.value ->> 'start')::numeric as start_time,
             (i.value ->> 'end')::numeric as end_time,
             array(select part from jsonb_array_elements_text(i.value -> 'heading') with ordinality part (part, at) order by at) as heading
      from jsonb_array_elements(${sql.json(chunks as never)}::jsonb) with ordinality i (value, at)
    ),
    hashed as (
      select at, heading, content, page, start_time, end_time,
             sha256(convert_to(array_to_string(heading, E'\\n') || E'\\n\\n' || content, 'UTF8')) as content_hash
      from item
    ),
    fresh as (select distinct on (content_hash) * from hashed order by content_hash, at)
    insert into chunks (source_id, position, heading, content, page, start_time, end_time, language, content_hash, embedding, embedding_model)
    select ${source_id}::bigint, row_number() over (order by f.at) - 1, f.heading, f.content, f.page, f.start_time, f.end_time, ${language}::text,
           f.content_hash, known.embedding, known.embedding_model
    from fresh f
    -- Every row waits for this count, so that the old chunks are gone before the first new one comes.
    cross join (select count(*) as chunks from gone) as before
    left join lateral (
      (select embedding, embedding_model from gone where content_hash = f.content_hash and embedding is not null limit 1)
      union all
      (select embedding, embedding_model from chunks where content_hash = f.content_hash and embedding is not null limit 1)
      limit 1
    ) as known on before.chunks >= 0`,
)

export const deleteChunk = find(
  v.object({ source_id: Id }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`delete from chunks where id = ${id} returning source_id`,
)

/** Chunks that the model has not embedded yet, with the text to embed; `after` is the id of the last one seen. */
export const listUnembedded = query(
  v.object({ id: Id, text: v.string() }),
  { model: 'text-embedding-3-small', limit: 100, after: 0 },
  (sql, { model, limit, after }: { model: string; limit: number; after: number }) => sql`
    select id, array_to_string(heading, E'\\n') || E'\\n\\n' || content as text
    from chunks
    where embedding_model is distinct from ${model} and id > ${after}
    order by id
    limit ${limit}`,
)

type Embedded = { ids: number[]; embeddings: string[]; model: string }

/** Stores embeddings as text such as `[0.1,0.2]`, in the order of the ids. A chunk that is gone meanwhile is left out. */
export const embedChunks = command(
  { ids: [1], embeddings: [`[${Array.from({ length: 1536 }, () => 0.1).join()}]`], model: 'text-embedding-3-small' },
  (sql, { ids, embeddings, model }: Embedded) => sql`
    update chunks c
    set embedding = e.embedding::vector, embedding_model = ${model}
    from unnest(${ids}::bigint[], ${embeddings}::text[]) e (id, embedding)
    where c.id = e.id`,
)
