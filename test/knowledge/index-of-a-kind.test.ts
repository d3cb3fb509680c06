import { expect, test } from 'bun:test'
import { replaceChunks } from '../../sql/chunks.ts'
import { transaction } from '../../sql/connect.ts'
import { scanOn, searchChunks } from '../../sql/knowledge-search.ts'
import type { SourceKind } from '../../sql/sources.ts'
import { testDatabase } from '../support/database.ts'

const { sql } = await testDatabase()

const aSource = async (kind: SourceKind, title = `A ${kind}`) => {
  const [source] = await sql<{ id: number }[]>`
    insert into sources (kind, title, format, language, content_hash) values (${kind}, ${title}, 'text', 'en', sha256(${title}::bytea)) returning id`
  const chunk = { heading: [], content: `What a ${kind} says.`, page: null, start: null, end: null }
  await replaceChunks(sql, { source_id: source!.id, language: 'en', chunks: [chunk] })
  return source!.id
}

test('a search within a kind walks through the index of that kind, one within all through that of all', async () => {
  for (const kind of ['video', 'document', 'resource'] as const) await aSource(kind)
  const planOf = (kind: SourceKind | null) =>
    transaction(sql, async (tx) => {
      await scanOn(tx, {})
      // Three chunks are sorted sooner than walked to.
      await tx`set local enable_sort = off`
      const plan = await tx<{ 'QUERY PLAN': string }[]>`
        explain ${searchChunks.text(tx, { ...searchChunks.sample, kind })}`
      return plan.map((line) => line['QUERY PLAN']).join('\n')
    })
  const walked = async (kind: SourceKind | null) => /using (chunks_by_meaning\w*)/.exec(await planOf(kind))?.[1]
  expect(await walked(null)).toBe('chunks_by_meaning')
  expect(await walked('video')).toBe('chunks_by_meaning_of_videos')
  expect(await walked('document')).toBe('chunks_by_meaning_of_documents')
  expect(await walked('resource')).toBe('chunks_by_meaning_of_resources')
})

test('a source that becomes of another kind takes its chunks along', async () => {
  const id = await aSource('document', 'Handbook')
  await sql`update sources set kind = 'resource' where id = ${id}`
  expect((await sql`select kind from chunks where source_id = ${id}`).map(({ kind }) => kind as string)).toEqual(['resource']) // prettier-ignore
})
