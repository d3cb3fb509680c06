import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { type Sql, transaction } from '../../../sql/connect.ts'
import { addFxRates, type EcbRate, knownCurrencies, type RateSpan } from '../../../sql/fx-rates.ts'
import { AppError } from '../../errors.ts'
import { rebookAtRates } from '../../ledger/rebook-at-rates.ts'
import { isZip, unzipped } from '../zip.ts'

/** Rates per statement. */
const BATCH = 20_000

export type RatesLoaded = {
  rates: number
  added: number
  from: string
  to: string
  /** Currencies of the file that the database does not know; their rates are left out. */
  unknown_currencies: string[]
  /** Ledger entries that were appended, because something had been booked at an earlier day's rate. */
  restated: number
}

/**
 * Loads the ECB's history of euro reference rates, as it is published: a CSV of units per euro by day, alone or in its zip file.
 * Days that are known already keep their rate, so totals are never re-valued. One transaction: all or nothing.
 * @throws AppError `invalid` for a file that is not that
 */
export async function importEcbRates(sql: Sql, path: string): Promise<RatesLoaded> {
  const file = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `The file ${path} cannot be read (${cause.code ?? cause.message}).`, { cause })
  })
  return saveEcbRates(sql, ratesOfHistory(file, path))
}

/** The rates in the ECB's history, CSV or zip; `name` is what errors call it. @throws AppError `invalid` for a file that is not that */
export function ratesOfHistory(file: Buffer, name: string): EcbRate[] {
  const { currencies, days } = table(ecbCsv(file, name), name)
  return ratesOf(days, currencies, name)
}

/** Saves rates of the ECB and re-books what they convert, in one transaction. Those that are known stay. */
export function saveEcbRates(sql: Sql, given: EcbRate[]): Promise<RatesLoaded> {
  return transaction(sql, async (tx) => {
    const currencies = [...new Set(given.map(({ currency }) => currency))]
    const known = new Set((await knownCurrencies(tx, { codes: currencies })).map(({ code }) => code))
    const rates = given.filter(({ currency }) => known.has(currency))
    let added = 0
    const spans: RateSpan[] = []
    for (let from = 0; from < rates.length; from += BATCH)
      for (const { rates: count, ...span } of await addFxRates(tx, { rates: rates.slice(from, from + BATCH) })) {
        added += count
        spans.push(span)
      }
    const days = rates.map(({ day }) => day).toSorted()
    const to = days.at(-1) ?? ''
    const restated = await rebookAtRates(tx, { rates: spans, reason: `the ECB's rates until ${to} arrived` })
    return {
      rates: rates.length,
      added,
      from: days.at(0) ?? '',
      to,
      unknown_currencies: currencies.filter((code) => !known.has(code)),
      restated,
    }
  })
}

function ecbCsv(file: Buffer, path: string): string {
  const bytes = isZip(file) ? unzipped(file, '.csv', path) : file
  if (!isUtf8(bytes)) throw notEcb(path)
  return bytes.toString('utf8')
}

const notEcb = (path: string, cause?: unknown) =>
  new AppError('invalid', `${path} is not the ECB's rate history: its first line should begin with "Date,USD,".`, {
    cause,
  })

/** `Date,USD,JPY,…` and a row per day, with a comma at each line's end. */
function table(csv: string, path: string): { currencies: string[]; days: string[][] } {
  try {
    const rows = parse(csv, { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true })
    const [[first, ...currencies] = [], ...days] = rows
    if (first === 'Date' && currencies.includes('USD') && days.length > 0) return { currencies, days }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw notEcb(path, cause)
  }
  throw notEcb(path)
}

/** Line by line; `N/A` where a currency had no rate. */
function ratesOf(days: string[][], currencies: string[], path: string): EcbRate[] {
  return days.flatMap(([day = '', ...values], index) => {
    const line = `Line ${index + 2} of ${path}`
    if (!isDay(day)) throw new AppError('invalid', `${line} does not begin with a day such as 2026-04-13.`)
    return values.flatMap((value, at) => {
      const currency = currencies[at]
      if (!currency || value === '' || value === 'N/A') return []
      if (!/^\d{1,9}(\.\d{1,10})?$/.test(value) || Number(value) === 0)
        throw new AppError('invalid', `${line}: "${value.slice(0, 20)}" is not a rate of ${currency}.`)
      return [{ currency, day, units_per_euro: value }]
    })
  })
}

/** Whether text is a day of the calendar, of any year. */
export function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
}
