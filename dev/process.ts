import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, readlinkSync } from 'node:fs'

type Options = { env?: Record<string, string | undefined>; as?: { uid?: number; gid?: number }; timeout?: number }
export type Ended = { code: number | null; out: string; err: string }

/** Runs a program to its end. `code` is null when it could not be started or was killed; `timeout` is in milliseconds. */
export function run([program = '', ...args]: string[], { env, as, timeout }: Options = {}): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>()
  const child = spawn(program, args, {
    cwd: '/',
    env: { ...(env ?? process.env), LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    ...as,
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  child.on('error', (error) => resolve({ code: null, out, err: error.message }))
  child.on('close', (code) => resolve({ code, out, err }))
  return promise
}

/**
 * Starts a program that outlives us and answers its process id. It is nobody's child and in a session of its own: a Ctrl-C in the
 * terminal must not reach it before its users are done, and `bun test` ends the children of a test file, even detached ones.
 */
export async function daemon(command: string[], { env, as, log }: Options & { log: string }): Promise<number> {
  const file = openSync(log, 'a')
  const shell = spawn('/bin/sh', ['-c', '"$@" >&2 & echo $!', 'sh', ...command], {
    cwd: '/',
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', file],
    detached: true,
    ...as,
  })
  closeSync(file)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  shell.on('error', reject)
  shell.on('close', () => reject(new Error(`${command[0]} could not be started`)))
  shell.stdout?.setEncoding('utf8').on('data', (text: string) => resolve(Number(text)))
  return promise
}

/** Where a process works; undefined when it is gone, a zombie, or not ours to see. */
export function workingDirectory(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn'], { encoding: 'utf8' })
    return stdout.match(/^n(.+)$/m)?.[1]
  }
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EACCES' || codeOf(error) === 'ESRCH') return undefined
    throw error
  }
}

/** The system's name of what went wrong, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
