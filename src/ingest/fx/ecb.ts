import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { unzipSync } from 'fflate'
import type { Sql } from '../../../sql/connect.ts'
import { addFxRates, type FxRate } from '../../../sql/fx-rates.ts'
import { transaction } from '../../../sql/connect.ts'
import { AppError } from '../../errors.ts'

/** Rates per statement. */
const BATCH = 20_000

/**
 * Loads the ECB's history of euro reference rates, as it is published: a CSV of units per euro by day, alone or in its zip file.
 * Days that are known already keep their rate, so totals are never re-valued.
 * @throws AppError `invalid` for a file that is not that
 */
export async function importEcbRates(sql: Sql, path: string) {
  const rates = ecbRates(await ecbCsv(path), path)
  let added = 0
  await transaction(sql, async (tx) => {
    for (let from = 0; from < rates.length; from += BATCH) {
      added += await addFxRates(tx, { source: 'ecb', rates: rates.slice(from, from + BATCH) })
    }
  })
  const days = rates.map((rate) => rate.day).sort()
  return { rates: rates.length, added, from: days.at(0), to: days.at(-1) }
}

async function ecbCsv(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `The file ${path} cannot be read (${cause.code ?? cause.message}).`, { cause })
  })
  if (!(bytes[0] === 0x50 && bytes[1] === 0x4b)) return bytes.toString('utf8')
  try {
    const [file] = Object.values(unzipSync(bytes, { filter: ({ name }) => name.endsWith('.csv') }))
    if (file) return new TextDecoder().decode(file)
  } catch (cause) {
    throw new AppError('invalid', `${path} is a damaged zip file.`, { cause })
  }
  throw new AppError('invalid', `${path} holds no CSV file.`)
}

/** `Date,USD,JPY,…` and a row per day; `N/A` where a currency had no rate, and a comma at each line's end. */
function ecbRates(csv: string, path: string): FxRate[] {
  const rows = parse(csv, { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true }) as string[][]
  const [header = [], ...days] = rows
  if (header[0] !== 'Date' || !header.includes('USD') || days.length === 0)
    throw new AppError(
      'invalid',
      `${path} is not the ECB's rate history: its first line should begin with "Date,USD,".`,
    )
  return days.flatMap(([day = '', ...values], index) => {
    if (!/^\d{4}-\d\d-\d\d$/.test(day))
      throw new AppError('invalid', `Line ${index + 2} of ${path} does not begin with a day.`)
    return values.flatMap((value, at) => {
      const currency = header[at + 1]
      if (!currency || value === '' || value === 'N/A') return []
      if (!/^\d+(\.\d+)?$/.test(value) || Number(value) === 0)
        throw new AppError(
          'invalid',
          `Line ${index + 2} of ${path}: "${value.slice(0, 20)}" is not a rate of ${currency}.`,
        )
      return [{ currency, day, units_per_euro: value }]
    })
  })
}
