import { type Pool, seeing } from '../sql/connect.ts'
import { schemaVersion } from '../sql/health.ts'
import { problem, requestId } from './api/problems.ts'
import { expectedError } from './errors.ts'
import type { Log } from './log.ts'

/** Milliseconds between two looks. */
const PAUSE = 500

const NOT_MIGRATED = 'The database lacks migrations of this build: run "bun run migrate".'
const NOT_GRANTED =
  'The login of DATABASE_URL may not read the tables yet. If this stays, grant it dealdome_app: see README, "Configuration".'
/** What Postgres says of a table that one may not read: the migrations that grant it are under way, or it never was. */
const NOT_ALLOWED = '42501'
/** What Postgres says of a table, and of a database, that does not exist. */
const NOT_MADE_YET = new Set(['42P01', '3D000'])

/**
 * Waits until the database answers and has every migration that this build knows. Until then the port, where one is given, answers that the
 * process lives and that nothing else does yet.
 */
export async function awaitDatabase(
  sql: Pool,
  { latestMigration, port, log }: { latestMigration: string; port: number | undefined; log: Log },
): Promise<void> {
  let told: string | undefined
  let waitingRoom: ReturnType<typeof openWaitingRoom> | undefined
  for (;;) {
    const missing = await whatIsMissing(sql, latestMigration)
    if (missing === undefined) break
    if (missing !== told) log('warn', `waiting: ${missing}`)
    told = missing
    if (port !== undefined) waitingRoom ??= openWaitingRoom(port, () => told ?? '')
    await Bun.sleep(PAUSE)
  }
  if (told !== undefined) log('info', 'the database is there')
  await waitingRoom?.stop(true)
}

async function whatIsMissing(sql: Pool, latestMigration: string): Promise<string | undefined> {
  try {
    const { version } = await seeing(sql, [], (tx) => schemaVersion(tx, {}))
    return (version ?? '') >= latestMigration ? undefined : NOT_MIGRATED
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (NOT_MADE_YET.has(code)) return NOT_MIGRATED
    if (code === NOT_ALLOWED) return NOT_GRANTED
    const expected = expectedError(error)
    if (expected?.code !== 'unavailable') throw error
    return expected.message
  }
}

/** Answers on our port in place of the app. */
const openWaitingRoom = (port: number, why: () => string) =>
  Bun.serve({
    port,
    development: false,
    fetch(request) {
      const { pathname } = new URL(request.url)
      if (pathname === '/health') return Response.json({ status: 'ok' })
      if (pathname === '/ready') {
        const [database, migrations] =
          why() === NOT_MIGRATED || why() === NOT_GRANTED
            ? ['answers', 'missing: run "bun run migrate"']
            : ['does not answer', 'unknown']
        return Response.json({ status: 'not ready', database, migrations, worker: 'starting' }, { status: 503 })
      }
      return problem(503, why(), requestId(request), { headers: { 'retry-after': '2' } })
    },
  })
