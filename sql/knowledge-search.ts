import * as v from 'valibot'
import { chunkColumns, ChunkRow } from './chunks.ts'
import type { Sql } from './connect.ts'
import { command, query, type Statement } from './query.ts'
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

/** A term that more chunks hold, and more than a tenth of all, ranks them but does not find them, unless there is no other. */
const COMMON = 1_000
const anyOf = (sql: Sql): Statement => sql`select string_agg('(' || lexemes::text || ')', ' | ')::tsquery from term`

/** Candidates of each ranking, and the constant of reciprocal rank fusion. */
const CANDIDATES = 60
const K = 60

const isAsked = (sql: Sql, { kind, source_id, q }: Search): Statement => sql`
    (${source_id}::bigint is null or c.source_id = ${source_id})
    and (${kind}::text is null or c.source_id in (select id from sources where kind = ${kind}))
    and (${!HAS_OPERATORS.test(q)} or c.words @@ case c.language when 'en' then websearch_to_tsquery('english', ${q})
                                                         when 'nl' then websearch_to_tsquery('dutch', ${q})
                                                         when 'de' then websearch_to_tsquery('german', ${q})
                                                         else websearch_to_tsquery('simple', ${q}) end)`

/** "These words together", and -none of this. */
const HAS_OPERATORS = /"|(^|\s)-\S/

/**
 * The words of the question, each with its forms in all dictionaries, and how much it tells: what few chunks hold tells more (the
 * inverse document frequency of BM25). A word that some language leaves out, such as "the", counts only where a chunk holds it.
 */
const asked = (sql: Sql, { q }: Search): Statement => sql`
    word as (
      select word, ts_lexize('english_stem', word) as en, ts_lexize('dutch_stem', word) as nl, ts_lexize('german_stem', word) as de
      from unnest(tsvector_to_array(to_tsvector('simple', regexp_replace(${q}, '(^|\\s)-("[^"]*"|\\S+)', ' ', 'g')))) word
    ),
    form as (
      select word, '{}' in (en::text, nl::text, de::text) as may_be_left_out,
             (select string_agg(distinct '''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''', ' | ')
              from unnest(word || en || nl || de) lexeme)::tsquery as lexemes
      from word
    ),
    term as (
      select f.lexemes, ln(1 + (a.chunks - h.chunks + 0.5) / (h.chunks + 0.5)) as tells, h.chunks as held_by, a.chunks as of
      from form f
      cross join (select count(*) as chunks from chunks) as a
      cross join lateral (select count(*) as chunks from chunks where words @@ f.lexemes) as h
      where h.chunks > 0 or not f.may_be_left_out
    )`

/**
 * What a term tells counts by how often a chunk holds it: from 0.61 for once towards 1, by a tenth, and less in a long chunk (70 words are
 * the usual).
 */
const byWords = (sql: Sql, search: Search): Statement => sql`
    by_words as (
      select id, tells, told, row_number() over (order by tells desc, id) as rank
      from (
        select c.id, t.tells, t.told
        from chunks c
        cross join lateral (
          select sum(tells * ts_rank(c.words, lexemes)) / (0.8 + 0.2 * length(c.words) / 70) as tells,
                 sum(tells) filter (where c.words @@ lexemes) as told
          from term) as t
        where c.words @@ coalesce((${anyOf(sql)} where held_by between 1 and greatest(${COMMON}, of / 10)), (${anyOf(sql)}))
          and ${isAsked(sql, search)}
        order by t.tells desc, c.id
        limit ${CANDIDATES}) as nearest
    )`

/** TRICKY: only this order uses the index; ordered by the similarity itself, every row is read. */
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
        order by c.embedding <=> ${search.embedding}::vector
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
 * Lets an index scan go on until enough rows pass the filter, for this transaction. Without it the 40 nearest of all are filtered, and
 * rows that match go missing.
 */
export const scanOn = command({}, (sql) => sql`set local hnsw.iterative_scan = strict_order`)
