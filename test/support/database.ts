import { afterAll, setDefaultTimeout } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import postgres from 'postgres'
import { appLogin } from '../../dev/app-login.ts'
import { migrate, migrationsHash } from '../../dev/migrate.ts'
import { startPostgres } from '../../dev/postgres.ts'
import { connect, type Pool } from '../../sql/connect.ts'
import { endUsersOf } from './users-of-database.ts'

const ROOT = join(import.meta.dir, '../..')
const MIGRATIONS = join(ROOT, 'db/migrations')

type Server = { admin: postgres.Sql; at: (database: string) => string; template: string; run: string }

let server: Promise<Server> | undefined
let made = 0

/**
 * A migrated database of its own for the test file that calls this, and a pool on it as its owner; both go when the file is done.
 * `appUrl` signs in as the service does: row-level security holds.
 * The server is TEST_DATABASE_URL or the private one of this checkout, started on the first call of a run. Call it at the top of the file.
 */
export async function testDatabase(): Promise<{ sql: Pool; url: string; appUrl: string }> {
  server ??= startServer()
  const { admin, at, template, run } = await server
  const name = `${run}_${++made}`
  await admin`create database ${admin(name)} template ${admin(template)} strategy file_copy` // 9 ms in memory; wal_log 35
  const url = at(name)
  const sql = connect(url, { name: 'bun test' })
  setDefaultTimeout(60_000) // a busy machine; it counts for one file only, and bunfig.toml has no setting for it
  afterAll(async () => {
    await endUsersOf(url)
    await sql.end({ timeout: 1 })
    await admin`drop database if exists ${admin(name)} with (force)`
  })
  return { sql, url, appUrl: await appLogin(url) }
}

/** Ends this run's own connection; the server stays warm for the next run. */
export async function closeTestServer(): Promise<void> {
  const [started] = await Promise.allSettled([server])
  server = undefined
  if (started.status === 'fulfilled') await started.value?.admin.end({ timeout: 1 })
}

async function startServer(): Promise<Server> {
  const say = (line: string) => console.error(line)
  const notice = setTimeout(() => say('Starting Postgres for tests …'), 1000)
  const given = process.env.TEST_DATABASE_URL
  const url = given || (await startPostgres({ dir: join(ROOT, '.data/pg-test'), purpose: 'test', log: say })).url
  const at = (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href
  const run = `dealdome_t_${randomBytes(4).toString('hex')}`
  const admin = postgres(given && new URL(given).pathname.length > 1 ? given : at('postgres'), {
    max: 1,
    max_lifetime: null, // its locks last as long as the connection
    onnotice: () => {},
    connection: { application_name: 'bun test' },
  })
  try {
    // A lock on its name protects what a run uses; the server frees it when the run is gone, however it ended.
    await admin`select pg_advisory_lock(hashtextextended(${run}, 0))`
    await admin`select pg_advisory_lock(hashtextextended('dealdome_templates', 0))`
    const template = await makeTemplate(admin, at)
    await sweep(admin, [template, run])
    await admin`select pg_advisory_unlock(hashtextextended('dealdome_templates', 0))`
    return { admin, at, template, run }
  } catch (error) {
    await admin.end({ timeout: 1 })
    throw error
  } finally {
    clearTimeout(notice)
  }
}

/** The database that all test databases are copies of, made once for each state of the migrations. */
async function makeTemplate(admin: postgres.Sql, at: Server['at']): Promise<string> {
  for (;;) {
    const hash = migrationsHash(MIGRATIONS)
    const template = `dealdome_tpl_${hash}`
    await admin`select pg_advisory_lock_shared(hashtextextended(${template}, 0))`
    const found = await admin`select 1 from pg_database where datname = ${template}`
    if (found.length > 0) return template
    await admin`drop database if exists dealdome_draft with (force)`
    await migrate({ url: at('dealdome_draft'), dir: MIGRATIONS })
    if (migrationsHash(MIGRATIONS) !== hash) continue // someone edited them meanwhile
    await admin`alter database dealdome_draft rename to ${admin(template)}`
    return template
  }
}

/** Removes templates of other migrations and what killed runs left, unless a run still holds them. */
async function sweep(admin: postgres.Sql, ours: string[]) {
  const names = await admin<{ name: string; owner: string }[]>`
    select datname as name, substring(datname from '^dealdome_(?:t|tpl)_[0-9a-f]+') as owner
    from pg_database
    where datname ~ '^dealdome_(t_[0-9a-f]{8}_[0-9]+|tpl_[0-9a-f]{12})$'`
  for (const { name, owner } of names) {
    if (ours.includes(owner)) continue
    const free = await admin`select 1 where pg_try_advisory_lock(hashtextextended(${owner}, 0))`
    if (free.length === 0) continue
    await admin`drop database if exists ${admin(name)} with (force)`
    await admin`select pg_advisory_unlock(hashtextextended(${owner}, 0))`
  }
}
