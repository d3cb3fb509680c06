import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync } from 'node:fs'
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../src/errors.ts'
import { type Engine, localUrl, type Purpose, settings } from './postgres-engine.ts'
import { readIfThere, serverHome, serverUser } from './postgres-home.ts'
import { codeOf, daemon, run, workingDirectory } from './process.ts'

export type Programs = { bin: string; major: number }

/** Leftovers of a killed server, another server on the port, or one that is just going: all pass. */
const PASSING = /still in use|lock file "|could not bind|could not create any TCP/

const ENVIRONMENT = { PATH: process.env.PATH, TZ: 'UTC' }
const PASSWORD = 'dealdome.password'
const LOG_LIMIT = 10_000_000

/** A private cluster below `dir`, run with `programs`; reachable from this machine only, with a generated password. */
export function clusterEngine(dir: string, purpose: Purpose, programs: Programs, log: (line: string) => void): Engine {
  const data = join(serverHome(dir, purpose), `data-${programs.major}`)
  return {
    place: { kind: 'cluster', data },
    start: async () => {
      if (purpose === 'test' && diedWithTheMachine(data)) rmSync(data, { recursive: true })
      if (!existsSync(data)) await initialise(data, programs, purpose, log)
      try {
        return await start(data, programs, purpose, log)
      } catch (error) {
        if (purpose === 'dev') throw error
        log(`${String(error)} Making the test cluster afresh …`)
        rmSync(data, { recursive: true })
        await initialise(data, programs, purpose, log)
        return start(data, programs, purpose, log)
      }
    },
  }
}

/** The address of the server that runs on `data`; waits for one that is starting or going. Undefined when there is none. */
export async function findServer(data: string): Promise<string | undefined> {
  for (;;) {
    const server = running(data)
    if (!server) return undefined
    if (server.ready) return urlOf(data, server.port)
    await Bun.sleep(20)
  }
}

/** Stops the server that runs on `data`, if any, and waits until it is gone. Its clients are cut off. */
export async function haltServer(data: string): Promise<void> {
  for (let waited = 0; ; waited += 20) {
    const server = running(data)
    if (!server) return
    // SIGINT ends sessions and writes everything out; SIGQUIT leaves that to the next start.
    if (waited === 0 || waited === 30_000) process.kill(server.pid, waited === 0 ? 'SIGINT' : 'SIGQUIT')
    if (waited > 40_000) throw new AppError('unavailable', `PostgreSQL (process ${server.pid}) does not stop.`)
    await Bun.sleep(20)
  }
}

type Server = { pid: number; port: number; ready: boolean }

/** The server that holds `data`, told apart from a stranger that got its process id later. */
function running(data: string): Server | undefined {
  const server = lockHolder(data)
  return server && workingDirectory(server.pid) === realpathSync(data) ? server : undefined
}

function lockHolder(data: string): Server | undefined {
  const lines = readIfThere(join(data, 'postmaster.pid'))?.split('\n')
  const pid = Number(lines?.[0])
  return pid > 0 ? { pid, port: Number(lines?.[3]), ready: lines?.[7]?.trim() === 'ready' } : undefined
}

function urlOf(data: string, port: number): string {
  return localUrl(readFileSync(join(data, PASSWORD), 'utf8'), `127.0.0.1:${port}`)
}

/** Without fsync a cluster that ran when the machine went down may be broken, and test data is quickly made again. */
function diedWithTheMachine(data: string): boolean {
  const lockFile = join(data, 'postmaster.pid')
  return existsSync(lockFile) && statSync(lockFile).mtimeMs < Date.now() - os.uptime() * 1000
}

