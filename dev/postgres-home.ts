import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { codeOf } from './process.ts'

/** PostgreSQL refuses to run as root: root's servers run as the user id that owns nothing. Empty for everyone else. */
export const serverUser: { uid?: number; gid?: number } = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

const isRoot = serverUser.uid !== undefined
const ELSEWHERE = '/var/lib/dealdome'

/** Whether every user may enter `folder` and the folders above it, as far as they exist. */
export function reachable(folder: string): boolean {
  const open = !existsSync(folder) || (statSync(folder).mode & 1) === 1
  return open && (folder === dirname(folder) || reachable(dirname(folder)))
}

/** This user's folder for things that can be had again, such as unpacked programs; the server's user can read it. */
export function cacheFolder(): string {
  const own = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = join(isRoot && !reachable(own) ? '/var/cache' : own, 'dealdome')
  mkdirSync(folder, { recursive: true })
  if (isRoot) chmodSync(folder, 0o755)
  return folder
}

/**
 * Where the server of the checkout folder `dir` keeps its files: there, or, when root's server could not reach it (a checkout in a 0700 home),
 * in a folder elsewhere that `dir` links to. Removing `dir` therefore starts afresh in both cases.
 */
export function serverHome(dir: string): string {
  if (!isRoot || reachable(dir)) return dir
  const link = join(dir, 'elsewhere')
  if (!isLink(link)) {
    sweep()
    symlinkSync(join(ELSEWHERE, randomBytes(6).toString('hex')), link)
  }
  const home = readlinkSync(link)
  if (!existsSync(home)) {
    mkdirSync(home, { recursive: true })
    for (const folder of [ELSEWHERE, home]) chmodSync(folder, 0o755)
    symlinkSync(dir, join(home, 'checkout'))
  }
  return home
}

/** Removes the folders elsewhere whose checkout is gone or no longer links to them, unless a server still runs in them. */
function sweep() {
  if (!existsSync(ELSEWHERE)) return
  for (const name of readdirSync(ELSEWHERE)) {
    const home = join(ELSEWHERE, name)
    if (!isLink(join(home, 'checkout'))) continue
    const link = join(readlinkSync(join(home, 'checkout')), 'elsewhere')
    const used = isLink(link) && readlinkSync(link) === home
    const running = readdirSync(home).some((data) => existsSync(join(home, data, 'postmaster.pid')))
    if (!used && !running) rmSync(home, { recursive: true, force: true })
  }
}

function isLink(path: string): boolean {
  try {
    readlinkSync(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EINVAL') return false
    throw error
  }
}

/** The text of a file; undefined when there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
