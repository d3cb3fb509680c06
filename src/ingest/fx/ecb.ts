import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { type Sql, transaction } from '../../../sql/connect.ts'
import { addFxRates, type FxRate, knownCurrencies } from '../../../sql/fx-rates.ts'
import { AppError } from '../../errors.ts'
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
}

/**
 * Loads the ECB's history of euro reference rates, as it is published: a CSV of units per euro by day, alone or in its zip file.
 * Days that are known already keep their rate, so totals are never re-valued. One transaction: all or nothing.
 * @throws AppError `invalid` for a file that is not that
 */
export async function importEcbRates(sql: Sql, path: string): Promise<RatesLoaded> {
  const { currencies, days } = table(await ecbCsv(path), path)
  return transaction(sql, async (tx) => {
    const known = new Set((await knownCurrencies(tx, { codes: currencies })).map(({ code }) => code))
    const rates = ratesOf(days, currencies, path).filter(({ currency }) => known.has(currency))
    let added = 0
    for (let from = 0; from < rates.length; from += BATCH)
      added += await addFxRates(tx, { source: 'ecb', rates: rates.slice(from, from + BATCH) })
    const sorted = days.map(([day = '']) => day).toSorted()
    return {
      rates: rates.length,
      added,
      from: sorted.at(0) ?? '',
      to: sorted.at(-1) ?? '',
      unknown_currencies: currencies.filter((code) => code && !known.has(code)),
    }
  })
}

async function ecbCsv(path: string): Promise<string> {
  const file = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `The file ${path} cannot be read (${cause.code ?? cause.message}).`, { cause })
  })
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
function ratesOf(days: string[][], currencies: string[], path: string): FxRate[] {
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

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
}
