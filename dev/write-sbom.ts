import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import packageFile from '../package.json' with { type: 'json' }

/** Writes what packages are installed here as a CycloneDX document: name, version and licence of each, once. */
const [file] = process.argv.slice(2)
if (!file) {
  process.stderr.write('Usage: bun dev/write-sbom.ts FILE\n')
  process.exit(2)
}
const root = join(import.meta.dir, '..')
const components = new Map<string, object>()
for (const path of installed(join(root, 'node_modules/.bun'))) {
  const { name, version, license } = (await Bun.file(path).json()) as Record<string, unknown>
  if (typeof name !== 'string' || typeof version !== 'string') continue
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  const licences = typeof license === 'string' ? { licenses: [{ expression: license }] } : {}
  components.set(purl, { type: 'library', 'bom-ref': purl, name, version, purl, ...licences })
}
if (components.size === 0) throw new Error('no packages are installed here')
const { name, version } = packageFile
await Bun.write(
  file,
  JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: { component: { type: 'application', name, version } },
      components: [...components].toSorted(([one], [other]) => one.localeCompare(other)).map(([, found]) => found),
    },
    null,
    1,
  ),
)

/** The package files of what lies here itself: what a package depends on lies beside it as a link. */
function installed(folder: string): string[] {
  const real = (at: string) =>
    readdirSync(at, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(at, entry.name)] : []))
  return real(folder)
    .map((at) => join(at, 'node_modules'))
    .filter((at) => existsSync(at))
    .flatMap((at) => real(at).flatMap((found) => (found.includes('/@', at.length) ? real(found) : [found])))
    .map((at) => join(at, 'package.json'))
    .filter((at) => existsSync(at))
}
