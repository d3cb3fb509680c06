import type { Case, Input, Language } from './golden-set.ts'
import { daysOf } from './periods.ts'
import type { Value } from './values.ts'

/** What a call leaves out, as the tools take it. */
const DEFAULTS: Input = { by: 'cm3', order: 'highest', grain: 'day' }
/** May differ without the answer being another. */
const FREE = new Set(['period', 'from', 'to', 'count', 'compare_with', 'figures', 'kinds', 'figure', 'at'])

/** Whether a call asks for what was to be asked: same days, however they are named, and the same of everything else that matters. */
export function isSameInput(wanted: Input, given: Input): boolean {
  const [days, told] = [daysOf(wanted), daysOf(given)]
  if (days.from !== told.from || days.to !== told.to) return false
  const holds = (key: string) =>
    !Array.isArray(wanted[key]) ||
    !Array.isArray(given[key]) ||
    wanted[key].every((one) => (given[key] as unknown[]).includes(one))
  if (!holds('figures') || !holds('kinds')) return false
  const keys = new Set([...Object.keys(wanted), ...Object.keys(given)])
  return [...keys].every((key) => FREE.has(key) || (wanted[key] ?? DEFAULTS[key]) === (given[key] ?? DEFAULTS[key]))
}

/** Whether a text states the value, in the ways of the language or as the tools write it, to the cent or rounded to what it shows. */
export function states(text: string, { units, decimals, name }: Value, language: Language): boolean {
  if (name && !text.toLowerCase().includes(name.toLowerCase())) return false
  const wanted = units < 0n ? -units : units
  const points = language === 'en' ? ['.'] : [',', '.']
  return [...text.matchAll(/\d(?:[\d.,’']|[  ](?=\d{3}(?!\d)))*/gu)].some(([raw]) =>
    points.some((point) => {
      const parts = raw
        .replace(/[.,’']+$/, '')
        .replace(/[  ’']/gu, '')
        .split(point)
      const [whole = '', fraction = ''] = [parts[0]?.replaceAll(/[.,]/g, ''), parts[1]]
      if (parts.length > 2 || !/^\d*$/.test(fraction) || fraction.length > decimals) return false
      const step = 10n ** BigInt(decimals - fraction.length)
      return BigInt(whole + fraction) === (wanted + step / 2n) / step
    }),
  )
}

export type Call = { tool: string; input: Input }

/** How an answer did: the right tool, with the right arguments, and the value in the text. */
export function judged(
  one: Case,
  value: Value,
  { calls, text }: { calls: Call[]; text: string },
  inputOf: (input: Input) => Input,
) {
  const rightCalls = [{ tool: one.tool, input: one.input }, ...one.or]
  return {
    tool: calls.some(({ tool }) => rightCalls.some((right) => right.tool === tool)),
    arguments: calls.some((call) =>
      rightCalls.some((right) => right.tool === call.tool && isSameInput(inputOf(right.input), call.input)),
    ),
    value: states(text, value, one.language),
  }
}
