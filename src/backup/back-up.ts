import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sql } from '../../sql/connect.ts'
import { AppError } from '../errors.ts'
import { backupName, outdated } from './keep.ts'
import { writeBackup } from './write-backup.ts'

export type BackUp = { folder: string; recipients: readonly string[]; release: string; now: () => Date }

/** Makes a backup in `folder` and removes those that have had their time. Resolves to the new file and to what went. */
export async function backUp(sql: Sql, { folder, recipients, release, now }: BackUp) {
  const there = await readdir(folder).catch((cause: unknown) => {
    throw new AppError('not_found', `There is no folder ${folder} for backups (BACKUP_DIR).`, { cause })
  })
  const name = backupName(now(), { encrypted: recipients.length > 0 })
  const totals = await writeBackup(sql, { file: join(folder, name), recipients, release, now })
  const removed = outdated([...there, name])
  for (const old of removed) await rm(join(folder, old))
  return { file: join(folder, name), totals, removed }
}
