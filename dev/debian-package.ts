import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { run } from './process.ts'

const HELPER = '/usr/lib/apt/apt-helper'

export type Package = { uri: string; sha256: string }

/** The package archives that this machine's apt is set up with, in its order, without a slash at the end; none where there is no apt. */
export async function aptMirrors(): Promise<string[]> {
  // `update --print-uris` needs no root and no package lists (container images ship without them), and changes nothing.
  const { out } = await run(['apt-get', 'update', '--print-uris'])
  const bases = [...out.matchAll(/^'([^']+?)\/dists\//gm)].map((line) => line[1] as string)
  return [...new Set(bases.flatMap(expandMirrorList))].filter((base) => /^(https?|file):/.test(base))
}

/** Cloud images name a file with one address a line instead of an address. */
function expandMirrorList(base: string): string[] {
  if (!base.startsWith('mirror+file:')) return [base]
  const lines = readFileSync(base.slice('mirror+file:'.length), 'utf8').split('\n')
  return lines.flatMap((line) => line.match(/^[^#\s]+/)?.[0].replace(/\/+$/, '') ?? [])
}

/** The version of `name` that apt itself would download, with the hash from its signed index; undefined when it knows none. */
export async function aptCandidate(name: string): Promise<Package | undefined> {
  const { out } = await run(['apt-get', 'download', '--print-uris', name])
  const found = out.match(/^'([^']+)' \S+ \d+ SHA256:([0-9a-f]{64})/m)
  return found ? { uri: found[1] as string, sha256: found[2] as string } : undefined
}

/** Downloads a package with apt's own means (its proxy, its certificates) into `file`; throws when the content is another. */
export async function download({ uri, sha256 }: Package, file: string): Promise<void> {
  const options = [
    'APT::Sandbox::User=root',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=10',
    'Acquire::https::Timeout=10',
  ]
  const flags = options.flatMap((option) => ['-o', option])
  const { code, err } = await run([HELPER, '-qq', ...flags, 'download-file', uri, file, `SHA256:${sha256}`])
  if (code !== 0) {
    const reason = err.match(/^E: (?:Failed to fetch \S+\s+)?(.+)$/m)?.[1] ?? err.trim()
    throw new Error(reason || `apt-helper ended with ${code}`)
  }
  const actual = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (actual !== sha256) throw new Error('unexpected content')
}

/** Unpacks a package below `folder`; runs none of its scripts. */
export async function unpack(file: string, folder: string): Promise<void> {
  const { code, err } = await run(['dpkg-deb', '-x', file, folder])
  if (code !== 0) throw new Error(`dpkg-deb: ${err.trim()}`)
}
