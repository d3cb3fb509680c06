import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from '../../sql/connect.ts'
import { forgetUnchanged, keepAfter, keepBefore, keepCreated, ChangedRecord } from '../../sql/import-changes.ts'
import {
  addImportPiece,
  createPreview,
  dropImportPieces,
  findImportPiece,
  getImportCounts,
  type ImportKind,
  lockImport,
  markApplied,
  saveImport,
  setImportOptions,
} from '../../sql/imports.ts'
import { newestEntry } from '../../sql/product-costs.ts'
import {
  type Booked,
  bookedMonths,
  type MonthProfit,
  type ProfitEffect,
  profitEffect,
  profitOfStoreMonths,
  type StoreMonth,
} from '../../sql/profit-effect.ts'
import { jsonRows } from '../../sql/query.ts'
import { setNestedLoops } from '../../sql/staged-orders.ts'
import type { Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { type Keeper, keepsNothing } from '../ledger/keeper.ts'
import { takenBack } from '../ledger/taken-back.ts'
import type { ImportDone, ImportFile, ImportOptions } from './import-file.ts'
import { openImport } from './run-import.ts'

type Asking = { who: Who; now: Date }
type Measured = { done: ImportDone; store_ids: number[]; before: MonthProfit[]; after: MonthProfit[]; booked: Booked[] }
/** The options as they are kept, with the months that the preview measured. */
type Kept = ImportOptions & { months?: StoreMonth[] }

/** Bytes of a file in one row. */
const PIECE = 512 * 1024

/**
 * Notes an import and what it would do: it is done for real and then taken back, so that the two cannot differ. The file is kept for
 * a week.
 * @returns the id of the import
 * @throws AppError `invalid` for a file that is not of this kind
 */
export async function previewImport(
  sql: Sql,
  given: { kind: ImportKind; path: string; file_name: string; options: ImportOptions },
  { who, now }: Asking,
): Promise<number> {
  const { kind, file_name, options, path } = given
  const { id } = await createPreview(sql, { kind, file_name, options, email: who.email })
  await keepFile(sql, id, path)
  await dropImportPieces(sql, { import_id: null, now })
  await preview(sql, { ...given, import_id: id }, { who, now })
  return id
}

async function preview(sql: Sql, file: ImportFile, asking: Asking): Promise<void> {
  const measured = await tried(sql, file, asking)
  await keep(sql, file.import_id, measured)
  const months = measured.before.map(({ store_id, month }) => ({ store_id, month }))
  await setImportOptions(sql, { import_id: file.import_id, options: { ...file.options, months } })
}

/** Does an import, measures what it did, and takes it back. */
async function tried(sql: Sql, file: ImportFile, { who, now }: Asking): Promise<Measured> {
  const { store_ids, run } = await openImport(sql, file, { now, mayShare: who.stores === 'all' })
  const seen = await takenBack(sql, (tx) => measuredAfter(tx, { store_ids, now, work: () => run(tx, keepsNothing) }))
  return { ...seen, before: await profitOfStoreMonths(sql, { months: seen.after, now }) }
}

async function measuredAfter(
  sql: Sql,
  { store_ids, now, work }: { store_ids: number[]; now: Date; work: () => Promise<ImportDone> },
): Promise<Omit<Measured, 'before'>> {
  const { id: since } = await newestEntry(sql, {})
  const done = await work()
  const booked = await bookedMonths(sql, { since, store_ids })
  const months = new Map([...booked, ...done.months].map((at) => [`${at.store_id} ${at.month}`, at]))
  return { done, store_ids, booked, after: await profitOfStoreMonths(sql, { months: [...months.values()], now }) }
}

/** Keeps what an import does. It is about one store when it touches no other. */
async function keep(sql: Sql, import_id: number, { done, store_ids, ...figures }: Measured): Promise<void> {
  const { months: _, ...counts } = done
  const touched = new Set(figures.after.map(({ store_id }) => store_id))
  const about = touched.size > 0 ? [...touched] : store_ids
  const store_id = about.length === 1 ? (about[0] ?? null) : null
  const effect = (await jsonRows(sql, profitEffect, figures)).slice(1, -1)
  await saveImport(sql, { import_id, store_id, ...counts, effect })
}

type Counts = Pick<ImportDone, 'added' | 'changed' | 'unchanged' | 'unknown' | 'rejected' | 'skipped'>

/** What of an import must be as its preview said: what becomes of the rows, and by how much the profit of each month changes. */
function signatureOf({ added, changed, unchanged, unknown, rejected, skipped }: Counts, effect: ProfitEffect | null) {
  const changes = (effect?.months ?? []).flatMap(({ store, month, net_profit_change }) =>
    Number(net_profit_change) === 0 ? [] : [`${store} ${month} ${net_profit_change}`],
  )
  return JSON.stringify([added, changed, unchanged, unknown, rejected, skipped, changes])
}

/** The world is not as it was when an import was previewed. */
export class PreviewOutdated extends AppError {
  constructor() {
    super(
      'conflict',
      'What this import does has changed since it was previewed. Look at its new preview (GET /imports/{id}) and apply it again.',
    )
  }
}

/**
 * Does what a preview said, in the open transaction. Once: an import that is applied already stays as it is.
 * @throws AppError `not_found`; `conflict` for an import that was undone or whose file is gone; PreviewOutdated when it would do
 * something else than its preview said
 */
export async function applyImport(sql: Sql, import_id: number, { who, now }: Asking): Promise<void> {
  const found = await lockImport(sql, { id: import_id })
  if (!found) throw new AppError('not_found', `There is no import ${import_id}.`)
  if (found.status === 'applied') return
  if (found.status === 'undone') throw new AppError('conflict', 'This import was undone. Send the file again.')
  if (!found.kept) throw new AppError('conflict', 'The file of this preview is kept for a week. Send it again.')
  const { months: expected = [], ...options } = found.options as Kept
  const { kind, file_name } = found
  await withFile(sql, import_id, async (path) => {
    const file = { import_id, kind, path, file_name, options }
    const { store_ids, run } = await openImport(sql, file, { now, mayShare: who.stores === 'all' })
    const before = await profitOfStoreMonths(sql, { months: expected, now })
    const seen = await measuredAfter(sql, { store_ids, now, work: () => run(sql, keeperOf(sql, import_id)) })
    const known = new Set(before.map((at) => `${at.store_id} ${at.month}`))
    const measured = { ...seen, before }
    const isOther = seen.after.some((at) => !known.has(`${at.store_id} ${at.month}`))
    const was = signatureOf(await getImportCounts(sql, { import_id }), found.effect)
    if (isOther || signatureOf(seen.done, await profitEffect(sql, measured)) !== was) throw new PreviewOutdated()
    await keep(sql, import_id, measured)
  })
  await setNestedLoops(sql, { allowed: 'off' })
  for (const record of ChangedRecord.options) await keepAfter(sql, { import_id, record })
  await forgetUnchanged(sql, { import_id })
  await setNestedLoops(sql, { allowed: 'on' })
  await markApplied(sql, { import_id, email: who.email, now })
  await dropImportPieces(sql, { import_id, now })
  await audit(sql, who, {
    action: 'import.applied',
    subject: `import ${import_id}`,
    new_value: { kind, file_name, ...(await getImportCounts(sql, { import_id })) },
  })
}

/** Previews an import again, because the world has changed. */
export async function renewPreview(sql: Sql, import_id: number, asking: Asking): Promise<void> {
  const found = await lockImport(sql, { id: import_id })
  if (found?.status !== 'previewed' || !found.kept) return
  const { months: _, ...options } = found.options as Kept
  const { kind, file_name } = found
  await withFile(sql, import_id, (path) => preview(sql, { import_id, kind, path, file_name, options }, asking))
}

const keeperOf = (sql: Sql, import_id: number): Keeper => ({
  before: (record, ids) => keepBefore(sql, { import_id, record, ids }),
  created: (record, ids) => keepCreated(sql, { import_id, record, ids }),
})

async function keepFile(sql: Sql, import_id: number, path: string): Promise<void> {
  const file = await open(path)
  try {
    for (let piece = 0; ; piece++) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE), 0, PIECE, piece * PIECE)
      if (bytesRead === 0) return
      await addImportPiece(sql, { import_id, piece, base64: buffer.subarray(0, bytesRead).toString('base64') })
    }
  } finally {
    await file.close()
  }
}

/** Puts the kept file into a folder of its own while `work` reads it. */
async function withFile<T>(sql: Sql, import_id: number, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dealdome-import-'))
  try {
    const path = join(folder, 'file')
    const file = await open(path, 'w')
    for (let piece = 0; ; piece++) {
      const found = await findImportPiece(sql, { import_id, piece })
      if (!found) break
      await file.write(Buffer.from(found.base64, 'base64'))
    }
    await file.close()
    return await work(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
