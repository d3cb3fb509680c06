import * as v from 'valibot'
import { chunkColumns, ChunkRow } from './chunks.ts'
import type { Sql } from './connect.ts'
import { query, type Statement } from './query.ts'
import { SourceKind } from './sources.ts'

/**
 * A chunk that answers a search. `coverage`: the share of what the words asked for that the chunk holds, rare words counting more.
 * `similarity`: of meaning, as cosine; null without embeddings, or when others were nearer.
 */
export const FoundChunk = v.object({
  ...ChunkRow.entries,
  kind: SourceKind,
  title: v.string(),
  url: v.nullable(v.string()),
  score: v.pipe(v.string(), v.metadata({ json: 'number' })),
  coverage: v.pipe(v.string(), v.metadata({ json: 'number' })),
  similarity: v.nullable(v.pipe(v.string(), v.metadata({ json: 'number' }))),
})
export type FoundChunk = v.InferOutput<typeof FoundChunk>

/** What a ranking takes part with: weights of ranks, and the least coverage and similarity of which one is needed. */
export type Ranking = { words: number; meaning: number; least_coverage: number; least_similarity: number }

export type Search = {
  q: string
  /** Of `q` by `model`, as text such as `[0.1,0.2]`; null searches by words alone. */
  embedding: string | null
  model: string | null
  kind: SourceKind | null
  source_id: number | null
  ranking: Ranking
  limit: number
}
const SEARCH: Search = {
  q: 'how long do returns take',
  embedding: `[${Array.from({ length: 1536 }, () => 0.1).join()}]`,
  model: 'text-embedding-3-small',
  kind: null,
  source_id: null,
  ranking: { words: 1, meaning: 1, least_coverage: 0.4, least_similarity: 0.3 },
  limit: 10,
}

/**
 * Chunks that are ranked by their words; each takes some 10 µs. The rarest terms find them, as many as together so few hold: what is more
 * common only ranks. Where all are more common, the two rarest find what holds both.
 */
const RANKED = 1_000
/** Of a term that more chunks hold, the planner's statistics say how many: counting them takes 10 ms a term at 100,000 chunks. */
const COUNTED = 1_000

/** Candidates of each ranking, and the constant of reciprocal rank fusion. */
const CANDIDATES = 60
const K = 60

/** As text of its own: each kind has an index by meaning, which an argument would not find. */
const OF_KIND: Record<SourceKind, (sql: Sql) => Statement> = {
  video: (sql) => sql`and c.kind = 'video'`,
  document: (sql) => sql`and c.kind = 'document'`,
  resource: (sql) => sql`and c.kind = 'resource'`,
}

/** As text of its own for each filter: hidden in an `or`, one for a source would not be looked up by its index. */
const isAsked = (sql: Sql, { kind, source_id, q }: Search): Statement => sql`
    true ${source_id === null ? sql`` : sql`and c.source_id = ${source_id}`}
    ${kind === null ? sql`` : OF_KIND[kind](sql)}
    ${
      HAS_OPERATORS.test(q)
        ? sql`and c.words @@ case c.language when 'en' then websearch_to_tsquery('english', ${q})
                                     when 'nl' then websearch_to_tsquery('dutch', ${q})
                                     when 'de' then websearch_to_tsquery('german', ${q})
                                     else websearch_to_tsquery('simple', ${q}) end`
        : sql``
    }`

/** "These words together", and -none of this. */
const HAS_OPERATORS = /"|(^|\s)-\S/

/**
 * The words of the question, each with its forms in all dictionaries, and how much it tells: what few chunks hold tells more (the
 * inverse document frequency of BM25). A word that some language leaves out, such as "the", counts only where a chunk holds it.
 */
const asked = (sql: Sql, { q, source_id }: Search): Statement => sql`
    word as (
      select word, ts_lexize('english_stem', word) as en, ts_lexize('dutch_stem', word) as nl, ts_lexize('german_stem', word) as de
      from unnest(tsvector_to_array(to_tsvector('simple', regexp_replace(${q}, '(^|\\s)-("[^"]*"|\\S+)', ' ', 'g')))) word
    ),
    form as (
      select word, '{}' in (en::text, nl::text, de::text) as may_be_left_out, lexemes,
             (select string_agg('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''', ' | ') from unnest(lexemes) lexeme)::tsquery as any_of
      from word
      cross join lateral (select array_agg(distinct lexeme) as lexemes from unnest(word || en || nl || de) lexeme) as forms
    ),
    size as (
      select case when reltuples > 10 * ${COUNTED}::int then reltuples else (select count(*) from chunks) end::float8 as chunks
      from pg_class
      where oid = 'chunks'::regclass
    ),
    common as materialized (
      select each.lexeme, size.chunks * each.frequency as held_by
      from pg_stats s
      cross join size
      cross join lateral unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as each (lexeme, frequency)
      where s.schemaname = 'public' and s.tablename = 'chunks' and s.attname = 'words' and size.chunks * each.frequency > ${COUNTED}::int
    ),
    held as materialized (
      select f.any_of, f.may_be_left_out, size.chunks as of,
             least(size.chunks, coalesce((select sum(held_by) from common where lexeme = any(f.lexemes)),
                                         (select count(*) from chunks where words @@ f.any_of))) as by
      from form f
      cross join size
    ),
    term as (
      select any_of, held.by as held_by, ln(1 + (held.of - held.by + 0.5) / (held.by + 0.5)) as tells
      from held
      where held.by > 0 or not may_be_left_out
    ),
    finder as (
      select case when min(held_by) <= ${RANKED}::int or ${source_id !== null}
                  then string_agg('(' || any_of::text || ')', ' | ') filter (where up_to <= ${RANKED}::int or ${source_id !== null})
                  else string_agg('(' || any_of::text || ')', ' & ') filter (where nth <= 2) end::tsquery as words
      from (
        select any_of, held_by, sum(held_by) over rarest as up_to, row_number() over rarest as nth
        from term
        where held_by > 0
        window rarest as (order by held_by, any_of::text rows unbounded preceding)) ranked
    )`

