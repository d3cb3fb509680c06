import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { buildDashboard } from '../support/dashboard.ts'

await buildDashboard()
const EXPORT = join(import.meta.dir, '../../dashboard/out')
const MOST = 250 * 1000

/** Bytes of a script as it is sent: packed. */
const sizes = new Map<string, number>()
async function sizeOf(script: string): Promise<number> {
  const known = sizes.get(script)
  if (known !== undefined) return known
  const size = Bun.gzipSync(await Bun.file(join(EXPORT, script)).bytes(), { level: 9 }).byteLength
  sizes.set(script, size)
  return size
}

const lines: string[] = []
afterAll(() => console.log(`First load of scripts, gzip:\n${lines.join('\n')}`))

for (const file of [...new Bun.Glob('**/*.html').scanSync(EXPORT)].sort())
  test(`/${file.slice(0, -'.html'.length)} loads at most 250 KB of scripts at first`, async () => {
    const html = await Bun.file(join(EXPORT, file)).text()
    // What browsers without modules get, nobody else loads.
    const scripts = [...html.matchAll(/<script (?![^>]*nomodule)[^>]*src="\/app\/([^"]+)"/gi)].map(
      ([, src = '']) => src,
    )
    let bytes = 0
    for (const script of new Set(scripts)) bytes += await sizeOf(script)
    lines.push(`${(bytes / 1000).toFixed(0).padStart(5)} KB  /${file.replace(/(^index)?\.html$/, '')}`)
    expect(scripts.length).toBeGreaterThan(2)
    expect(bytes).toBeLessThanOrEqual(MOST)
  })
