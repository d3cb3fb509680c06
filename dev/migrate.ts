import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { resolveBinary } from 'dbmate'
import { Logger, runMigrations } from 'graphile-worker'
import postgres from 'postgres'
import { dependencies } from '../package.json' with { type: 'json' }
import { AppError, expectedError } from '../src/errors.ts'
import { codeOf, type Ended, run } from './process.ts'

/** The migration that makes the schema of the job worker. */
const JOB_SCHEMA = '20260109000000_create_job_schema.sql'

const migrations = (dir: string) =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort()

/** A name for the content of all migrations in `dir` and for the version of the job worker: 12 hexadecimal digits. */
export function migrationsHash(dir: string): string {
  const hash = createHash('sha256').update(dependencies['graphile-worker'])
  for (const name of migrations(dir))
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(dir, name)))
      .update('\0')
  return hash.digest('hex').slice(0, 12)
}

/** Of the lock that keeps two from migrating one database at once. */
const TURN = 'dealdome migrations'
/** What the server says of a database that is not there, and of one that another made meanwhile. */
const [NO_DATABASE, ANOTHER_MADE_IT] = ['3D000', /database .* already exists|pg_database_datname_index/]
/** Milliseconds between two tries to reach a server. */
const PAUSE = 500

/**
 * Creates the database of `url` if it is missing and applies what is new in `dir`; answers the names of the applied files. Any number may do
 * so at once: one after the other gets its turn. A server that is not there yet is waited for, `patience` milliseconds. A migration that
 * fails, or one older than the newest applied, is an AppError `conflict` with dbmate's words; a server that does not answer `unavailable`.
 */
export async function migrate({
  url,
  dir,
  patience = 0,
}: {
  url: string
  dir: string
  patience?: number
}): Promise<string[]> {
  await untilReached(url, patience)
  const flags = ['--url', url, '--migrations-dir', resolve(dir), '--no-dump-schema']
  const dbmate = (command: string[]) => run([resolveBinary(), ...flags, ...command])
  const created = await dbmate(['create'])
  if (created.code !== 0 && !ANOTHER_MADE_IT.test(created.err)) throw notMigrated(created)
  if (migrations(dir).length === 0) return [] // `up` refuses an empty folder
  const turn = postgres(url, { max: 1, max_lifetime: null, onnotice: () => {} })
  try {
    await turn`select pg_advisory_lock(hashtextextended(${TURN}, 0))`
    const up = await dbmate(['up', '--strict'])
    if (up.code !== 0) throw notMigrated(up)
    if (migrations(dir).includes(JOB_SCHEMA)) await migrateJobs(url)
    return [...up.out.matchAll(/^Applied: (\S+)/gm)].map((line) => line[1] as string)
  } finally {
    await turn.end()
  }
}

function notMigrated({ out, err }: Ended): AppError {
  const reason = (err.trim() || out.trim()).replace(/^Error: /gm, '')
  const file = [...out.matchAll(/^Applying: (\S+)/gm)].at(-1)?.[1]
  return new AppError('conflict', `The database could not be migrated.\n${file ? `${file}: ` : ''}${reason}`)
}

async function untilReached(url: string, patience: number): Promise<void> {
  for (const end = performance.now() + patience; ; await Bun.sleep(PAUSE)) {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
    try {
      await sql`select 1`
      return
    } catch (error) {
      if (codeOf(error) === NO_DATABASE) return
      const away = expectedError(error)
      if (!away) throw error
      if (performance.now() >= end) throw away
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
}

/**
 * The job worker's own migrations, run as the owner, so that the service need not own its tables. The library gives them row-level security
 * without a policy, which would hide every job from all but the owner.
 */
async function migrateJobs(url: string): Promise<void> {
  await runMigrations({ connectionString: url, maxPoolSize: 1, logger: new Logger(() => () => {}) })
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await sql`
      do $$
      declare
        hidden regclass;
      begin
        for hidden in
          select c.oid from pg_class c
          where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind = 'r' and c.relrowsecurity
            and not exists (select from pg_policy p where p.polrelid = c.oid)
        loop
          execute format('create policy service on %s to dealdome_app using (true) with check (true)', hidden);
        end loop;
      end $$`
  } finally {
    await sql.end()
  }
}
