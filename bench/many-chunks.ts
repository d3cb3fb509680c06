import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Pool } from '../sql/connect.ts'
import { chance } from './chance.ts'

/** Numbers of a vector, and directions in which the meanings differ: far fewer, as with texts. */
const NUMBERS = 1_536
const DIRECTIONS = 48
const CHUNKS_OF_A_SOURCE = 40
const QUESTIONS = 200
/** One source in so many is a resource, the others are documents. */
const SHARE = 20
export const MODEL = 'clusters'

/** Some words of a chunk, and a meaning near to its. */
export type Question = { q: string; embedding: string; source_id: number }

/**
 * Fills the knowledge with so many chunks. Their texts are sentences of the articles, most of a chunk from one; their vectors lie in clusters:
 * an article's, within it a source's.
 * @returns questions, and the texts of the indexes by meaning, which are gone until they are built with them
 */
export async function fillChunks(sql: Pool, articles: string[][], chunks: number) {
  const below = chance(20_260_203)
  const share = () => (below(1_000_000) + 0.5) / 1_000_000
  const bell = () => Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share())
  const near = (center: Float32Array, spread: number) => center.map((value) => value + spread * bell())
  const directions = Array.from({ length: DIRECTIONS }, () => Float32Array.from({ length: NUMBERS }, bell))
  const vectorOf = (meaning: Float32Array) => {
    const vector = new Float32Array(NUMBERS)
    // Loops by index: iterators took ten times as long, minutes for 100,000 vectors.
    for (let at = 0; at < DIRECTIONS; at++) {
      const [direction, weight] = [directions[at]!, meaning[at]!]
      for (let n = 0; n < NUMBERS; n++) vector[n]! += weight * direction[n]!
    }
    return vector
  }
  const centers = articles.map(() => near(new Float32Array(DIRECTIONS), 1))
  const anyOf = <T>(list: T[]) => list[below(list.length)]!

  await sql`create unlogged table made (n int primary key, content text, embedding vector(${sql.unsafe(String(NUMBERS))}))`
  const copy = await sql`copy made from stdin (format binary)`.writable()
  await write(copy, HEAD)
  const questions: (Omit<Question, 'source_id'> & { n: number })[] = []
  let [article, center] = [0, centers[0]!]
  for (let n = 0; n < chunks; n++) {
    if (n % CHUNKS_OF_A_SOURCE === 0) {
      article = below(articles.length)
      center = near(centers[article]!, 0.5)
    }
    const own = Array.from({ length: 3 }, () => anyOf(articles[article]!))
    const content = [...own, anyOf(anyOf(articles)), anyOf(anyOf(articles)), `(${n})`].join(' ')
    const meaning = near(center, 0.4)
    await write(copy, row(n, content, vectorOf(meaning)))
    if (n % Math.ceil(chunks / QUESTIONS) === 0) {
      const words = own.join(' ').match(/\p{L}{3,}/gu) ?? []
      const q = words.filter(() => below(5) === 0).slice(0, 8)
      const embedding = `[${Array.from(vectorOf(near(meaning, 0.3)), (value) => value.toFixed(5)).join()}]`
      questions.push({ n, q: q.join(' '), embedding })
    }
  }
  copy.end(TAIL)
  await once(copy, 'finish')

  const [first] = await sql<{ id: number }[]>`
    with made as (
      insert into sources (kind, title, format, language, content_hash)
      select case when n % ${SHARE}::int = 0 then 'resource' else 'document' end, 'Source ' || n, 'text', 'en', sha256(n::text::bytea)
      from generate_series(1, ${Math.ceil(chunks / CHUNKS_OF_A_SOURCE)}::int) n
      order by n
      returning id)
    select min(id) as id from made`
  const indexes = await sql<{ name: string; text: string }[]>`
    select indexname as name, indexdef as text from pg_indexes where indexname like 'chunks\\_by\\_meaning%'`
  for (const { name } of indexes) await sql`drop index ${sql(name)}`
  await sql`
    insert into chunks (source_id, position, heading, content, language, content_hash, embedding, embedding_model)
    select ${first!.id} + n / ${CHUNKS_OF_A_SOURCE}::int, n % ${CHUNKS_OF_A_SOURCE}::int, '{}', content, 'en', sha256(convert_to(content, 'UTF8')),
           l2_normalize(embedding), ${MODEL}
    from made
    order by n`
  await sql`drop table made`
  await sql`vacuum analyze chunks`
  const of = (n: number) => first!.id + Math.floor(n / CHUNKS_OF_A_SOURCE)
  return {
    questions: questions.map(({ n, q, embedding }): Question => ({ q, embedding, source_id: of(n) })),
    indexes: indexes.map(({ text }) => text),
  }
}

/** COPY's binary format. */
const HEAD = Buffer.concat([Buffer.from('PGCOPY\n\xFF\r\n\0', 'latin1'), Buffer.alloc(8)])
const TAIL = Buffer.from([0xff, 0xff])
function row(n: number, content: string, vector: Float32Array): Buffer {
  const text = Buffer.from(content)
  const bytes = Buffer.alloc(2 + 8 + 4 + text.length + 8 + 4 * vector.length)
  let at = bytes.writeInt16BE(3)
  at = bytes.writeInt32BE(4, at)
  at = bytes.writeInt32BE(n, at)
  at = bytes.writeInt32BE(text.length, at)
  at += text.copy(bytes, at)
  at = bytes.writeInt32BE(4 + 4 * vector.length, at)
  at = bytes.writeInt16BE(vector.length, at)
  at = bytes.writeInt16BE(0, at)
  for (let n = 0; n < vector.length; n++) at = bytes.writeFloatBE(vector[n]!, at)
  return bytes
}

async function write(to: Writable, bytes: Buffer) {
  if (!to.write(bytes)) await once(to, 'drain')
}
