import { afterAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase } from '../../support/database.ts'

const { sql, appUrl } = await testDatabase()
const dir = mkdtempSync(join(tmpdir(), 'dealdome-knowledge-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const COMMAND = join(import.meta.dir, '../../../src/commands/knowledge.ts')
const SHARED = join(import.meta.dir, '../../../../shared/data/knowledge')

/** The command as the service's own login runs it. */
async function run(...args: string[]) {
  const child = Bun.spawn([process.execPath, COMMAND, ...args], {
    env: { ...process.env, DATABASE_URL: appUrl },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()])
  return { code: await child.exited, out: out.trim(), err: err.replaceAll(dir, '…').trim() }
}
const titles = async () =>
  (await sql<{ title: string }[]>`select title from sources order by title`).map((row) => row.title)

describe('bun run knowledge add', () => {
  test('adds files and what is in folders, replaces what changed and embeds it later', async () => {
    await Bun.write(join(dir, 'course/lesson.vtt'), 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello')
    await Bun.write(join(dir, 'course/deep/rules.md'), '# House rules\n\nNo shoes.')
    await Bun.write(join(dir, 'course/picture.png'), 'x')
    await Bun.write(join(dir, 'faq.yml'), '- { q: Why?, a: Because. }')
    const paths = [join(dir, 'course'), join(dir, 'faq.yml')]
    expect(await run('add', ...paths)).toEqual({ code: 0, out: '3 added, 0 replaced, 0 unchanged.', err: '' })
    expect(await titles()).toEqual(['House rules', 'faq', 'lesson'])
    await Bun.write(join(dir, 'faq.yml'), '- { q: Why?, a: Because of this. }')
    expect((await run('add', ...paths)).out).toBe('0 added, 1 replaced, 2 unchanged.')
    expect(await sql`select 1 from graphile_worker.jobs where task_identifier = 'embed_chunks'`).toHaveLength(1)
  })

  test('says of each file that cannot be read why, adds the others, and ends with code 1', async () => {
    await Bun.write(join(dir, 'empty.txt'), '')
    await Bun.write(join(dir, 'good.txt'), 'Some text.')
    expect(await run('add', join(dir, 'empty.txt'), join(dir, 'good.txt'))).toEqual({
      code: 1,
      out: '',
      err: '…/empty.txt: The file is empty.\n1 added, 0 replaced, 0 unchanged; 1 could not be read, see above.',
    })
    expect(await run('add', join(dir, 'none.txt'))).toMatchObject({ code: 1, err: 'There is no file …/none.txt.' })
    for (const wrong of [[], ['add'], ['remove', 'x'], ['add', '--all']]) expect((await run(...wrong)).code).toBe(2)
  })

  test.skipIf(!existsSync(SHARED))('reads every real article and caption there is', async () => {
    await sql`delete from sources`
    const { code, out, err } = await run('add', join(SHARED, 'business-central'), join(SHARED, 'webvtt'))
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^2\d\d added, \d+ replaced, 0 unchanged\.$/)
    const [all] = await sql<{ chunks: number; longest: number; languages: string[] }[]>`
      select count(*) as chunks, max(length(content)) as longest, array_agg(distinct coalesce(language, 'none')) as languages from chunks`
    expect(all!.chunks).toBeGreaterThan(2_000)
    expect(all!.longest).toBeLessThan(2_500)
    expect(all!.languages.sort()).toEqual(['en', 'none'])
    console.log(`${out} ${all!.chunks} chunks.`)
  })
})
