import { AppError } from '../../errors.ts'
import { amountReader, type Field, quantityOf, timeReader } from './fields.ts'
import type { OrderLinesMapping } from './mapping.ts'

export type OrderLine = {
  order_ref: string
  kind: 'sale' | 'credit_note'
  account: string
  sku: string
  title: string
  quantity: number
  /** Decimal text; a line with price 0 books nothing. */
  unit_price: string
  /** `2026-04-13 09:30:00` in the store's zone, or in UTC with a Z at its end. */
  placed_at: string
  customer: string
  country: string
}

const DELIMITERS = { ';': 'semicolon', '\t': 'tab', '|': 'bar', ',': 'comma' }
/** An index entry of the database holds less than 2,700 bytes; nothing that names an order or a product is that long. */
const LONGEST_NAME = 200
const LONGEST_TITLE = 500

/**
 * Prepares the reading of records under this header: each becomes a line, or the reason why it cannot be booked.
 * @throws AppError `invalid` when a column that the mapping names is missing or there twice, or the header looks like another delimiter
 */
export function orderLineReader(mapping: OrderLinesMapping, header: string[]) {
  const { columns } = mapping
  const names = header.map((name) => name.trim())
  const used = Object.values(columns).filter((name) => name !== undefined)
  const missing = used.filter((name) => !names.includes(name))
  if (missing.length) throw new AppError('invalid', missingColumns(missing, header, mapping.delimiter))
  const twice = used.filter((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (twice.length)
    throw new AppError(
      'invalid',
      `The header (line 1) has the column ${quoted(twice)} more than once. Rename the one that is not meant.`,
    )
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
  const accountOf = accountReader(mapping)
  const amountOf = amountReader(mapping)
  const timeOf = timeReader()
  const short = [place.order, place.sku, place.customer, place.country].filter((index) => index >= 0)

  return {
    /** Columns of the file that the mapping does not use. */
    unused: names.filter((name) => name !== '' && !used.includes(name)),
    read(fields: string[]): Field<OrderLine> {
      if (fields.length !== names.length)
        return { reason: `has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'} instead of ${names.length}` }
      const field = (index: number) => (index < 0 ? '' : (fields[index] ?? '').trim())
      const order_ref = field(place.order)
      const sku = field(place.sku)
      if (!order_ref) return { reason: `${columns.order} is empty` }
      if (!sku) return { reason: `${columns.sku} is empty` }
      for (const text of fields) if (text.includes('\0')) return { reason: 'holds a NUL character' }
      for (const index of short)
        if (field(index).length > LONGEST_NAME)
          return {
            reason: `${names[index]} has ${field(index).length} characters; at most ${LONGEST_NAME} are possible`,
          }
      const quantity = quantityOf(field(place.quantity))
      if ('reason' in quantity) return { reason: `${columns.quantity} ${quantity.reason}` }
      const price = amountOf(field(place.unit_price))
      if ('reason' in price) return { reason: `${columns.unit_price} ${price.reason}` }
      if (Math.abs(quantity.value * Number(price.value)) >= 1e12)
        return { reason: `${columns.quantity} × ${columns.unit_price} is a trillion or more` }
      const time = timeOf(field(place.at))
      if ('reason' in time) return { reason: `${columns.at} ${time.reason}` }
      const kind = mapping.credit_note_prefixes.some((prefix) => order_ref.startsWith(prefix)) ? 'credit_note' : 'sale'
      const value = {
        order_ref,
        kind,
        account: accountOf(sku, kind),
        sku,
        title: shortened(field(place.title)),
        quantity: quantity.value,
        unit_price: price.value,
        placed_at: time.value,
        customer: field(place.customer),
        country: field(place.country),
      } as const
      return { value }
    },
  }
}

function accountReader({ accounts }: OrderLinesMapping) {
  const ofSku = new Map(
    accounts.flatMap((rule) => ('skus' in rule ? rule.skus.map((sku) => [sku, rule.account] as const) : [])),
  )
  const prefixes = accounts.flatMap((rule) => ('sku_prefix' in rule ? [rule] : []))
  return (sku: string, kind: OrderLine['kind']): string =>
    ofSku.get(sku) ??
    prefixes.find(({ sku_prefix }) => sku.startsWith(sku_prefix))?.account ??
    (kind === 'sale' ? 'gross_sales' : 'returns')
}

const quoted = (names: string[]) => names.map((name) => `"${name}"`).join(', ')

function missingColumns(missing: string[], header: string[], delimiter: string): string {
  const other = Object.entries(DELIMITERS).find(
    ([sign]) => sign !== delimiter && header.length === 1 && header[0]?.includes(sign),
  )
  if (other)
    return `The header (line 1) is one column: the file seems to be separated by ${other[1]}s. Set "delimiter": ${JSON.stringify(other[0])} in the mapping.`
  return `The mapping names ${missing.length === 1 ? 'a column' : 'columns'} that the file does not have: ${quoted(missing)}. The header (line 1) has: ${quoted(header)}.`
}

/** Cut between characters, never within one. */
const shortened = (title: string) =>
  title.length > LONGEST_TITLE
    ? `${title
        .slice(0, LONGEST_TITLE - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`
    : title