/**
 * What a term tells counts by how often a chunk holds it: from 0.61 for once towards 1, by a tenth, and less in a long chunk (70 words are
 * the usual).
 */
const byWords = (sql: Sql, search: Search): Statement => {
  const isFound = sql`c.words @@ (select words from finder)`
  // The chunks of one source are few: all of them are looked at, and the index of words is not.
  return sql`
    by_words as (
      select id, tells, told, row_number() over (order by tells desc, id) as rank
      from (
        select c.id, t.tells, t.told
        from (
          select c.id, c.words
          from chunks c
          where ${search.source_id === null ? isFound : sql`(${isFound}) is true`} and ${isAsked(sql, search)}
          limit ${RANKED}) c
        cross join lateral (
          select sum(tells * rank) / (0.8 + 0.2 * length(c.words) / 70) as tells, sum(tells) filter (where rank > 0) as told
          from (select tells, ts_rank(c.words, any_of) as rank from term) ranked) as t
        order by t.tells desc, c.id
        limit ${CANDIDATES}) as nearest
    )`
}

/**
 * TRICKY: only this order uses the index; ordered by the similarity itself, every row is read. The index holds halves of the numbers'
 * precision, so those that it finds are ordered once more by the vectors themselves.
 */
const byMeaning = (sql: Sql, search: Search): Statement =>
  search.embedding === null
    ? sql`by_meaning as (select null::bigint as id, null::float8 as distance, null::bigint as rank where false)`
    : sql`
    by_meaning as (
      select id, distance, row_number() over (order by distance, id) as rank
      from (
        select c.id, c.embedding <=> ${search.embedding}::vector as distance
        from chunks c
        where c.embedding_model = ${search.model} and ${isAsked(sql, search)}
        order by c.embedding::halfvec(1536) <=> ${search.embedding}::halfvec(1536)
        limit ${CANDIDATES}) as nearest
    )`

/**
 * Chunks that answer a question, best first: ranked by words and by meaning, fused by reciprocal rank, without those below both floors.
 * The same text in several sources comes once. Run `scanOn` before it in the same transaction.
 */
export const searchChunks = query(FoundChunk, SEARCH, (sql, search: Search) => answers(sql, search, sql``))

/** The same with their embeddings, null where there is none yet. */
export const searchEmbeddedChunks = query(
  v.object({ ...FoundChunk.entries, embedding: v.nullable(v.unknown()) }),
  SEARCH,
  (sql, search: Search) => answers(sql, search, sql`, c.embedding::text::json as embedding`),
)

const answers = (sql: Sql, search: Search, more: Statement): Statement => sql`
    with ${asked(sql, search)}, ${byWords(sql, search)}, ${byMeaning(sql, search)},
    found as (
      select id, ${search.ranking.words}::float8 / (${K} + w.rank) as words_score, ${search.ranking.meaning}::float8 / (${K} + m.rank) as meaning_score,
             coalesce(w.told / nullif((select sum(tells) from term), 0), 0) as coverage, 1 - m.distance as similarity
      from by_words w
      full join by_meaning m using (id)
    ),
    once as (
      select distinct on (c.content_hash) f.id, coalesce(words_score, 0) + coalesce(meaning_score, 0) as score, coverage, similarity
      from found f
      join chunks c on c.id = f.id
      where coverage >= ${search.ranking.least_coverage}::float8 or similarity >= ${search.ranking.least_similarity}::float8
      order by c.content_hash, score desc, f.id
    )
    select ${chunkColumns(sql)}, s.kind, s.title, s.url, round(o.score::numeric, 5) as score, round(o.coverage::numeric, 3) as coverage,
           round(o.similarity::numeric, 3) as similarity ${more}
    from once o
    join chunks c on c.id = o.id
    join sources s on s.id = c.source_id
    order by o.score desc, c.id
    limit ${search.limit}`

/**
 * Lets an index scan go on until enough rows pass the filter, for this transaction: without it the nearest of all are filtered, and rows that
 * match go missing. 200 are looked at first: so 98 to 99 of 100 are found of what comparing all vectors finds, with 100 they were 92 to 96
 * (`bun run bench:retrieval --chunks 100000`).
 * The planner does not know what reading each vector takes: it would read 3,000 of them rather than use the index, for ten times as long.
 */
export const scanOn = query(
  v.object({ iterative_scan: v.string(), ef_search: v.string(), enable_seqscan: v.string() }),
  {},
  (sql) => sql`
    select set_config('hnsw.iterative_scan', 'relaxed_order', true) as iterative_scan, set_config('hnsw.ef_search', '200', true) as ef_search,
           set_config('enable_seqscan', 'off', true) as enable_seqscan`,
)
