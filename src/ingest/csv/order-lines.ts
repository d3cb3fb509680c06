import { AppError } from '../../errors.ts'
import type { OrderLinesMapping } from './mapping.ts'

export type OrderLine = {
  order_ref: string
  kind: 'sale' | 'credit_note'
  account: string
  sku: string
  title: string
  quantity: number
  unit_price: string
  placed_at: string
  customer: string
  country: string
}
/** What becomes of a record: a line to book, nothing because its price is 0, or a reason why it cannot be booked. */
export type ReadLine = { line: OrderLine } | { skipped: true } | { reason: string }

const DELIMITERS = { ';': 'semicolon', '\t': 'tab', '|': 'bar', ',': 'comma' }

/**
 * Prepares the reading of records under this header.
 * @throws AppError `invalid` when a column that the mapping names is missing, or the header looks like another delimiter
 */
export function orderLineReader(mapping: OrderLinesMapping, header: string[]) {
  const names = header.map((name) => name.trim())
  const twice = names.filter((name, at) => name !== '' && names.indexOf(name) !== at)
  if (twice.length)
    throw new AppError('invalid', `The header has the column ${quoted(twice)} more than once. Rename one of them.`)
  const { columns } = mapping
  const missing = Object.values(columns).filter((name) => name !== undefined && !names.includes(name))
  if (missing.length) throw new AppError('invalid', missingColumns(missing as string[], header, mapping.delimiter))
  const at = (name: string | undefined) => (name === undefined ? -1 : names.indexOf(name))
  const place = {
    order: at(columns.order),
    sku: at(columns.sku),
    title: at(columns.title),
    quantity: at(columns.quantity),
    at: at(columns.at),
    unit_price: at(columns.unit_price),
    customer: at(columns.customer),
    country: at(columns.country),
  }
  const accountOfSku = new Map(
    mapping.accounts.flatMap((rule) => ('skus' in rule ? rule.skus.map((sku) => [sku, rule.account] as const) : [])),
  )
  const prefixes = mapping.accounts.flatMap((rule) => ('sku_prefix' in rule ? [rule] : []))
  const number = numberReader(mapping)

  return {
    /** Columns of the file that the mapping does not use. */
    unused: names.filter((name) => name !== '' && !Object.values(columns).includes(name)),
    read(fields: string[]): ReadLine {
      if (fields.length !== names.length)
        return { reason: `has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'} instead of ${names.length}` }
      const field = (index: number) => (index < 0 ? '' : (fields[index] ?? '').trim())
      const order_ref = field(place.order)
      const sku = field(place.sku)
      if (!order_ref) return { reason: `${columns.order} is empty` }
      if (!sku) return { reason: `${columns.sku} is empty` }
      if (fields.some((text) => text.includes('\0'))) return { reason: 'holds a NUL character' }
      const quantity = wholeNumber(field(place.quantity))
      if (typeof quantity === 'string') return { reason: `${columns.quantity} ${quantity}` }
      const price = number(field(place.unit_price))
      if ('reason' in price) return { reason: `${columns.unit_price} ${price.reason}` }
      const placed_at = field(place.at)
      const wrongTime = timeProblem(placed_at)
      if (wrongTime) return { reason: `${columns.at} ${wrongTime}` }
      if (Number(price.text) === 0) return { skipped: true }
      const kind = mapping.credit_note_prefixes.some((prefix) => order_ref.startsWith(prefix)) ? 'credit_note' : 'sale'
      const account =
        accountOfSku.get(sku) ??
        prefixes.find(({ sku_prefix }) => sku.startsWith(sku_prefix))?.account ??
        (kind === 'sale' ? 'gross_sales' : 'returns')
      const line = {
        order_ref,
        kind,
        account,
        sku,
        title: field(place.title),
        quantity,
        unit_price: price.text,
        placed_at,
        customer: field(place.customer),
        country: field(place.country),
      } as const
      return { line }
    },
  }
}

const quoted = (names: string[]) => names.map((name) => `"${name}"`).join(', ')

function missingColumns(missing: string[], header: string[], delimiter: string): string {
  const other = Object.entries(DELIMITERS).find(
    ([sign]) => sign !== delimiter && header.length === 1 && header[0]?.includes(sign),
  )
  if (other)
    return `The header is one column: the file seems to be separated by ${other[1]}s. Add "delimiter": ${JSON.stringify(other[0])} to the mapping.`
  return `The mapping names ${missing.length === 1 ? 'a column' : 'columns'} that the file does not have: ${quoted(missing)}. The header (line 1) has: ${quoted(header)}.`
}

function wholeNumber(text: string): number | string {
  if (!/^[+-]?\d{1,9}(\.0+)?$/.test(text)) return `"${clipped(text)}" is not a whole number`
  const value = Number(text)
  return value === 0 ? 'is 0' : value
}

function numberReader({ decimal, thousands }: Pick<OrderLinesMapping, 'decimal' | 'thousands'>) {
  const example = `1234${decimal}50`
  const separator = thousands && `\\${thousands}`
  const shape = new RegExp(
    `^[+-]?(\\d{1,12}${separator ? `|\\d{1,3}(${separator}\\d{3}){1,4}` : ''})(\\${decimal}\\d{1,6})?$`,
  )
  return (text: string): { text: string } | { reason: string } => {
    if (!shape.test(text)) {
      const grouped = /^[+-]?\d{1,3}([,.' ]\d{3})+([.,]\d+)?$/.test(text) && !thousands
      return {
        reason: `"${clipped(text)}" ${grouped ? `has thousands separators; write ${example}, or name them as "thousands" in the mapping` : `is not an amount such as ${example}`}`,
      }
    }
    const plain = thousands ? text.replaceAll(thousands, '') : text
    return { text: plain.replace(decimal, '.').replace('+', '') }
  }
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** Dates are years first: any other order is ambiguous. */
function timeProblem(text: string): string | undefined {
  const parts = TIME.exec(text)
  if (!parts) return `"${clipped(text)}" is not a time such as 2026-04-13 09:30:00`
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0))
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1990 && year < 2100
  return exists && hour < 24 && minute < 60 && second < 60 ? undefined : `"${text}" does not exist in the calendar`
}

const clipped = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
