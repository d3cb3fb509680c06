import { expect, test } from 'bun:test'
import { join } from 'node:path'

const ROOT = join(import.meta.dir, '../..')
const text = await Bun.file(join(ROOT, 'docs/security.md')).text()

/** `test/x.test.ts: words of its name` in the last cell of a row. */
const named = Array.from(
  text.matchAll(/\| (test\/[\w./-]+\.test\.ts)(?:: ([^|]+?))? +\|$/gm),
  ([, file = '', words]) => ({
    file,
    words,
  }),
)

test('every attack in docs/security.md names a test that is there', async () => {
  expect(named.length).toBeGreaterThan(35)
  for (const { file, words } of named) {
    const source = await Bun.file(join(ROOT, file)).text()
    expect([file, words, words === undefined || source.includes(words)]).toEqual([file, words, true])
  }
})

test('every file that docs/security.md points to is there', async () => {
  const files = new Set(Array.from(text.matchAll(/`((?:src|sql|test|docs)\/[\w./-]+\.\w+)`/g), ([, file = '']) => file))
  expect(files.size).toBeGreaterThan(10)
  for (const file of files) expect([file, await Bun.file(join(ROOT, file)).exists()]).toEqual([file, true])
})
