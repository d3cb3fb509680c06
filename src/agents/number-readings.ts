import { exact, type Reading } from './exact.ts'

/** All that a number with separators may mean; nothing for what is no number, such as 1.2.3. */
export function readingsOf(raw: string): Reading[] {
  const text = raw.replace(/(?<=\d)[ '_](?=\d{3}(?!\d))/g, '')
  if (/[ '_]/.test(text)) return []
  const separators = text.replace(/\d/g, '')
  const readings: (string | undefined)[] = []
  if (separators === '') readings.push(text)
  else if (separators.length === 1) {
    const [head = '', tail = ''] = text.split(separators)
    readings.push(`${head}.${tail}`)
    if (tail.length === 3 && head.length <= 3 && text === raw && !head.startsWith('0')) readings.push(head + tail)
  } else {
    const last = separators.at(-1)!
    const others = separators.slice(0, -1)
    const grouping = others[0]!
    if (others.replaceAll(grouping, '') !== '') return []
    const isDecimal = last !== grouping
    const head = isDecimal ? text.slice(0, text.lastIndexOf(last)) : text
    const groups = head.split(grouping)
    const inThrees = groups.slice(1).every((group) => group.length === 3)
    const inTwos = groups.slice(1, -1).every((group) => group.length === 2) && groups.at(-1)?.length === 3
    if (!(inThrees || inTwos) || groups[0]!.length > 3 || groups[0] === '') return []
    readings.push(groups.join('') + (isDecimal ? `.${text.slice(text.lastIndexOf(last) + 1)}` : ''))
  }
  return readings.flatMap((decimal) => {
    const value = decimal === undefined ? undefined : exact(decimal)
    if (!value || decimal === undefined) return []
    const [units = '', decimals = ''] = decimal.split('.')
    const significant = (units + decimals).replace(/^0+/, '')
    return [{ value, step: { n: 1n, d: 10n ** BigInt(decimals.length) }, digits: decimals ? significant.length : significant.replace(/0+$/, '').length }] // prettier-ignore
  })
}
