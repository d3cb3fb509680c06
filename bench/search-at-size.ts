import { type Pool, transaction } from '../sql/connect.ts'
import { scanOn, type Search, searchChunks } from '../sql/knowledge-search.ts'
import { RANKING } from '../src/knowledge/search.ts'
import { fillChunks, MODEL, type Question } from './many-chunks.ts'
import { memory } from './processes.ts'

/** Memory that building the index may take; what it took is printed. */
const BUILD_MEMORY = '2GB'
const SHOWN = 10
/** Every so many questions are also asked exactly: that takes seconds each. */
const EXACTLY = 8

/**
 * What a search over so many chunks takes, and how much of it is right: the first ten beside those of the same search without shortcuts,
 * where every vector is compared and every chunk with a word of the question is ranked. All questions, asked within one kind (one source in
 * twenty), and within one source.
 */
export async function measureAtSize(sql: Pool, articles: string[][], chunks: number) {
  const begun = performance.now()
  const { questions, indexes } = await fillChunks(sql, articles, chunks)
  console.log(`${chunks} chunks and ${questions.length} questions made in ${seconds(begun)} s`)
  console.log(await buildIndexes(sql, indexes))
  const table = []
  for (const [within, filter] of WITHIN)
    for (const [by, weights] of BY) {
      const asked = questions.map((question) => searchOf(question, filter(question), weights))
      table.push({ within, by, ...(await measure(sql, asked)) })
    }
  console.table(table)
}

type Filter = Pick<Search, 'kind' | 'source_id'>
const WITHIN: [string, (question: Question) => Filter][] = [
  ['all', () => ({ kind: null, source_id: null })],
  ['a kind', () => ({ kind: 'resource', source_id: null })],
  ['a source', ({ source_id }) => ({ kind: null, source_id })],
]
const BY = [
  ['words', { words: 1, meaning: 0 }],
  ['meaning', { words: 0, meaning: 1 }],
  ['fused', { words: RANKING.words, meaning: RANKING.meaning }],
] as const

const searchOf = ({ q, embedding }: Question, filter: Filter, weights: { words: number; meaning: number }): Search => ({
  q,
  embedding: weights.meaning > 0 ? embedding : null,
  model: MODEL,
  ...filter,
  ranking: { ...RANKING, ...weights },
  limit: SHOWN,
})

async function measure(sql: Pool, asked: Search[]) {
  for (const search of asked.slice(0, 10)) await found(sql, search)
  const times: number[] = []
  const [all, right] = [[] as number[], [] as number[]]
  for (const [at, search] of asked.entries()) {
    const begun = performance.now()
    const ids = await found(sql, search)
    times.push(performance.now() - begun)
    if (at % EXACTLY > 0) continue
    const exact = await foundExactly(sql, search)
    all.push(exact.length)
    right.push(exact.filter((id) => ids.includes(id)).length)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const ms = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  return { 'p50 ms': ms(0.5), 'p95 ms': ms(0.95), 'p99 ms': ms(0.99), 'recall@10': (sum(right) / sum(all)).toFixed(3) }
}

const found = (sql: Pool, search: Search) =>
  transaction(sql, async (tx) => {
    await scanOn(tx, {})
    return (await searchChunks(tx, search)).map(({ id }) => id)
  })

/** The same search where no index by meaning is used, and no words are too common to find a chunk. */
const foundExactly = (sql: Pool, search: Search) =>
  transaction(sql, async (tx) => {
    await tx`set local enable_indexscan = off`
    return (await searchChunks(tx, search)).map(({ id }) => id)
  })

/** Builds the indexes by meaning as the migrations define them; in words how long it took, their size and the most memory. */
async function buildIndexes(sql: Pool, indexes: string[]): Promise<string> {
  const begun = performance.now()
  let peak = 0
  await transaction(sql, async (tx) => {
    const [backend] = await tx<{ pid: number }[]>`
      select pg_backend_pid() as pid, set_config('maintenance_work_mem', ${BUILD_MEMORY}, true)`
    const watch = setInterval(() => (peak = Math.max(peak, memory(backend!.pid, 'VmRSS') ?? 0)), 100)
    for (const index of indexes) await tx.unsafe(index)
    clearInterval(watch)
  })
  const [size] = await sql<{ mb: number }[]>`
    select (sum(pg_relation_size(indexrelid)) / 1048576)::int as mb from pg_stat_user_indexes where indexrelname like 'chunks\\_by\\_meaning%'`
  return `${indexes.length} indexes by meaning: built in ${seconds(begun)} s, ${size!.mb} MB on disk; building it held ${peak} MB at most, of ${BUILD_MEMORY} allowed`
}

const seconds = (since: number) => ((performance.now() - since) / 1_000).toFixed(1)
