import { once } from 'node:events'
import type { Sql } from '../../sql/connect.ts'
import { stageOrderLines as openCopy } from '../../sql/staged-orders.ts'
import { AppError } from '../errors.ts'
import type { OrderLinesMapping } from './csv/mapping.ts'
import { type OrderLine, orderLineReader } from './csv/order-lines.ts'
import type { CsvRecord } from './csv/records.ts'

export type Rejection = { line: number; reason: string }
export type Staging = {
  rows: number
  /** Rows with price 0: they book no units and no money. */
  skipped: number
  rejected: number
  /** The first rejections; all of them are in `rejects_file`. */
  rejections: Rejection[]
  rejects_file: string | undefined
  unused_columns: string[]
}

/** Rejections kept in memory for showing. */
const SHOWN = 20
/** Characters of COPY text handed to the driver at once. */
const CHUNK = 256 * 1024

/** Where rows go that cannot be booked. `close` answers the path of the file that lists them, if there is one. */
export type Rejects = {
  add: (line: number, reason: string, fields: string[]) => Promise<void>
  close: () => Promise<string | undefined>
}

/**
 * Copies every row that can be booked into the staging table, as a stream: memory stays flat however long the file is.
 * @param given.records of the file, the header first; they are closed
 * @param given.rejects made with the header; gets the other rows
 * @throws AppError `invalid` for a file that cannot be read, or rejects that cannot be written
 */
export async function stageOrderLines(
  sql: Sql,
  {
    import_id,
    name,
    records,
    mapping,
    rejects,
  }: {
    import_id: number
    name: string
    records: AsyncGenerator<CsvRecord>
    mapping: OrderLinesMapping
    rejects: (header: string[]) => Rejects
  },
): Promise<Staging> {
  try {
    const header = await records.next()
    if (header.done) throw new AppError('invalid', `The file ${name} is empty.`)
    const { fields } = header.value
    return await copyRows(sql, records, {
      line: (line, row) => copyLine(import_id, line, row, mapping),
      reader: orderLineReader(mapping, fields),
      rejects: rejects(fields),
    })
  } finally {
    await records.return(undefined)
  }
}

type Copying = {
  line: (line: number, row: OrderLine) => string
  reader: ReturnType<typeof orderLineReader>
  rejects: Rejects
}

async function copyRows(
  sql: Sql,
  records: AsyncIterable<CsvRecord>,
  { line: copyLineOf, reader, rejects }: Copying,
): Promise<Staging> {
  const rejections: Rejection[] = []
  let [rows, skipped, rejected] = [0, 0, 0]
  const copy = await openCopy(sql)
  const failed = once(copy, 'error').then(([error]) => Promise.reject(error as Error))
  failed.catch(() => undefined)
  try {
    let text = ''
    for await (const { line, fields } of records) {
      rows++
      const read = reader.read(fields)
      if ('value' in read) {
        if (Number(read.value.unit_price) === 0) skipped++
        text += copyLineOf(line, read.value)
      } else {
        rejected++
        if (rejections.length < SHOWN) rejections.push({ line, reason: read.reason })
        await rejects.add(line, read.reason, fields)
      }
      if (text.length > CHUNK) {
        if (!copy.write(text)) await Promise.race([once(copy, 'drain'), failed])
        text = ''
      }
    }
    copy.end(text)
    await Promise.race([once(copy, 'finish'), failed])
  } catch (error) {
    copy.destroy()
    await rejects.close().catch(() => undefined) // The first failure is the one to tell.
    throw error
  }
  return { rows, skipped, rejected, rejections, rejects_file: await rejects.close(), unused_columns: reader.unused }
}

/** COPY's text format: tab between columns; tab, line ends and backslash escaped. */
function copyLine(import_id: number, line: number, row: OrderLine, { restock_returns }: OrderLinesMapping): string {
  const { order_ref, kind, account, sku, title, quantity, unit_price, placed_at, customer, country } = row
  const restocked = account === 'returns' && restock_returns
  const booked = [kind, account, sku, quantity, unit_price, placed_at, customer, country, restocked]
  const hash = BigInt.asIntN(64, Bun.hash.xxHash64(booked.join('\x1F')))
  const columns = [order_ref, kind, account, sku, title, quantity, unit_price, placed_at, customer, country]
  return `${import_id}\t${line}\t${columns.map((value) => escaped(String(value))).join('\t')}\t${hash}\n`
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escaped = (text: string) =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => ESCAPES[sign] ?? sign) : text
