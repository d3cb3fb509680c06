import { addedUpAdSpend, daysWithOtherAdSpend, knownAdSpend, type Platform } from '../../sql/ad-spend.ts'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import { waitToImport } from '../../sql/import-locks.ts'
import type { ImportIssue, ImportKind } from '../../sql/imports.ts'
import type { StoreMonth } from '../../sql/profit-effect.ts'
import { findStore, getWorkspace, listStores, type Store } from '../../sql/stores.ts'
import type { RowOutcome } from '../../sql/upserts.ts'
import { addMonths, dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { judgeRows } from '../judge-rows.ts'
import { saveAdSpend } from '../ledger/book.ts'
import type { Keeper } from '../ledger/keeper.ts'
import { FixedCostRow, saveFixedCosts } from '../ledger/save-fixed-costs.ts'
import { ProductRow, saveProducts } from '../ledger/save-products.ts'
import { saveUnitCosts, UnitCostRow } from '../ledger/save-unit-costs.ts'
import { type AdSpendLine, adSpendLines } from './ad-spend.ts'
import type { OrderLinesMapping } from './csv/mapping.ts'
import type { CsvRecord } from './csv/records.ts'
import { mustAgree, saveStaged } from './import-orders.ts'
import { fileRecords } from './records.ts'
import type { DateOrder } from './read-values.ts'
import { HEADER_WITHIN, recognise, type Recognised, whyNot } from './recognise.ts'
import { shopifyMapping, shopifyOrderLines } from './shopify-orders.ts'
import { stageOrderLines } from './stage-order-lines.ts'
import { tableRows, type TableRow } from './table-rows.ts'

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

type Context = { now: Date; mayShare: boolean }

/** Rows of a table; more do not come from people, and each is judged in memory. */
const MOST_ROWS = 100_000
/** Issues that are kept; all are counted. */
const SHOWN = 1_000

/**
 * Reads the file of an import and takes the locks that it needs, until the end of the transaction.
 * @param context.mayShare the sender sees all stores, and so may write what they share
 * @throws AppError `invalid` for a file of another kind, or one that cannot be read
 */
export async function openImport(sql: Sql, file: ImportFile, context: Context): Promise<OpenImport> {
  if (file.kind === 'orders') return openOrders(sql, file)
  const table = await readTable(file)
  const found = recognise(
    table.records.map(({ fields }) => fields),
    file.kind,
  )
  if (!found)
    throw new AppError(
      'invalid',
      whyNot(
        table.records.map(({ fields }) => fields),
        file.kind,
      ),
    )
  const rows_read = table.records.length - found.header - 1
  if (file.options.store) await storeNamed(sql, file.options.store)
  return file.kind === 'ad-spend'
    ? openAdSpend(sql, { ...table, found, rows_read }, file, context)
    : openTable(sql, { ...table, found, rows_read }, file, context)
}

async function storeNamed(sql: Sql, slug: string): Promise<Store> {
  const store = await findStore(sql, { slug })
  if (!store) throw new AppError('invalid', `There is no store "${slug}".`)
  return store
}

type Table = { records: CsvRecord[]; isWorkbook: boolean }
type Found = Table & { found: Recognised; rows_read: number }

async function readTable({ path, file_name: name }: ImportFile): Promise<Table> {
  const { records: all, isWorkbook } = await fileRecords(path, { name: inWords(name) })
  const records: CsvRecord[] = []
  for await (const record of all) {
    records.push(record)
    if (records.length > MOST_ROWS + HEADER_WITHIN)
      throw new AppError('too_large', `The file has more than ${MOST_ROWS} rows. Send it in parts.`)
  }
  if (records.length === 0) throw new AppError('invalid', `The file ${name} is empty.`)
  return { records, isWorkbook }
}

/** How sentences call a file. */
const inWords = (file_name: string) => `The file ${file_name}`

const reasonOf = ({ file_name }: ImportFile) => `import of ${file_name}`

async function openAdSpend(sql: Sql, table: Found, file: ImportFile, { now }: Context): Promise<OpenImport> {
  const { rows: lines, issues, notes } = adSpendLines(table, table.found, file.options)
  const stores = new Map((await listStores(sql, {})).map((store) => [store.slug, store]))
  const store_ids = [...new Set(lines.flatMap(({ store }) => stores.get(store)?.id ?? []))]
  await lockStores(sql, { store_ids })
  const isLater = ({ date, store }: AdSpendLine) => date > dayIn(stores.get(store)?.time_zone ?? 'UTC', now)
  for (const line of lines.filter(isLater))
    issues.push({ line: line.line, result: 'rejected', reason: `the day ${line.date} is in the future` })
  const rows = await addedUpAdSpend(sql, { lines: lines.filter((line) => !isLater(line)) })
  return {
    store_ids,
    run: async (tx, keep) => {
      await keep.before(
        'ad_spend',
        (await knownAdSpend(tx, { rows })).map(({ id }) => id),
      )
      const outcomes = await saveAdSpend(tx, { rows, reason: reasonOf(file) })
      const ids = outcomes.flatMap(({ id }) => id ?? [])
      await keep.created(
        'ad_spend',
        outcomes.flatMap(({ id, result }) => (id !== null && result === 'created' ? [id] : [])),
      )
      const other = await daysWithOtherAdSpend(tx, { ids })
      const doubled = other.days > 0 && [
        `On ${other.days} ${other.days === 1 ? 'day' : 'days'} from ${other.first_day} on there is other ad spend of the same platform, which counts as well: check that nothing is counted twice.`,
      ]
      return doneWith({ ...table, issues, notes: [...notes, ...(doubled || [])] }, outcomes, (row) => row, [])
    },
  }
}

async function openTable(sql: Sql, table: Found, file: ImportFile, { now, mayShare }: Context): Promise<OpenImport> {
  const { kind } = file
  const { rows, issues } = tableRows(table, table.found, file.options)
  const { time_zone, reporting_currency } = await getWorkspace(sql, {})
  const today = dayIn(time_zone, now)
  const stores = await listStores(sql, {})
  const lineOf = (row: number) => rows[row - 1]?.line ?? row
  const values = valuesOf(rows, kind, file.options.from ?? today)
  const notes =
    kind === 'unit-costs' && values.some(({ from }, at) => from !== rows[at]?.value['from'])
      ? [`Rows without a first day hold from ${file.options.from ?? today} on.`]
      : []
  const done = (rejected: RowOutcome[], outcomes: RowOutcome[], months: StoreMonth[] = []) =>
    doneWith({ ...table, issues, notes }, [...rejected, ...outcomes], lineOf, months)
  const store_ids = stores.map(({ id }) => id)

  if (kind === 'fixed-costs') {
    await lockStores(sql, { store_ids })
    const { good, rejected } = judgeRows(values, FixedCostRow)
    return {
      store_ids,
      run: async (tx, keep) => {
        const { outcomes, since } = await saveFixedCosts(tx, { rows: good, today, mayShare, keep })
        const months = since.flatMap(({ store, from }) =>
          stores
            .filter(({ slug }) => store === null || slug === store)
            .flatMap(({ id, time_zone }) =>
              monthsFrom(from, dayIn(time_zone, now)).map((month) => ({ store_id: id, month })),
            ),
        )
        return done(rejected, outcomes, months)
      },
    }
  }
  if (kind === 'products') {
    const { good, rejected } = judgeRows(values, ProductRow)
    const saving = { rows: good, today, reporting_currency, reason: reasonOf(file) }
    return { store_ids, run: async (tx, keep) => done(rejected, await saveProducts(tx, { ...saving, keep })) }
  }
  const { good, rejected } = judgeRows(values, UnitCostRow)
  const saving = { rows: good, reporting_currency, reason: reasonOf(file) }
  return { store_ids, run: async (tx, keep) => done(rejected, await saveUnitCosts(tx, { ...saving, keep })) }
}

const valuesOf = (rows: TableRow[], kind: ImportKind, from: string): Record<string, unknown>[] =>
  rows.map(({ value }) => (kind === 'unit-costs' ? { from, ...value } : value))

/** The first days of the months from a day to another one. */
function monthsFrom(from: string, to: string): string[] {
  const months: string[] = []
  for (let month = `${from.slice(0, 8)}01`; month <= to; month = addMonths(month, 1)) months.push(month)
  return months
}

function doneWith(
  { rows_read, issues: before, notes }: { rows_read: number; issues: ImportIssue[]; notes: string[] },
  outcomes: RowOutcome[],
  lineOf: (row: number) => number,
  months: StoreMonth[],
): ImportDone {
  const left = outcomes.flatMap(({ row, result, reason }): ImportIssue[] =>
    result === 'rejected' || result === 'unknown' ? [{ line: lineOf(row), result, reason: reason ?? '' }] : [],
  )
  const issues = [...before, ...left].sort((a, b) => a.line - b.line)
  const count = (result: RowOutcome['result']) => outcomes.filter((outcome) => outcome.result === result).length
  const left_out = (result: ImportIssue['result']) => issues.filter((issue) => issue.result === result).length
  const unique = new Map(months.map((month) => [`${month.store_id} ${month.month}`, month]))
  return {
    rows_read,
    added: count('created'),
    changed: count('updated'),
    unchanged: count('unchanged'),
    unknown: left_out('unknown'),
    rejected: left_out('rejected'),
    skipped: left_out('skipped'),
    issues: issues.slice(0, SHOWN),
    notes:
      issues.length > SHOWN
        ? [...notes, `The first ${SHOWN} of ${issues.length} rows that were left out are listed.`]
        : notes,
    months: [...unique.values()],
  }
}

async function openOrders(sql: Sql, file: ImportFile): Promise<OpenImport> {
  const { options, path, file_name, import_id } = file
  const slug = options.store ?? options.mapping?.store?.slug
  if (!slug) throw new AppError('invalid', 'Say which store the orders are of: store=… or in the mapping.')
  const store = await storeNamed(sql, slug)
  const mapping = options.mapping && { ...options.mapping, store: options.mapping.store ?? { ...store } }
  if (mapping && mapping.store.slug !== slug)
    throw new AppError('invalid', `The mapping is for the store "${mapping.store.slug}", and "${slug}" was named.`)
  await waitToImport(sql, { slug })
  if (mapping) await mustAgree(sql, store.id, mapping)
  await lockStores(sql, { store_ids: [store.id] })
  return {
    store_ids: [store.id],
    run: async (tx, keep) => {
      const issues: ImportIssue[] = []
      let left = 0
      const leave = (line: number, result: ImportIssue['result'], reason: string) => {
        left++
        if (issues.length < SHOWN) issues.push({ line, result, reason })
      }
      const opened = mapping
        ? {
            mapping,
            records: (await fileRecords(path, { name: inWords(file_name), delimiter: mapping.delimiter })).records,
          }
        : await shopifyFile(file, store, leave)
      const staging = await stageOrderLines(tx, {
        import_id,
        name: file_name,
        ...opened,
        rejects: () => ({
          add: (line, reason) => Promise.resolve(leave(line, 'rejected', reason)),
          close: () => Promise.resolve(undefined),
        }),
      })
      const saved = await saveStaged(tx, { import_id, store_id: store.id, file_name, mapping: opened.mapping, keep })
      const { rows, skipped, unused_columns } = staging
      const notes = [
        saved.skus_created > 0 && `${saved.skus_created} SKUs are new to the store: each makes a product.`,
        skipped > 0 && `${skipped} rows with price 0 book nothing.`,
        mapping && unused_columns.length > 0 && `Columns that the mapping does not use: ${unused_columns.join(', ')}.`,
        left > SHOWN && `The first ${SHOWN} of ${left} rows that were left out are listed.`,
      ].filter((note) => typeof note === 'string')
      const ofShopify = issues.filter(({ result }) => result === 'skipped').length
      return {
        rows_read: mapping ? rows : (opened as { read: () => number }).read(),
        added: saved.orders_created,
        changed: saved.orders_changed,
        unchanged: saved.orders_unchanged,
        unknown: 0,
        rejected: left - ofShopify,
        skipped: ofShopify,
        issues,
        notes,
        months: [],
      }
    },
  }
}

/** The records of Shopify's order export as order lines; `read` counts those of the file itself. */
async function shopifyFile(
  { path, file_name: name }: ImportFile,
  store: Store,
  left: (line: number, result: 'rejected' | 'skipped', reason: string) => void,
) {
  const { records } = await fileRecords(path, { name: inWords(name) })
  const first = await records.next()
  const header = first.done ? [] : first.value.fields
  const found = recognise([header], 'orders')
  if (!found) {
    await records.return(undefined)
    throw new AppError('invalid', whyNot([header], 'orders'))
  }
  let read = 0
  const counted = async function* () {
    for await (const record of records) {
      read++
      yield record
    }
  }
  return {
    mapping: shopifyMapping(store),
    records: shopifyOrderLines(counted(), { places: found.places, store, left }),
    read: () => read,
  }
}
