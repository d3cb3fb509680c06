import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { migrate } from '../dev/migrate.ts'
import { startPostgres } from '../dev/postgres.ts'
import { replaceChunks } from '../sql/chunks.ts'
import { connect, type Pool, transaction } from '../sql/connect.ts'
import { type Ranking, scanOn, type Search, searchChunks } from '../sql/knowledge-search.ts'
import { putSource } from '../sql/sources.ts'
import { readSource, type ReadSource } from '../src/ingest/knowledge/add-source.ts'
import { embedAll } from '../src/ingest/knowledge/embed-chunks.ts'
import { createEmbeddings, type Embeddings } from '../src/knowledge/embeddings.ts'
import { RANKING } from '../src/knowledge/search.ts'
import { startOpenai } from '../test/support/openai.ts'
import { measureAtSize } from './search-at-size.ts'

/**
 * How well passages are found, by words, by meaning and fused, over the articles in ../shared/data/knowledge. There are no judged
 * questions with them, so they are made of the articles' own texts, which are kept out of the index: the description in the front
 * matter asks for its article, the question in a heading for the answer below it. The vectors are hashed words unless OPENAI_API_KEY is set.
 * `--chunks 100000` measures instead what a search over so many chunks takes and misses, made of the articles' sentences.
 */
const { values: given } = parseArgs({ options: { chunks: { type: 'string' } } })
const ROOT = join(import.meta.dir, '..')
const MATERIAL = join(ROOT, '../shared/data/knowledge')
const SHOWN = 10
/** Chunks that are looked at, so that ten articles or answers are among them. */
const DEPTH = 60

/** `wanted` are the parts of the material, by name, that answer. */
type Question = { asks: 'article' | 'answer'; text: string; wanted: string }

const isQuestion = (heading: string) => heading.trim().endsWith('?')

/** The material with its questions taken out, and the questions; `parts` are the names of each chunk. */
async function material() {
  const sources: { source: ReadSource; parts: string[][] }[] = []
  const questions = new Map<string, Question>()
  const folder = join(MATERIAL, 'business-central')
  for (const name of readdirSync(folder).filter((name) => /\.(md|yml)$/.test(name))) {
    const bytes = await Bun.file(join(folder, name)).bytes()
    const source = await readSource({ bytes, name })
    const description = /^ *description: *(.{40,}?) *$/m.exec(new TextDecoder().decode(bytes))?.[1]
    if (description) questions.set(name, { asks: 'article', text: description, wanted: name })
    const parts = source.chunks.map(({ heading }) => [
      name,
      ...heading.filter(isQuestion).map((asked) => `${name} ${asked}`),
    ])
    for (const { heading } of source.chunks)
      for (const asked of heading.filter(isQuestion))
        questions.set(`${name} ${asked}`, { asks: 'answer', text: asked, wanted: `${name} ${asked}` })
    const chunks = source.chunks.map((chunk) => ({
      ...chunk,
      heading: chunk.heading.filter((heading) => !isQuestion(heading)),
    }))
    sources.push({ source: { ...source, title: source.title.replace(/\?$/, ''), chunks }, parts })
  }
  return { sources, questions: [...questions.values()] }
}

/** The names of each stored chunk, by its source and text. */
type Material = Awaited<ReturnType<typeof material>>

async function fill(sql: Pool, sources: Material['sources']) {
  const partsOf = new Map<string, string[]>()
  for (const { source, parts } of sources) {
    const { id } = await putSource(sql, source)
    await replaceChunks(sql, { source_id: id, language: source.language, chunks: source.chunks })
    for (const [at, { content }] of source.chunks.entries()) {
      const key = `${id} ${content}`
      partsOf.set(key, [...(partsOf.get(key) ?? []), ...(parts[at] ?? [])])
    }
  }
  return partsOf
}

const found = (sql: Pool, search: Search) =>
  transaction(sql, async (tx) => {
    await scanOn(tx, {})
    return searchChunks(tx, search)
  })

const OPEN = { least_coverage: 0, least_similarity: -1 }
const MODES: [name: string, ranking: Ranking, vectors: boolean][] = [
  ['full text alone', { ...OPEN, words: 1, meaning: 0 }, false],
  ['vectors alone', { ...OPEN, words: 0, meaning: 1 }, true],
  ['fused', { ...RANKING, ...OPEN }, true],
]

async function measure(sql: Pool, embeddings: Embeddings, questions: Question[], partsOf: Map<string, string[]>) {
  const vectors = await embeddings.embed(questions.map(({ text }) => text))
  const rows = []
  for (const [name, ranking, withVectors] of MODES) {
    const scores = { article: [] as [number, number][], answer: [] as [number, number][] }
    const begun = performance.now()
    for (const [at, { asks, text, wanted }] of questions.entries()) {
      const embedding = withVectors ? (vectors[at] ?? null) : null
      const search = { q: text, embedding, model: embeddings.model, kind: null, source_id: null, ranking, limit: DEPTH }
      const chunks = await found(sql, search)
      const units = chunks.map((chunk) => {
        const parts = partsOf.get(`${chunk.source_id} ${chunk.content}`) ?? []
        return parts.includes(wanted) ? wanted : asks === 'article' ? (parts[0] ?? '') : String(chunk.id)
      })
      const rank = [...new Set(units)].slice(0, SHOWN).indexOf(wanted) + 1
      scores[asks].push(rank > 0 ? [1 / Math.log2(rank + 1), 1] : [0, 0])
    }
    const took = (performance.now() - begun) / questions.length
    for (const asks of ['article', 'answer'] as const)
      rows.push({
        asks,
        by: name,
        'nDCG@10': mean(scores[asks].map(([gain]) => gain)),
        'recall@10': mean(scores[asks].map(([, hit]) => hit)),
        'ms each': took.toFixed(1),
      })
  }
  return rows.sort((one, other) => one.asks.localeCompare(other.asks))
}

