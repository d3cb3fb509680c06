import { addedUpAdSpend, daysWithOtherAdSpend, knownAdSpend } from '../../sql/ad-spend.ts'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import type { ImportIssue, ImportKind } from '../../sql/imports.ts'
import type { StoreMonth } from '../../sql/profit-effect.ts'
import { getWorkspace, listStores } from '../../sql/stores.ts'
import type { RowOutcome } from '../../sql/upserts.ts'
import { addMonths, dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { judgeRows } from '../judge-rows.ts'
import { saveAdSpend } from '../ledger/book.ts'
import { FixedCostRow, saveFixedCosts } from '../ledger/save-fixed-costs.ts'
import { ProductRow, saveProducts } from '../ledger/save-products.ts'
import { saveUnitCosts, UnitCostRow } from '../ledger/save-unit-costs.ts'
import { type AdSpendLine, adSpendLines } from './ad-spend.ts'
import type { CsvRecord } from './csv/records.ts'
import { type ImportDone, type ImportFile, inWords, type OpenImport, SHOWN, storeNamed } from './import-file.ts'
import { openOrders } from './open-orders.ts'
import { fileRecords } from './records.ts'
import { HEADER_WITHIN, recognise, type Recognised, whyNot } from './recognise.ts'
import { tableRows, type TableRow } from './table-rows.ts'

type Context = { now: Date; mayShare: boolean }

/** Rows of a table; more do not come from people, and each is judged in memory. */
const MOST_ROWS = 100_000

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

const reasonOf = ({ file_name }: ImportFile) => `import of ${file_name}`

async function openAdSpend(sql: Sql, table: Found, file: ImportFile, { now }: Context): Promise<OpenImport> {
  const { rows: lines, issues, notes } = adSpendLines(table, table.found, file.options)
  const stores = new Map((await listStores(sql, {})).map((store) => [store.slug, store]))
  const store_ids = [...new Set(lines.flatMap(({ store }) => stores.get(store)?.id ?? []))]
  await lockStores(sql, { store_ids })
  const todays = new Map([...stores].map(([slug, { time_zone }]) => [slug, dayIn(time_zone, now)]))
  const isLater = ({ date, store }: AdSpendLine) => date > (todays.get(store) ?? date)
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
