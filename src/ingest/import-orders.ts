import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { basename } from 'node:path'
import { allowBulkMemory, lockStores } from '../../sql/booking.ts'
import { type Pool, type Sql, transaction } from '../../sql/connect.ts'
import {
  analyzeStagedOrderLines,
  clearStagedOrderLines,
  countStagedOrders,
  createImport,
  createStagedVariants,
  finishImport,
  removeUnstagedOrderLines,
  saveStagedOrderLines,
  saveStagedOrders,
  stageOrderLines,
} from '../../sql/imports.ts'
import { createStore, getStoreTerms } from '../../sql/stores.ts'
import { AppError } from '../errors.ts'
import { bookOrders } from '../ledger/book.ts'
import type { OrderLinesMapping } from './csv/mapping.ts'
import { type OrderLine, orderLineReader } from './csv/order-lines.ts'
import { csvRecords } from './csv/records.ts'

export type ImportProgress = { step: 'reading' | 'saving' | 'booking'; done: number; total: number }
export type Rejection = { line: number; reason: string }
export type ImportResult = {
  rows: number
  /** Rows with price 0: they book no units and no money. */
  skipped: number
  rejected: number
  /** The first rejections; all of them are in `rejects_file`. */
  rejections: Rejection[]
  rejects_file: string | undefined
  orders_created: number
  orders_changed: number
  orders_unchanged: number
  entries: number
  unused_columns: string[]
}

/** Rejections kept in memory for showing. */
const SHOWN = 20
/** Bytes of COPY text handed to the driver at once. */
const CHUNK = 256 * 1024

/**
 * Imports order lines from a CSV or CSV.gz file, in one transaction: all or nothing is booked. The same file again changes nothing; a
 * changed line restates its order. A row that cannot be booked is left out and written to `FILE.rejects.csv`; with `strict` it refuses
 * the whole file.
 * @throws AppError `invalid` (file, mapping, or a bad row with `strict`), `conflict` (the store exists with other terms)
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
  return transaction(sql, async (tx) => {
    const store = await agreedStore(tx, mapping)
    await lockStores(tx, { store_ids: [store.id] })
    await allowBulkMemory(tx, {})
    const { id: import_id } = await createImport(tx, { kind: 'orders', file_name: basename(file), store_id: store.id })
    const staged = { import_id, store_id: store.id }

    const read = await stage(tx, { import_id, file, mapping, onProgress })
    if (strict && read.rejected > 0) {
      const list = read.rejections.map(({ line, reason }) => `  line ${line}: ${reason}`).join('\n')
      const more =
        read.rejected > read.rejections.length ? `\n  … and ${read.rejected - read.rejections.length} more` : ''
      throw new AppError(
        'invalid',
        `${read.rejected} of ${read.rows} rows cannot be booked, so nothing was:\n${list}${more}`,
      )
    }

    onProgress({ step: 'saving', done: 0, total: 1 })
    await analyzeStagedOrderLines(tx, {})
    await createStagedVariants(tx, staged)
    const { orders } = await countStagedOrders(tx, { import_id })
    const saved = await saveStagedOrders(tx, staged)
    const order_ids = saved.map((order) => order.id)
    await saveStagedOrderLines(tx, { ...staged, order_ids, restocked: mapping.restock_returns })
    await removeUnstagedOrderLines(tx, {
      ...staged,
      order_ids: saved.filter((order) => !order.created).map((order) => order.id),
    })
    await clearStagedOrderLines(tx, { import_id })

    const entries = await bookOrders(tx, {
      store_id: store.id,
      order_ids,
      reason: `import of ${basename(file)}`,
      onProgress: (done) => onProgress({ step: 'booking', done, total: order_ids.length }),
    })
    const orders_created = saved.filter((order) => order.created).length
    const orders_changed = saved.length - orders_created
    await finishImport(tx, {
      import_id,
      rows_read: read.rows,
      rows_rejected: read.rejected,
      orders_created,
      orders_changed,
    })
    return { ...read, orders_created, orders_changed, orders_unchanged: orders - saved.length, entries }
  })
}

/** The store of the mapping, created when it is new. */
async function agreedStore(sql: Sql, { store, cost_percent_of_list }: OrderLinesMapping) {
  const percent = cost_percent_of_list === undefined ? null : String(cost_percent_of_list)
  const found = await createStore(sql, { ...store, default_cost_percent: percent })
  const terms = await getStoreTerms(sql, { store_id: found.id })
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
  return found
}

type Reading = {
  import_id: number
  file: string
  mapping: OrderLinesMapping
  onProgress: (progress: ImportProgress) => void
}

/** Copies every good row into the staging table, as a stream: memory stays flat however long the file is. */
async function stage(sql: Sql, { import_id, file, mapping, onProgress }: Reading) {
  const rejectsFile = `${file}.rejects.csv`
  let rejects: WriteStream | undefined
  const result = {
    rows: 0,
    skipped: 0,
    rejected: 0,
    rejections: [] as Rejection[],
    rejects_file: undefined as string | undefined,
    unused_columns: [] as string[],
  }
  const records = csvRecords(file, {
    delimiter: mapping.delimiter,
    onBytes: (done, total) => onProgress({ step: 'reading', done, total }),
  })
  const header = await records.next()
  if (header.done) throw new AppError('invalid', `The file ${file} is empty.`)
  const reader = orderLineReader(mapping, header.value.fields)
  result.unused_columns = reader.unused

  const copy = await stageOrderLines(sql)
  const failed = once(copy, 'error').then(([error]) => Promise.reject(error as Error))
  failed.catch(() => undefined)
  const send = async (text: string) => {
    if (text && !copy.write(text)) await Promise.race([once(copy, 'drain'), failed])
  }
  try {
    let text = ''
    for await (const { line, fields } of records) {
      result.rows++
      const read = reader.read(fields)
      if ('line' in read) text += copyLine(import_id, line, read.line)
      else if ('skipped' in read) result.skipped++
      else {
        result.rejected++
        if (result.rejections.length < SHOWN) result.rejections.push({ line, reason: read.reason })
        rejects ??= openRejects(rejectsFile, header.value.fields)
        rejects.write(csvLine([String(line), read.reason, ...fields]))
      }
      if (text.length > CHUNK) {
        await send(text)
        text = ''
      }
    }
    await send(text)
    copy.end()
    await Promise.race([once(copy, 'finish'), failed])
  } catch (error) {
    copy.destroy()
    throw error
  } finally {
    if (rejects) {
      rejects.end()
      await once(rejects, 'close')
      result.rejects_file = rejectsFile
    }
  }
  return result
}

/** COPY's text format: tab between columns; tab, line ends and backslash escaped. */
function copyLine(import_id: number, line: number, row: OrderLine): string {
  const columns = [
    import_id,
    line,
    row.order_ref,
    row.kind,
    row.account,
    row.sku,
    row.title,
    row.quantity,
    row.unit_price,
    row.placed_at,
    row.customer,
    row.country,
  ]
  return `${columns.map((value) => escaped(String(value))).join('\t')}\n`
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escaped = (text: string) =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => ESCAPES[sign] ?? sign) : text

function openRejects(path: string, header: string[]): WriteStream {
  const file = createWriteStream(path)
  file.write(csvLine(['line', 'reason', ...header]))
  return file
}

const csvLine = (fields: string[]) =>
  `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`
