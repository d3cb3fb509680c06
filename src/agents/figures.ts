import { datesIn, type DayPattern, timesIn } from './dates-in-text.ts'
import { type Exact, GAP, type Reading, times } from './exact.ts'
import {
  ABOUT_BEFORE,
  AFTER_CHANGE,
  ALWAYS_KNOWN,
  BECAME,
  CENTS_OF,
  CHANGED_BEFORE,
  COUNTED_AFTER,
  CURRENCY,
  CURRENCY_BEFORE,
  GLUED_SUFFIX,
  HAN,
  HARMLESS_AFTER,
  HASHED,
  ID_BEFORE,
  LADDER_STEP,
  MINUS_BEFORE,
  MULTIPLIER_AFTER,
  NUMBER,
  OVER_BEFORE,
  TOP_BEFORE,
  UNDER_BEFORE,
  URL,
  VERSION,
  words,
} from './figure-patterns.ts'
import { CENTS, CURRENCY_WORDS, GLUED_MULTIPLIERS, MULTIPLES, PERCENT, POINTS, TIMES, VAGUE } from './figure-words.ts'
import { readingsOf } from './number-readings.ts'
import { numberWords } from './number-words.ts'

/**
 * A figure as it stands in a text. `name` is something with digits that is no amount (an order number, a product, an address) and must be
 * known word for word; `range` is a claim such as "hundreds", `days` the days that a date may be.
 */
export type Figure = {
  text: string
  at: number
  end: number
  kind: 'money' | 'percent' | 'points' | 'times' | 'plain' | 'range' | 'date' | 'time' | 'name'
  /** Several where the separators leave it open: 1.234 */
  readings: Reading[]
  /** For money: the currencies that its sign may stand for. Empty: any. */
  currencies: string[]
  /** What is counted; `rows` is a count of rows of a result. */
  counted?: RegExp | 'rows' | 'top'
  sign: '-' | '+' | '()' | ''
  near: 'exact' | 'about' | 'over' | 'under'
  direction?: 'up' | 'down' | undefined
  days?: DayPattern[]
  range?: [low: number, high: number]
  /** "Doubled": later against earlier, never a part of something. */
  became?: true
}

/**
 * Every figure of one sentence of plain text (see `plainText`), in order. `known` are words with digits that are no figures here: names
 * from the data. Text that two rules could take belongs to the first: addresses, dates, times, names, numbers, words.
 */
