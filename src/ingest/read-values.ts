import { AppError } from '../errors.ts'
import { amountReader, clipped, type Field } from './csv/fields.ts'

/** Languages in whose exports the comma is the decimal sign and the day comes first. */
const CONTINENTAL =
  /\b(bedrag|besteed|campagne|naam|kosten|kampagne|betrag|tag|wahrung|montant|jour|cout|nom|dag|datum|valuta|devise|winkel|laden|boutique|prix|preis|prijs|inkoopprijs|kostprijs|einkaufspreis)\b/

/** Whether the header is in a language that writes 1.234,50 and 13/04/2026. */
export const isContinental = (header: string[]): boolean =>
  CONTINENTAL.test(header.map((name) => name.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')).join(' | '))

const bare = (text: string) => text.replace(/^[^\d,.+-]+|[^\d,.]+$/g, '').replace(/[\s\u00A0\u202F']/g, '')

/**
 * Prepares the reading of amounts in a column: which sign is the decimal one shows in the amounts themselves, and where they leave it
 * open, such as 1.234, in the language of the header. Signs of currencies around an amount are passed over. Numbers of a workbook are
 * what they are.
 * @throws AppError `invalid` when some amounts say the point and others the comma
 */
export function amountsReader(
  texts: Iterable<string>,
  { header, isWorkbook }: { header: string[]; isWorkbook: boolean },
): (text: string) => Field<string> {
  const isNumber = (text: string) => isWorkbook && /^-?\d{1,12}(\.\d{1,6})?$/.test(text)
  let [comma, point] = ['', '']
  for (const text of texts) {
    if (isNumber(text)) continue
    const amount = bare(text)
    const [lastComma, lastPoint] = [amount.lastIndexOf(','), amount.lastIndexOf('.')]
    const isSeparated = lastComma >= 0 && lastPoint >= 0
    if (
      lastComma > lastPoint &&
      (isSeparated || !/^[+-]?[1-9]\d{0,2}(,\d{3})+$/.test(amount)) &&
      count(amount, ',') === 1
    )
      comma ||= text
    else if (
      lastPoint > lastComma &&
      (isSeparated || !/^[+-]?[1-9]\d{0,2}(\.\d{3})+$/.test(amount)) &&
      count(amount, '.') === 1
    )
      point ||= text
  }
  if (comma && point)
    throw new AppError(
      'invalid',
      `The amounts mix decimal commas and points: ${clipped(comma)} and ${clipped(point)}. Write all of them in one way.`,
    )
  const decimal = comma ? ',' : point ? '.' : isContinental(header) ? ',' : '.'
  const read = amountReader({ decimal, thousands: decimal === ',' ? '.' : ',' })
  return (text) => (isNumber(text) ? { value: text } : read(bare(text) || text))
}

const count = (text: string, sign: string) => text.split(sign).length - 1

export type DateOrder = 'dmy' | 'mdy'
/** Also with the midnight that begins the day, and its zone. */
const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00(?:\.000)?)?(?: ?(?:Z|[A-Z]{2,5}|[+-]\d\d:?\d\d))?)?$/
const SLASHED = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/

/**
 * Prepares the reading of days: ISO, or day and month in the order that the column shows. Where it does not, such as 03/04/2026, points
 * and hyphens and the language of the header tell.
 * @param order as the sender names it
 * @throws AppError `invalid` for a column that has both orders, or leaves the order open
 */
export function daysReader(
  texts: Iterable<string>,
  header: string[],
  order: DateOrder | undefined,
): (text: string) => Field<string> {
  let [dayFirst, monthFirst, either] = ['', '', '']
  for (const text of texts) {
    const parts = SLASHED.exec(text)
    if (!parts) continue
    if (Number(parts[1]) > 12) dayFirst ||= text
    else if (Number(parts[2]) > 12) monthFirst ||= text
    else if (text.includes('/')) either ||= text
  }
  if (order === undefined && dayFirst && monthFirst)
    throw new AppError(
      'invalid',
      `The dates mix orders: ${dayFirst} begins with the day and ${monthFirst} with the month. Write all of them as 2026-04-13.`,
    )
  if (order === undefined && !dayFirst && !monthFirst && either && !isContinental(header))
    throw new AppError(
      'invalid',
      `The date ${either} may begin with the day or with the month. Say which: dates=dmy or dates=mdy, or export dates as 2026-04-13.`,
    )
  const chosen = order ?? (monthFirst ? 'mdy' : 'dmy')
  return (text) => {
    const iso = ISO.exec(text)
    const parts = iso ? undefined : SLASHED.exec(text)
    if (!iso && !parts)
      return { reason: text === '' ? 'is empty' : `"${clipped(text)}" is not a day such as 2026-04-13` }
    const [year, month, day] = iso
      ? [iso[1], iso[2], iso[3]]
      : chosen === 'dmy'
        ? [parts?.[3], parts?.[2], parts?.[1]]
        : [parts?.[3], parts?.[1], parts?.[2]]
    const value = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
    const at = new Date(`${value}T00:00:00Z`)
    const exists = /^20\d\d/.test(value) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value)
    return exists ? { value } : { reason: `"${clipped(text)}" does not exist in the calendar` }
  }
}
