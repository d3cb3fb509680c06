import type { Platform } from '../../sql/ad-spend.ts'
import type { Sql } from '../../sql/connect.ts'
import type { ImportIssue, ImportKind } from '../../sql/imports.ts'
import type { StoreMonth } from '../../sql/profit-effect.ts'
import { findStore, type Store } from '../../sql/stores.ts'
import { AppError } from '../errors.ts'
import type { Keeper } from '../ledger/keeper.ts'
import type { OrderLinesMapping } from './csv/mapping.ts'
import type { DateOrder } from './read-values.ts'

/** What the sender says of the file, where it does not say so itself. */
export type ImportOptions = {
  store?: string | undefined
  platform?: Platform | undefined
  dates?: DateOrder | undefined
  /** The first day of unit costs whose rows name none. */
  from?: string | undefined
  mapping?: Omit<OrderLinesMapping, 'store'> & { store?: OrderLinesMapping['store'] | undefined }
}

export type ImportFile = {
  import_id: number
  kind: ImportKind
  path: string
  file_name: string
  options: ImportOptions
}

/** What an import did. `months` are those whose profit may be another, beside the booked ones. */
export type ImportDone = {
  rows_read: number
  added: number
  changed: number
  unchanged: number
  unknown: number
  rejected: number
  skipped: number
  issues: ImportIssue[]
  notes: string[]
  months: StoreMonth[]
}

/** An import whose file was read and whose stores are locked; `run` does it. */
export type OpenImport = { store_ids: number[]; run: (sql: Sql, keep: Keeper) => Promise<ImportDone> }

/** Issues that are kept; all are counted. */
export const SHOWN = 1_000

/** How sentences call a file. */
export const inWords = (file_name: string) => `The file ${file_name}`

/** @throws AppError `invalid` for a store that there is not, or that the sender does not see */
export async function storeNamed(sql: Sql, slug: string): Promise<Store> {
  const store = await findStore(sql, { slug })
  if (!store) throw new AppError('invalid', `There is no store "${slug}".`)
  return store
}
