import { join } from 'node:path'
import { AppError } from '../src/errors.ts'
import { makeLogin } from './app-login.ts'
import { migrate } from './migrate.ts'
import { databaseFor } from './postgres.ts'

/** Milliseconds that a server which is just starting gets. */
const PATIENCE = 60_000

/**
 * `bun run migrate`: applies what is new to MIGRATION_DATABASE_URL, DATABASE_URL or the local Postgres; several at once take turns. Beside the address of
 * the owner, DATABASE_URL is that of the service, whose login is made.
 */
const root = join(import.meta.dir, '..')
try {
  // The owner of the tables; the service itself signs in as a member of dealdome_app.
  const env = { ...process.env, DATABASE_URL: process.env.MIGRATION_DATABASE_URL ?? process.env.DATABASE_URL }
  const database = await databaseFor({ env, root, log: (line) => process.stderr.write(`${line}\n`) })
  const applied = await migrate({ url: database.url, dir: join(root, 'db/migrations'), patience: PATIENCE })
  const { DATABASE_URL: login, MIGRATION_DATABASE_URL: owner } = process.env
  const made = login && owner && new URL(login).username !== new URL(owner).username && (await makeLogin(owner, login))
  await database.stop()
  process.stdout.write(
    applied.length ? `Applied:\n${applied.map((name) => `  ${name}`).join('\n')}\n` : 'Nothing to apply.\n',
  )
  if (made) process.stdout.write('The login of DATABASE_URL was made.\n')
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
