import { basename } from 'node:path'
import { allowBulkMemory, lockStores } from '../../sql/booking.ts'
import { type Pool, type Sql, transaction } from '../../sql/connect.ts'
import { knownCurrencies } from '../../sql/fx-rates.ts'
import { noticeLostClient, tryStartImport, waitToImport } from '../../sql/import-locks.ts'
import { createImport, finishImport } from '../../sql/imports.ts'
import {
  analyzeBooked,
  analyzeStagedOrderLines,
  areMiscounted,
  clearStagedOrderLines,
  countStagedOrders,
  createStagedOrderLines,
  createStagedVariants,
  listDifferingOrders,
  restateStagedOrderLines,
  reviveStagedProducts,
  saveStagedOrders,
  setNestedLoops,
} from '../../sql/staged-orders.ts'
import { createStore, getStoreTerms } from '../../sql/stores.ts'
import { AppError } from '../errors.ts'
import { bookOrders } from '../ledger/book.ts'
import type { Keeper } from '../ledger/keeper.ts'
import type { OrderLinesMapping } from './csv/mapping.ts'
import { csvRecords } from './csv/records.ts'
import { rejectsFile } from './csv/rejects.ts'
import { stageOrderLines, type Staging } from './stage-order-lines.ts'

export type ImportProgress = { step: 'waiting' | 'reading' | 'saving' | 'booking'; done: number; total: number }
export type ImportResult = Staging & {
  skus_created: number
  orders_created: number
  orders_changed: number
  orders_unchanged: number
  entries: number
}

/**
 * Imports order lines from a CSV or CSV.gz file, in one transaction: all or nothing is booked. The same file again changes nothing; a
 * changed line restates its order. A row that cannot be booked is left out and written to `FILE.rejects.csv`; with `strict`, or when no
 * row is left, the whole file is refused. Another import into the store is waited for.
 * @throws AppError `invalid` (file, mapping, or rows), `conflict` (the store exists with other terms)
 */
export async function importOrders(
  sql: Pool,
  {
    file,
    mapping,
    strict,
    onProgress = () => {},
  }: { file: string; mapping: OrderLinesMapping; strict: boolean; onProgress?: (progress: ImportProgress) => void },
): Promise<ImportResult> {
  const file_name = basename(file)
  return transaction(sql, async (tx) => {
    const { slug } = mapping.store
    await noticeLostClient(tx, {})
    const { started } = await tryStartImport(tx, { slug })
    if (!started) {
      onProgress({ step: 'waiting', done: 0, total: 1 })
      await waitToImport(tx, { slug })
    }
    const { id: store_id } = await agreedStore(tx, mapping)
    await lockStores(tx, { store_ids: [store_id] })
    const { id: import_id } = await createImport(tx, { kind: 'orders', file_name, store_id })

    const staging = await stageOrderLines(tx, {
      import_id,
      name: file,
      records: csvRecords(file, {
        delimiter: mapping.delimiter,
        onBytes: (done, total) => onProgress({ step: 'reading', done, total }),
      }),
      mapping,
      rejects: (header) => rejectsFile(`${file}.rejects.csv`, header),
    })
    const { rows, rejected } = staging
    if (rejected > 0 && (strict || rejected === rows)) throw refused(staging)

    const saved = await saveStaged(tx, { import_id, store_id, file_name, mapping, onProgress })
    const { orders_created: added, orders_changed: changed } = saved
    await finishImport(tx, { import_id, rows_read: rows, rejected, added, changed })
    return { ...staging, ...saved }
  })
}

/** From so many on an import counts for the planner what it booked, which takes about a second. */
const MANY_ENTRIES = 20_000

type Saving = {
  import_id: number
  store_id: number
  file_name: string
  mapping: OrderLinesMapping
  keep?: Keeper
  onProgress?: (progress: ImportProgress) => void
}

/**
 * Saves and books the orders that were staged, and clears the stage. The store must be locked.
 * @returns what became of the orders, how many SKUs the store did not know, and the number of ledger entries
 */
