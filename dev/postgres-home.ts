import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Purpose } from './postgres-engine.ts'
import { codeOf } from './process.ts'

/** PostgreSQL refuses to run as root: root's servers run as the user id that owns nothing. Empty for everyone else. */
export const serverUser: { uid?: number; gid?: number } = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

const isRoot = serverUser.uid !== undefined
const ELSEWHERE = '/var/lib/dealdome'
/** Bytes: the cluster, its log and some forty databases at once take a fifth of it. */
const ROOM_FOR_TESTS = 2 * 1024 ** 3

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
 * Where the server of the checkout folder `dir` keeps its files: there, or in a folder elsewhere that `dir` links to, when root's server
 * could not reach it (a checkout in a 0700 home), or when it is for tests and memory is at hand: a database for a test file is then
 * copied in 9 ms instead of 160. Removing `dir` therefore starts afresh in all cases.
 */
export function serverHome(dir: string, purpose: Purpose): string {
  const elsewhere = (purpose === 'test' && memoryFolder()) || (isRoot && !reachable(dir) ? ELSEWHERE : undefined)
  const link = join(dir, 'elsewhere')
  if (!isLink(link)) {
    if (!elsewhere) return dir
    sweep(elsewhere)
    symlinkSync(join(elsewhere, randomBytes(6).toString('hex')), link)
  }
  const home = readlinkSync(link)
  if (!existsSync(home)) {
    mkdirSync(home, { recursive: true })
    if (isRoot) for (const folder of [dirname(home), home]) chmodSync(folder, 0o755)
    symlinkSync(dir, join(home, 'checkout'))
  }
  return home
}

/** A folder of this user in memory with room for a test cluster; undefined where there is none (macOS, small containers). */
function memoryFolder(): string | undefined {
  const shared = '/dev/shm'
  if (!existsSync(shared)) return undefined
  const { bavail, bsize } = statfsSync(shared)
  return bavail * bsize > ROOM_FOR_TESTS ? join(shared, `dealdome-${process.getuid?.() ?? 0}`) : undefined
}

/** Removes the folders elsewhere whose checkout is gone or no longer links to them, unless a server still runs in them. */
function sweep(elsewhere: string) {
  if (!existsSync(elsewhere)) return
  for (const name of readdirSync(elsewhere)) {
    const home = join(elsewhere, name)
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
