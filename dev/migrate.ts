import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { resolveBinary } from 'dbmate'
import { AppError } from '../src/errors.ts'
import { run } from './process.ts'

const migrations = (dir: string) =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort()

/** A name for the content of all migrations in `dir`: 12 hexadecimal digits. */
export function migrationsHash(dir: string): string {
  const hash = createHash('sha256')
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
  return [...out.matchAll(/^Applied: (\S+)/gm)].map((line) => line[1] as string)
}
