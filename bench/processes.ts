import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

const TICKS_A_SECOND = 100

/** CPU microseconds that a process has used so far, with those of its children that run; 0 where there is no /proc. */
export function cpu(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + ownCpu(one), 0)
}

/** The process that listens for connections to a database of this machine: the parent of one that serves a connection. */
export function parentOf(pid: number): number {
  return Number(fields(pid)?.[1] ?? 0)
}

/** Lets the kernel's peak of a process begin anew; where there is no such thing, it stays that since the start. */
export function forgetPeak(pid: number) {
  if (existsSync(`/proc/${pid}/clear_refs`)) writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** Megabytes that a process holds (`VmRSS`), holds alone (`RssAnon`), or held at most (`VmHWM`); null where that is not known. */
export function memory(pid: number, field: 'VmRSS' | 'VmHWM' | 'RssAnon'): number | null {
  const status = readFile(`/proc/${pid}/status`)
  const kilobytes = status && new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]
  return kilobytes ? Math.round(Number(kilobytes) / 1024) : null
}

const childrenOf = (pid: number): number[] =>
  existsSync('/proc')
    ? readdirSync('/proc').flatMap((name) =>
        /^\d+$/.test(name) && parentOf(Number(name)) === pid ? [Number(name)] : [],
      )
    : []

/** What a process used itself, and what those children used that have ended. */
function ownCpu(pid: number): number {
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = (fields(pid)?.slice(11, 15) ?? []).map(Number)
  return ((user + system + childUser + childSystem) / TICKS_A_SECOND) * 1e6
}

/** From the state on: the name before it may hold blanks. */
const fields = (pid: number) => readFile(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // A process that has ended meanwhile.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined
    throw error
  }
}
