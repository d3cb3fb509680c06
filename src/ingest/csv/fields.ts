import type { OrderLinesMapping } from './mapping.ts'

/** What a field says, or why it says nothing that can be booked. */
export type Field<T> = { value: T } | { reason: string }

/** Far above any order, and far below what the sums of a day can hold. */
const LARGEST_QUANTITY = 10_000_000

/** A quantity: whole, not 0, at most ten million either way. */
export function quantityOf(text: string): Field<number> {
  if (!/^[+-]?\d+(\.0+)?$/.test(text)) return { reason: `"${clipped(text)}" is not a whole number` }
  const value = Number(text)
  if (value === 0) return { reason: 'is 0' }
  if (Math.abs(value) > LARGEST_QUANTITY) return { reason: `"${clipped(text)}" is more than ten million` }
  return { value }
}

/** Reads amounts into plain decimal text: up to 12 digits before the decimal sign, 6 after it. */
export function amountReader({ decimal, thousands }: Pick<OrderLinesMapping, 'decimal' | 'thousands'>) {
  const example = `1234${decimal}50`
  const spaces = thousands === ' '
  const separator = thousands && (spaces ? '[ \u00A0\u202F]' : `\\${thousands}`)
  const separators = separator && new RegExp(separator, 'g')
  const shape = new RegExp(
    `^[+-]?(\\d{1,12}${separator ? `|\\d{1,3}(${separator}\\d{3}){1,3}` : ''})(\\${decimal}\\d{1,6})?$`,
  )
  return (text: string): Field<string> => {
    if (!shape.test(text)) {
      const grouped = /^[+-]?\d{1,3}([,.'\s]\d{3})+([.,]\d+)?$/.test(text) && !thousands
      const remedy = grouped
        ? `has thousands separators; write ${example}, or name them as "thousands" in the mapping`
        : `is not an amount such as ${example}`
      return { reason: `"${clipped(text)}" ${remedy}` }
    }
    const plain = separators ? text.replaceAll(separators, '') : text
    return { value: plain.replace(decimal, '.').replace('+', '') }
  }
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * Reads times, the year first: any other order is ambiguous. A time with an offset becomes UTC and ends in Z; one without stays a time
 * of the store's zone. Times of one kind sort as text.
 */
export function timeReader() {
  let last = ''
  let said: Field<string> = { reason: 'is empty' }
  return (text: string): Field<string> => {
    if (text !== last) said = timeOf(text)
    last = text
    return said
  }
}

function timeOf(text: string): Field<string> {
  if (!text) return { reason: 'is empty' }
  const parts = TIME.exec(text)
  if (!parts) return { reason: `"${clipped(text)}" is not a time such as 2026-04-13 09:30:00` }
  const [, day = '', clock = '00:00:00', offset] = parts
  const utc = new Date(`${day}T${clock.slice(0, 12)}Z`)
  const exists =
    !Number.isNaN(utc.getTime()) && utc.toISOString().startsWith(day) && day >= '1990-01-01' && day < '2100-01-01'
  if (!exists) return { reason: `"${text}" does not exist in the calendar` }
  if (!offset || offset === 'Z') return { value: `${day} ${clock}${offset ?? ''}` }
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  if (minutes > 14 * 60 || Number(offset.slice(-2)) > 59)
    return { reason: `"${text}" has no offset from UTC that exists` }
  const moment = new Date(utc.getTime() - minutes * 60_000 * (offset.startsWith('-') ? -1 : 1))
  return { value: moment.toISOString().replace('T', ' ') }
}

export const clipped = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