export async function saveStaged(
  tx: Sql,
  { import_id, store_id, file_name, mapping, keep, onProgress = () => {} }: Saving,
) {
  onProgress({ step: 'saving', done: 0, total: 1 })
  const staged = { import_id, store_id }
  await allowBulkMemory(tx, {})
  await analyzeStagedOrderLines(tx, {})
  await setNestedLoops(tx, { allowed: 'off' })
  const variants = await createStagedVariants(tx, staged)
  await reviveStagedProducts(tx, staged)
  const { orders } = await countStagedOrders(tx, staged)
  await setNestedLoops(tx, { allowed: 'on' })
  if (keep) {
    await keep.created(
      'variant',
      variants.map(({ id }) => id),
    )
    await keep.created(
      'product',
      variants.map(({ product_id }) => product_id),
    )
    await keep.before(
      'order',
      (await listDifferingOrders(tx, staged)).map(({ id }) => id),
    )
  }
  await setNestedLoops(tx, { allowed: 'off' })
  const saved = await saveStagedOrders(tx, staged)
  const created = saved.filter((order) => order.created).map(({ id }) => id)
  const changed = saved.filter((order) => !order.created).map(({ id }) => id)
  const lines = { ...staged, restocked: mapping.restock_returns }
  if (created.length) await createStagedOrderLines(tx, { ...lines, order_ids: created })
  if (changed.length) await restateStagedOrderLines(tx, { ...lines, order_ids: changed })
  await setNestedLoops(tx, { allowed: 'on' })
  await clearStagedOrderLines(tx, { import_id })
  await keep?.created('order', created)

  const order_ids = [...created, ...changed]
  onProgress({ step: 'booking', done: 0, total: order_ids.length })
  const { miscounted } = await areMiscounted(tx, { orders: order_ids.length })
  if (miscounted) await analyzeBooked(tx, {})
  const entries = await bookOrders(tx, {
    store_id,
    order_ids,
    reason: `import of ${file_name}`,
    onProgress: (done) => onProgress({ step: 'booking', done, total: order_ids.length }),
  })
  if (miscounted || entries >= MANY_ENTRIES) await analyzeBooked(tx, {})
  return {
    skus_created: variants.length,
    orders_created: created.length,
    orders_changed: changed.length,
    orders_unchanged: orders - saved.length,
    entries,
  }
}

function refused({ rows, rejected, rejections, rejects_file }: Staging): AppError {
  const what =
    rejected === rows
      ? 'None of the rows can be booked'
      : `${rejected} of ${rows} rows cannot be booked, so nothing was`
  const list = rejections.map(({ line, reason }) => `  line ${line}: ${reason}`)
  if (rejected > rejections.length) list.push(`  … and ${rejected - rejections.length} more, all in ${rejects_file}`)
  return new AppError('invalid', `${what}:\n${list.join('\n')}`)
}

/** The store of the mapping, created when it is new. */
async function agreedStore(sql: Sql, { store, cost_percent_of_list }: OrderLinesMapping) {
  const percent = cost_percent_of_list === undefined ? null : String(cost_percent_of_list)
  if ((await knownCurrencies(sql, { codes: [store.currency] })).length === 0)
    throw new AppError('invalid', `The mapping's store.currency "${store.currency}" is not a currency of ISO 4217.`)
  const found = await createStore(sql, { ...store, default_cost_percent: percent })
  await mustAgree(sql, found.id, { store, cost_percent_of_list })
  return found
}

/** @throws AppError `conflict` when the store has other terms than the mapping says */
export async function mustAgree(
  sql: Sql,
  store_id: number,
  { store, cost_percent_of_list }: Pick<OrderLinesMapping, 'store' | 'cost_percent_of_list'>,
): Promise<void> {
  const percent = cost_percent_of_list === undefined ? null : String(cost_percent_of_list)
  const terms = await getStoreTerms(sql, { store_id })
  const differing = [
    terms.currency !== store.currency && `its currency is ${terms.currency}, not ${store.currency}`,
    terms.time_zone !== store.time_zone && `its time zone is ${terms.time_zone}, not ${store.time_zone}`,
    percent !== null &&
      terms.default_cost_percent !== percent &&
      `its default cost is ${terms.default_cost_percent ?? 'not set'}, not ${percent} %`,
  ].filter((difference) => difference !== false)
  if (differing.length)
    throw new AppError(
      'conflict',
      `The store "${store.slug}" exists already and differs from the mapping: ${differing.join('; ')}. Correct the mapping, or choose another slug.`,
    )
}