const SHARE = 20
/**
 * How many of ten rows come when only every twentieth source counts: by the index alone, with and without going on, and by the search itself.
 */
async function measureFiltered(sql: Pool, embeddings: Embeddings, questions: Question[]) {
  await sql`update sources set kind = 'resource' where id % ${SHARE} = 0`
  const asked = questions.filter((_, at) => at % 8 === 0)
  const vectors = await embeddings.embed(asked.map(({ text }) => text))
  const rows = { 'index, no iterative scan': 0, 'index, iterative scan': 0, 'the search': 0 }
  for (const [at, embedding] of vectors.entries()) {
    for (const [name, scan] of [
      ['index, no iterative scan', 'off'],
      ['index, iterative scan', 'strict_order'],
    ] as const)
      rows[name] += await transaction(sql, async (tx) => {
        // Otherwise so small a table is read whole.
        await tx`select set_config(name, 'off', true) from unnest(array['enable_seqscan', 'enable_sort']) name`
        await tx`select set_config('hnsw.iterative_scan', ${scan}, true)`
        const found = await tx`
          select c.id
          from chunks c
          where c.embedding_model = ${embeddings.model} and (select s.kind from sources s where s.id = c.source_id) = 'resource'
          order by c.embedding <=> ${embedding}::vector
          limit ${SHOWN}`
        return found.length
      })
    const ranking = { ...OPEN, words: 0, meaning: 1 }
    const search = {
      q: asked[at]?.text ?? '',
      embedding,
      model: embeddings.model,
      kind: 'resource' as const,
      source_id: null,
      ranking,
      limit: SHOWN,
    }
    rows['the search'] += (await found(sql, search)).length
  }
  const all = vectors.length * SHOWN
  return Object.entries(rows).map(([by, count]) => ({ by, rows: count, of: all, share: (count / all).toFixed(3) }))
}

const mean = (values: number[]) =>
  (values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)).toFixed(3)

const sentencesOf = (content: string) => content.split(/(?<=[.!?])\s+/).filter((text) => text.length > 30)

/** How well passages of the material itself are found. */
async function measureFinding(sql: Pool, sources: Material['sources'], questions: Question[]) {
  const partsOf = await fill(sql, sources)
  const chunks = await embedAll(sql, embeddings)
  await sql`analyze`
  console.log(`${sources.length} articles, ${chunks} chunks; vectors: ${key ? model : 'the stand-in’s hashed words'}`)
  console.log(
    `Questions: ${questions.filter(({ asks }) => asks === 'article').length} descriptions that ask for their article, ${questions.filter(({ asks }) => asks === 'answer').length} headings that ask for their answer; both held out of the index`,
  )
  console.table(await measure(sql, embeddings, questions, partsOf))
  console.log(`Filtered to every ${SHARE}th source: rows found of the ${SHOWN} asked for`)
  console.table(await measureFiltered(sql, embeddings, questions))
}

if (!existsSync(MATERIAL)) {
  console.log('Skipped: there is no ../shared/data/knowledge to search in.')
  process.exit(0)
}
const { url: server } = await startPostgres({ dir: join(ROOT, '.data/pg-test'), purpose: 'test', log: console.error })
const name = `dealdome_bench_${process.pid}`
const at = (database: string) => Object.assign(new URL(server), { pathname: `/${database}` }).href
const admin = postgres(at('postgres'), { max: 1, onnotice: () => {} })
const standIn = startOpenai()
const key = process.env.OPENAI_API_KEY
const model = process.env.EMBEDDING_MODEL || 'text-embedding-3-small'
const embeddings = createEmbeddings({
  apiKey: async () => key ?? standIn.key,
  baseURL: key ? process.env.OPENAI_BASE_URL : standIn.url,
  model,
})
try {
  await migrate({ url: at(name), dir: join(ROOT, 'db/migrations') })
  const sql = connect(at(name), { max: 2, name: 'bench' })
  const { sources, questions } = await material()
  if (given.chunks !== undefined) {
    const sentences = sources.map(({ source }) => source.chunks.flatMap(({ content }) => sentencesOf(content)))
    await measureAtSize(sql, sentences.filter(({ length }) => length > 4), Number(given.chunks)) // prettier-ignore
  } else await measureFinding(sql, sources, questions)
  await sql.end()
} finally {
  await admin`drop database if exists ${admin(name)} with (force)`
  await admin.end()
  await standIn.stop()
}
