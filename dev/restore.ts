import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../sql/connect.ts'
import { aboutBackup } from '../src/backup/read-backup.ts'
import { restoreBackup } from '../src/backup/restore-backup.ts'
import { AppError } from '../src/errors.ts'
import { migrate } from './migrate.ts'
import { databaseFor } from './postgres.ts'

/**
 * `bun run restore FILE`: into MIGRATION_DATABASE_URL, DATABASE_URL or the local Postgres, which must be empty. It is migrated to where the
 * backup was made, filled, then migrated to this build.
 */
const root = join(import.meta.dir, '..')
const migrations = join(root, 'db/migrations')
const say = (line: string) => process.stderr.write(`${line}\n`)
const [file, ...more] = process.argv.slice(2)
if (!file || more.length > 0) {
  say('Usage: bun run restore FILE')
  process.exit(2)
}
try {
  const identity = process.env.BACKUP_IDENTITY
  const about = await aboutBackup(file, identity)
  const env = { ...process.env, DATABASE_URL: process.env.MIGRATION_DATABASE_URL ?? process.env.DATABASE_URL }
  const database = await databaseFor({ env, root, log: say })
  await migrate({ url: database.url, dir: migrationsUpTo(about.migration) })
  const sql = connect(database.url, { max: 1, sees: 'all' })
  try {
    say(`Restoring the backup of ${about.made_at} …`)
    await restoreBackup(sql, { file, identity, about, onTable: (table) => say(`  ${table}`) })
  } finally {
    await sql.end({ timeout: 5 })
  }
  await migrate({ url: database.url, dir: migrations })
  await database.stop()
  process.stdout.write(`Restored. Secrets in it open with the ENCRYPTION_KEY of then.\n`)
} catch (error) {
  if (!(error instanceof AppError)) throw error
  say(error.message)
  process.exit(1)
}

/** A folder with the migrations up to this one, which goes with the process. */
function migrationsUpTo(version: string): string {
  const names = readdirSync(migrations).filter((name) => name.split('_')[0]! <= version)
  if (!names.some((name) => name.startsWith(`${version}_`)))
    throw new AppError(
      'conflict',
      `This build does not know migration ${version}: the backup is of a newer release. Update first.`,
    )
  const folder = mkdtempSync(join(tmpdir(), 'dealdome-restore-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const name of names) cpSync(join(migrations, name), join(folder, name))
  return folder
}
