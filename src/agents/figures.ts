import { type Exact, exact, GAP, type Reading, times } from './exact.ts'
import { datesIn, type DayPattern, timesIn } from './dates-in-text.ts'
import {
  ABOUT,
  CENTS,
  COUNTED,
  CURRENCY_WORDS,
  DOWN,
  GLUED_MULTIPLIERS,
  HARMLESS,
  MULTIPLES,
  MULTIPLIERS,
  OVER,
  PERCENT,
  POINTS,
  TIMES,
  UNDER,
  UP,
  VAGUE,
} from './figure-words.ts'
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

const VERSION = /(?<![\p{L}\d])v\d+(?:\.\d+)*(?![\p{L}\d])|(?<![\d.])\d+\.\d+\.\d+(?:\.\d+)*-[\p{L}\d.]+/giu
const words = (pattern: string, flags = 'iu') => new RegExp(pattern, flags)
const CURRENCY = CURRENCY_WORDS.map(([pattern]) => pattern).join('|')
const URL = /(?:https?:\/\/|www\.)[^\s<>"')\]]+|[\w.+-]+@[\w-]+\.[\w.-]+/giu
const BECAME =
  /^(?:halv|halveer|gehalveer|halbier|doubl(?:ed|es|ing)|verdubbel|verdopp|tripl(?:ed|es)|verdrie|verdrei|quadrupl|vervier|vertien|verzehn)/iu
const HASHED = /#[\p{L}\d][\p{L}\d_/-]*/gu
const ALWAYS_KNOWN = /^(?:cm[1-3]|db[1-3]|[bdpc]2[bcp]|24\/7|50\/50|mp[34]|utf-?8|h[12]|b2b|covid-?19|top-?\d{1,2})$/iu
/** The steps of the ladder by their long names, where what follows is not an amount of 1, 2 or 3: "Deckungsbeitrag 2 betrug …". */
const LADDER_STEP =
  /(?<=(?<![\p{L}\d])(?:contribution(?: margin)?|deckungsbeitrag|cm|db) )[1-3](?=:| (?:was|were|is|of|came|for|in|betrug|beträgt|lag|liegt|ist|war|von|im|für|bedroeg|bedraagt|van|rose|fell|stieg|sank|steeg|daalde)(?!\p{L}))/giu
const GLUED_SUFFIX = words(
  `^(?:${Object.keys(GLUED_MULTIPLIERS).join('|')}|x|st|nd|rd|th|e|eur|usd|gbp|jpy|chf|pp|pct|h|d|u|ste|de|%)$`,
)
const NUMBER = /\d(?:[\d.,'_]|(?<=\d) (?=\d{3}(?!\d)))*\d|\d/gu
const CURRENCY_BEFORE = words(`(?<![\\p{L}\\d])(${CURRENCY})\\s?$`)
const CENTS_OF = /(?:euros?|eur|dollars?|pounds?|pond|pfund) (?:and|en|und) (?=\d{1,2} (?:cents?|pence))/giu
const HAN = /[〇一二三四五六七八九十百千万億亿]{1,12}/gu
const NOT_AN_ADJECTIVE =
  'in|on|of|from|for|at|with|and|or|to|the|per|a|an|is|was|were|than|by|as|op|van|uit|voor|met|en|bij|per|de|het|een|bei|von|aus|für|mit|und|oder|auf|im|als|profit|revenue|sales|winst|omzet|gewinn|umsatz|euros?|minus|plus'
const COUNTED_AFTER = COUNTED.map(
  ([pattern, keys]) =>
    [
      words(`^[ -](?:(?!(?:${NOT_AN_ADJECTIVE})\\b)\\p{L}[\\p{L}-]* ){0,2}?(?:${pattern})(?![\\p{L}-])`),
      keys ?? 'rows',
    ] as const,
)
const HARMLESS_AFTER = words(`^ (?:(?!(?:${NOT_AN_ADJECTIVE})\\b)\\p{L}+ )?(?:${HARMLESS})(?!\\p{L})`)
const before = (pattern: string) =>
  words(`(?<![\\p{L}\\d])(?:${pattern})\\s?(?:(?:a|the|de|het|een|die|der|den|an|by|with|met|um|to|naar|auf)\\s)?$`)
const [ABOUT_BEFORE, OVER_BEFORE, UNDER_BEFORE] = [before(ABOUT), before(OVER), before(UNDER)]
const MULTIPLIER_AFTER = MULTIPLIERS.map(
  ([pattern, power]) => [words(`^[ -]?(?:${pattern})(?![\\p{L}])`), power] as const,
)
const CHANGED_BEFORE = [
  [
    'up',
    words(
      `(?<!\\p{L})(?:${UP})(?: (?:by|with|met|um|an|about|of|van|von|ongeveer|rund|etwa|only|just|another|nog|nur)){0,2} ?[€$£]?$`,
    ),
  ],
  [
    'down',
    words(
      `(?<!\\p{L})(?:${DOWN})(?: (?:by|with|met|um|an|about|of|van|von|ongeveer|rund|etwa|only|just|another|nog|nur)){0,2} ?[€$£]?$`,
    ),
  ],
] as const
const AFTER_CHANGE = [
  [
    'up',
    words('^ ?(?:more|higher|up|better|meer|hoger|omhoog|gestegen|mehr|höher|gestiegen|above|boven|über)(?!\\p{L})'),
  ],
  [
    'down',
    words(
      '^ ?(?:less|lower|down|fewer|worse|minder|lager|omlaag|gedaald|weniger|niedriger|gesunken|below|under|onder|unter)(?!\\p{L})',
    ),
  ],
] as const
const MINUS_BEFORE =
  /(?<![\p{L}\d])(?:minus|negative|negatief|negativ|min|loss of|verlies van|verlust von|deficit of) (?:€ ?|\$ ?|£ ?)?$/iu
const ID_BEFORE =
  /(?<!\p{L})(?:order|bestelling|bestellung|sku|id|invoice|factuur|rechnung|receipt|nr\.?|no\.?|number|nummer|conversation|product|produkt|artikel|bon)(?: (?:no\.?|nr\.?|number|nummer|id))? ?:? ?$/iu
const TOP_BEFORE =
  /(?<!\p{L})(?:top|best|worst|bottom|first|last|beste[nr]?|slechtste|eerste|laatste|ersten?|letzten?|schlechtesten?)[ -]?$/iu

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