export function figuresIn(sentence: string, known: readonly string[] = []): Figure[] {
  let rest = sentence
  const found: Figure[] = []
  const take = (at: number, length: number, figure?: Partial<Figure> & Pick<Figure, 'kind'>) => {
    if (figure) found.push({ text: sentence.slice(at, at + length), at, end: at + length, readings: [], currencies: [], sign: '', near: 'exact', ...figure }) // prettier-ignore
    rest = rest.slice(0, at) + GAP.repeat(length) + rest.slice(at + length)
  }
  const lower = () => rest.toLowerCase()
  /** Matches in what nobody took, also not while they are gone through. */
  function* matches(pattern: RegExp) {
    for (const match of rest.matchAll(pattern)) if (rest.startsWith(match[0], match.index)) yield match
  }

  for (const name of known) {
    const wanted = name.toLowerCase()
    for (let at = lower().indexOf(wanted); at >= 0; at = lower().indexOf(wanted, at + 1)) {
      const around = `${rest[at - 1] ?? ' '}${rest[at + wanted.length] ?? ' '}`
      if (
        lower().length === rest.length &&
        !/[\p{L}\d]/u.test(around) &&
        !/^[.,]?\d/.test(rest.slice(at + wanted.length))
      )
        take(at, wanted.length)
    }
  }
  for (const { 0: text, index } of matches(URL)) take(index, text.length, { kind: 'name' })
  const numbered = /^\s*(?:[-*•]\s*)?(\d{1,2})[.)](?=\s+\S)/u.exec(rest)
  if (numbered) take(0, numbered[0].length, { kind: 'name', text: `${numbered[1]}.` })
  for (const { at, length, days, readings } of datesIn(rest)) take(at, length, { kind: 'date', days, readings })
  for (const { at, length } of timesIn(rest)) take(at, length, { kind: 'time' })
  for (const { 0: text, index } of matches(VERSION)) take(index, text.length, { kind: 'name' })
  for (const { 0: text, index } of matches(LADDER_STEP)) take(index, text.length, undefined)
  for (const { 0: text, index } of matches(HASHED)) if (/\d/.test(text)) take(index, text.length, { kind: 'name' })
  for (const { 0: text, index } of matches(/[\p{L}\d_]+(?:[-/][\p{L}\d_]+)*/gu)) {
    if (!isName(text)) continue
    take(index, text.length, ALWAYS_KNOWN.test(text) ? undefined : { kind: 'name' })
  }
  for (const { 0: text, 1: units = '0', 2: n = '', 3: d = '', index } of matches(
    /(?:(\d{1,6}) {1,2})?(\d{1,2})⁄(\d{1,2})/gu,
  )) {
    const value = { n: BigInt(units) * BigInt(d) + BigInt(n), d: BigInt(d) || 1n }
    take(index, text.length, { kind: 'times', readings: [{ value, step: value, digits: 0 }] })
  }
  /** "… euros and 89 cents": belongs to the amount before, which may be in words. */
  const cents = new Set([...rest.matchAll(CENTS_OF)].map(({ index, 0: text }) => index + text.length))
  for (const { 0: raw, index } of matches(NUMBER)) {
    if (cents.has(index)) continue
    const readings = readingsOf(raw)
    if (readings.length === 0) take(index, raw.length, { kind: 'name' })
    else figure(index, raw.length, readings)
  }
  for (const [pattern, n, d] of MULTIPLES)
    for (const { 0: text, index } of matches(words(`(?<![\\p{L}\\d])(?:${pattern})(?!\\p{L})`, 'giu'))) {
      if (/^half|helft|hälfte/.test(text.toLowerCase()) && /(?:first|second|other|latter|this|last|eerste|tweede|ersten?|zweiten?|anderen?)\s$/iu.test(rest.slice(0, index))) continue // prettier-ignore
      if (/^half/i.test(text) && /^\s?(?:year|an hour|hour|day|time|way|jaar|jahr)/iu.test(rest.slice(index + text.length))) continue // prettier-ignore
      const value = { n: BigInt(n), d: BigInt(d) }
      const became = BECAME.test(text) && { became: true as const }
      take(index, text.length, { kind: 'times', readings: [{ value, step: value, digits: 0 }], near: nearness(rest.slice(0, index)), ...became }) // prettier-ignore
    }
  for (const [pattern, low, high] of VAGUE)
    for (const { 0: text, index } of matches(words(`(?<![\\p{L}\\d])(?:${pattern})(?!\\p{L})`, 'giu')))
      take(index, text.length, { kind: 'range', range: [low, high] })
  for (const { at, end, value, words: spoken } of numberWords(lower())) {
    const isOne = spoken.length === 1 && ['one', 'één', 'eén', 'eins'].includes(spoken[0]!)
    const isDutchTo = spoken.length === 1 && spoken[0] === 'ten' && /^ (?:opzichte|minste|slotte|eerste|tweede|koste|gunste|onrechte|tijde|gevolge|behoeve)/.test(lower().slice(end)) // prettier-ignore
    if (isDutchTo || (isOne && !isAmountAfter(rest.slice(end)))) continue
    figure(at, end - at, readingsOf(String(value)))
  }
  for (const { 0: raw, index } of matches(NUMBER)) figure(index, raw.length, readingsOf(raw))
  for (const { 0: text, index } of matches(HAN)) take(index, text.length, { kind: 'name' })
  return found.sort((a, b) => a.at - b.at)

  /** A number with what stands before and after it. */
  function figure(start: number, length: number, readings: Reading[]) {
    let at = start
    let end = start + length
    let head = rest.slice(0, at)
    let tail = rest.slice(end)
    const eat = (match: RegExpExecArray | null | undefined) => {
      if (!match) return false
      end += match[0].length
      tail = tail.slice(match[0].length)
      return true
    }
    let kind: Figure['kind'] = 'plain'
    let currencies: string[] = []
    let power = 0
    const before = CURRENCY_BEFORE.exec(head.replace(/[-+]$/, ''))
    if (
      before &&
      (before[1]!.length > 1 ? /[\p{L}$]/u.test(before[1]!) : true) &&
      !/^(?:kr|eur|usd)\s\s/iu.test(before[0])
    ) {
      kind = 'money'
      currencies = codesOf(before[1]!)
      at = head.replace(/[-+]$/, '').length - before[0].length
      if (/[-+]$/.test(head)) head = `${rest.slice(0, at)}${head.at(-1)}`
      else head = rest.slice(0, at)
    }
    const sign = /(?:^|[\s(:,;"'=€$£¥])([-+])$/u.exec(head)?.[1]
    const spoken = sign ? null : MINUS_BEFORE.exec(head)
    if (sign || spoken) at = Math.min(at, head.length - (spoken?.[0].length ?? 1))
    const glued = /^\p{L}+/u.exec(tail)
    if (glued && glued[0].toLowerCase() in GLUED_MULTIPLIERS) {
      power = GLUED_MULTIPLIERS[glued[0].toLowerCase()]!
      eat(glued)
    } else {
      for (const [pattern, of] of MULTIPLIER_AFTER) if (eat(pattern.exec(tail))) power += of
    }
    if (kind === 'plain') {
      const unit = (pattern: string) => eat(words(`^[ -]?(?:${pattern})(?!\\p{L})`).exec(tail))
      const currency = words(`^ ?(${CURRENCY})(?!\\p{L})`).exec(tail)
      if (unit(POINTS)) kind = 'points'
      else if (unit(PERCENT)) kind = 'percent'
      else if (unit(TIMES)) kind = 'times'
      else if (currency) {
        eat(currency)
        kind = 'money'
        currencies = codesOf(currency[1]!)
      } else if (unit(CENTS)) {
        kind = 'money'
        power -= 2
      }
    }
    const scaled = power === 0 ? readings : readings.map((reading) => shifted(reading, power))
    const together = kind === 'money' && power === 0 ? /^ (?:and|en|und) (\d{1,2}) ?(?:cents?|cent|pence)(?!\p{L})/iu.exec(tail) : null // prettier-ignore
    if (together && eat(together)) {
      const cents = { n: BigInt(together[1]!), d: 100n }
      for (const reading of scaled) Object.assign(reading, { value: { n: reading.value.n * 100n + cents.n * reading.value.d, d: reading.value.d * 100n }, step: { n: 1n, d: 100n }, digits: reading.digits + 2 }) // prettier-ignore
    }
    const lead = head.slice(0, head.length - (spoken?.[0].length ?? (sign ? 1 : 0)))
    const counted = kind === 'plain' ? COUNTED_AFTER.find(([pattern]) => pattern.test(tail))?.[1] : undefined
    if (
      kind === 'plain' &&
      power === 0 &&
      !sign &&
      !counted &&
      ID_BEFORE.test(head) &&
      /^\d+$/.test(rest.slice(start, start + length))
    )
      return take(at, end - at, { kind: 'name' })
    const small = scaled.some(({ value }) => value.n <= 12n * value.d)
    if (kind === 'plain' && small && HARMLESS_AFTER.test(tail)) return take(at, end - at)
    const enclosed = lead.endsWith('(') && tail.startsWith(')')
    const isTop = kind === 'plain' && small && TOP_BEFORE.test(lead)
    const plainCount = isTop && counted === undefined ? 'top' : isTop && counted === 'rows' ? 'top' : counted
    take(at, end - at, {
      kind,
      readings: scaled,
      currencies,
      sign: spoken || sign === '-' ? '-' : sign === '+' ? '+' : enclosed ? '()' : '',
      near: nearness(lead),
      direction: CHANGED_BEFORE.find(([, pattern]) => pattern.test(lead))?.[0] ?? AFTER_CHANGE.find(([, pattern]) => pattern.test(tail))?.[0], // prettier-ignore
      ...(plainCount && { counted: plainCount }),
    })
  }
}

const nearness = (head: string): Figure['near'] =>
  ABOUT_BEFORE.test(head) ? 'about' : OVER_BEFORE.test(head) ? 'over' : UNDER_BEFORE.test(head) ? 'under' : 'exact'

const codesOf = (text: string): string[] => {
  for (const [pattern, codes] of CURRENCY_WORDS) if (words(`^(?:${pattern})$`).test(text)) return codes
  return []
}

const isAmountAfter = (tail: string) =>
  words(`^ (?:${PERCENT}|${CURRENCY}|${CENTS}|times|keer|maal)(?!\\p{L})`).test(tail) ||
  MULTIPLIER_AFTER.some(([pattern]) => pattern.test(tail)) ||
  COUNTED_AFTER.some(([pattern]) => pattern.test(tail))

/** A word with letters and digits that is not a number with its unit: `OAK-2`, `2XL`, but not `12k` or `EUR5`. */
function isName(token: string): boolean {
  if (!/\d/.test(token) || !/\p{L}/u.test(token)) return false
  const [, glued] = /^[\d_]+(\p{L}+)$/u.exec(token) ?? []
  if (glued) return !GLUED_SUFFIX.test(glued)
  if (/^(?:eur|usd|gbp|jpy|chf)\d+\p{L}?$/iu.test(token)) return false
  const [, amount, noun] = /^(\d+)-(\p{L}+)$/u.exec(token) ?? []
  if (amount && noun) return false
  return true
}

const shifted = ({ value, step, digits }: Reading, power: number): Reading => {
  const factor: Exact = power < 0 ? { n: 1n, d: 10n ** BigInt(-power) } : { n: 10n ** BigInt(power), d: 1n }
  return { value: times(value, factor), step: times(step, factor), digits }
}