/** Makes an empty cluster, complete or not at all. Text is compared by code point and folded by Unicode's rules on every machine. */
async function initialise(data: string, { bin, major }: Programs, purpose: Purpose, log: (line: string) => void) {
  const home = dirname(data)
  for (const name of readdirSync(home).filter((name) => name.startsWith(`${basename(data)}.new`)))
    rmSync(join(home, name), { recursive: true, force: true, maxRetries: 20 })
  if (purpose === 'dev') log('Creating an empty PostgreSQL cluster …')
  const fresh = `${data}.new-${randomBytes(4).toString('hex')}`
  const password = randomBytes(16).toString('hex')
  writeFileSync(`${fresh}.password`, password, { mode: 0o600 })
  mkdirSync(fresh, { mode: 0o700 })
  if (serverUser.uid !== undefined && serverUser.gid !== undefined)
    for (const path of [fresh, `${fresh}.password`]) chownSync(path, serverUser.uid, serverUser.gid)
  const locales = [...(major >= 17 ? [['--locale-provider=builtin', '--locale=C.UTF-8']] : []), ['--locale=C.UTF-8']]
  let failure = ''
  // Not every macOS has the locale C.UTF-8, but each has en_US.UTF-8.
  for (const locale of [...locales, ['--locale=en_US.UTF-8']]) {
    const flags = ['--pgdata', fresh, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${fresh}.password`]
    const rest = ['--encoding=UTF8', '--no-instructions', ...(purpose === 'test' ? ['--no-sync'] : []), ...locale]
    const { code, err } = await run([join(bin, 'initdb'), ...flags, ...rest], { env: ENVIRONMENT, as: serverUser })
    if (code === 0) {
      renameSync(`${fresh}.password`, join(fresh, PASSWORD))
      renameSync(fresh, data)
      return
    }
    failure ||= err.trim()
  }
  throw new AppError('unavailable', `PostgreSQL could not create its files in ${data}: ${failure}`)
}

async function start(data: string, { bin }: Programs, purpose: Purpose, log: (line: string) => void): Promise<string> {
  dropStaleId(data)
  const home = dirname(data)
  const logFile = join(home, 'postgres.log')
  const portFile = join(home, 'port')
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT) truncateSync(logFile)
  let wanted = Number(readIfThere(portFile) ?? 0)
  for (let waited = 0; ; waited += 100) {
    const port = await freePort(wanted)
    const local = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' }
    const from = existsSync(logFile) ? statSync(logFile).size : 0
    const command = [join(bin, 'postgres'), '-D', data, ...settings(purpose, local)]
    const pid = await daemon(command, { env: { ...ENVIRONMENT, LC_ALL: 'C' }, as: serverUser, log: logFile })
    if (await becomesReady(data, pid, log)) {
      writeFileSync(portFile, String(port))
      return urlOf(data, port)
    }
    const said = readFileSync(logFile).subarray(from).toString()
    if (!PASSING.test(said) || waited > 15_000) {
      const reason = said.match(/FATAL:\s*(.+)/)?.[1] ?? said.trim().split('\n').at(-1)
      throw new AppError('unavailable', `PostgreSQL did not start: ${reason}. Its log is ${logFile}.`)
    }
    if (/could not (bind|create)/.test(said)) wanted = 0
    await Bun.sleep(100)
  }
}

/** True once the server takes connections, false when it ended before. Recovery after a crash may take long and is waited for. */
async function becomesReady(data: string, pid: number, log: (line: string) => void): Promise<boolean> {
  for (let waited = 0; workingDirectory(pid) !== undefined; waited += 10) {
    const server = lockHolder(data)
    if (server?.pid === pid && server.ready) return true
    if (waited === 3000) log('PostgreSQL is still starting (it repairs its files after a crash) …')
    await Bun.sleep(10)
  }
  return false
}

/**
 * After a restart of the machine or container the noted process id may belong to a stranger (or, where nothing collects them, to a zombie), which
 * PostgreSQL takes for a running server. It gets an id that cannot exist instead; PostgreSQL's check for processes that still use the files stays.
 */
function dropStaleId(data: string) {
  const file = join(data, 'postmaster.pid')
  const noted = readIfThere(file)
  const pid = Number(noted?.match(/^\d+/)?.[0])
  if (!noted || !existsSync(`/proc/${pid}`) || workingDirectory(pid) === realpathSync(data)) return
  writeFileSync(file, noted.replace(/^\d+/, '99999999'))
}

/** A loopback port that nobody uses: `wanted` if possible, so that the address survives restarts. */
async function freePort(wanted: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const probe = net.createServer()
  probe.on('error', (error) => (wanted && codeOf(error) === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
  probe.listen(wanted, '127.0.0.1', () => {
    const address = probe.address()
    probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
  })
  return (await promise) ?? freePort(0)
}
