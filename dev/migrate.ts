import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { resolveBinary } from 'dbmate'
import { Logger, runMigrations } from 'graphile-worker'
import postgres from 'postgres'
import { dependencies } from '../package.json' with { type: 'json' }
import { AppError } from '../src/errors.ts'
import { run } from './process.ts'

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

/**
 * Creates the database of `url` if it is missing and applies what is new in `dir`; answers the names of the applied files.
 * A migration that fails, or one older than the newest applied, is an AppError `conflict` with dbmate's words.
 */
export async function migrate({ url, dir }: { url: string; dir: string }): Promise<string[]> {
  const flags = ['--url', url, '--migrations-dir', resolve(dir), '--no-dump-schema']
  const command = migrations(dir).length > 0 ? ['up', '--strict'] : ['create'] // `up` refuses an empty folder
  const { code, out, err } = await run([resolveBinary(), ...flags, ...command])
  if (code !== 0 && !/database .* already exists/.test(err)) {
    const reason = (err.trim() || out.trim()).replace(/^Error: /gm, '')
    const file = [...out.matchAll(/^Applying: (\S+)/gm)].at(-1)?.[1]
    throw new AppError('conflict', `The database could not be migrated.\n${file ? `${file}: ` : ''}${reason}`)
  }
  if (migrations(dir).includes(JOB_SCHEMA)) await migrateJobs(url)
  return [...out.matchAll(/^Applied: (\S+)/gm)].map((line) => line[1] as string)
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
