import { createHash, type Hash } from 'node:crypto'
import { finished } from 'node:stream/promises'
import * as v from 'valibot'
import { type Sql, transaction } from '../../sql/connect.ts'
import { schemaVersion } from '../../sql/health.ts'
import { copyIn, finishRestore, startRestore, usedRows } from '../../sql/restore.ts'
import { AppError } from '../errors.ts'
import { type About, ABOUT, TOTALS, Totals } from './file-format.ts'
import { entriesOf } from './read-backup.ts'

/**
 * Puts what a backup holds into a database without data, in one transaction: all of it or, when anything is wrong, nothing. The pool signs in
 * as the owner of the tables, whose newest migration is the backup's. Foreign keys check every row at the end. Throws AppError `conflict`
 * when the database has data or another migration, `invalid` when the file is damaged.
 */
export async function restoreBackup(
  sql: Sql,
  {
    file,
    identity,
    about,
    onTable,
  }: { file: string; identity: string | undefined; about: About; onTable?: (table: string) => void },
): Promise<Totals> {
  const { version } = await schemaVersion(sql, {})
  if (version !== about.migration)
    throw new AppError(
      'conflict',
      `The database is at migration ${version ?? 'none'}, the backup at ${about.migration}. Restore into a database that was never migrated.`,
    )
  const used = await usedRows(sql, {})
  if (used.stores > 0 || used.orders > 0)
    throw new AppError(
      'conflict',
      `The database holds ${used.stores} stores and ${used.orders} orders. Restore into a new one: nothing is overwritten.`,
    )
  return transaction(sql, async (tx) => {
    await startRestore(tx, {})
    const read = new Map<string, { bytes: number; hash: Hash }>(
      about.tables.map(({ table }) => [table, { bytes: 0, hash: createHash('sha256') }]),
    )
    const columns = new Map(about.tables.map(({ table, columns }) => [table, columns]))
    let totals: Totals | undefined
    for await (const { name, content } of entriesOf(file, identity)) {
      if (name === ABOUT) continue
      if (name === TOTALS) {
        totals = v.parse(v.pipe(v.string(), v.parseJson(), Totals), content.toString())
        continue
      }
      const table = name.split('/')[0] ?? ''
      const [so_far, named] = [read.get(table), columns.get(table)]
      if (!so_far || !named) throw damaged(file)
      if (so_far.bytes === 0) onTable?.(table)
      so_far.hash.update(content)
      so_far.bytes += content.length
      const stream = await copyIn(tx, { table, columns: named })
      stream.end(content)
      await finished(stream)
    }
    if (!totals) throw damaged(file)
    for (const [table, { bytes, hash }] of read)
      if (totals[table]?.bytes !== bytes || totals[table].sha256 !== hash.digest('hex')) throw damaged(file)
    await finishRestore(tx, {})
    return totals
  })
}

const damaged = (file: string) =>
  new AppError('invalid', `${file} is no whole backup: it is damaged, or was cut off. Nothing was restored.`)
