import { type Exact, exact } from './exact.ts'
import { datesIn, timesIn } from './dates-in-text.ts'
import { type Figure, figuresIn } from './figures.ts'
import { plainText } from './plain-text.ts'

/** A figure that a tool gave. `group` is the object it stands in, `rows` what that object is called (a store, a product, a day). */
export type Fact = {
  value: Exact
  figure: string
  kind: 'money' | 'percent' | 'ratio' | 'count'
  currency: string | undefined
  group: number
  rows: readonly string[]
  /** Which tool call gave it. */
  result: number
  /** First day of the period that it is about. */
  start: string | undefined
  /** The one day that it is about, where its row is a day. */
  day: string | undefined
  /** Set for a change from one period to another: its sign says which way. */
  isChange: boolean
}

/** Everything that may stand in an answer. */
export type Evidence = {
  facts: Fact[]
  /** How many rows each list of the results has. */
  counts: Set<number>
  /** First and last days of what is known. */
  ranges: [from: string, to: string][]
  /** Minutes of the hour of every point in time; zones differ by whole hours. */
  minutes: Set<string>
  /** All texts of the results and the question in lower case: names with digits must stand there. */
  texts: string
  /** Names with digits, the longest first. */
  names: string[]
  asked: Figure[]
  /** Figures of material that was found, and of what a tool said when it refused. */
  quoted: Figure[]
  ids: Set<string>
}

const PERCENT = /percent$|^percent/
const RATIO =
  /^(?:mer|poas|roas|break_even_roas|cac_ratio|rate|share)$|_(?:roas|ratio|rate|share|mer)$|^(?:claimed_roas|score)$/
const CARRIER = new Set(['amount', 'percent', 'value', 'closed', 'now', 'difference', 'before', 'after', 'total', 'average', 'from', 'to', 'change']) // prettier-ignore
const ROW_NAMES = new Set(['name', 'product', 'store', 'stores', 'platform', 'channel', 'part', 'sku', 'campaign', 'title', 'period', 'slug', 'day', 'date', 'label', 'category', 'weekday', 'country', 'gateway', 'order', 'start', 'figure', 'key', 'month', 'week', 'external_id']) // prettier-ignore
const IDENTITY = /^id$|_id$|^ids$|_ids$|^(?:version|external_id|zip|phone|postal_code|sku|ean|gtin|barcode)$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
const COUNTS_AS_NUMBER = /^-?\d{1,30}(?:\.\d{1,30})?$/

/**
 * What the tools gave in this turn and what the person asked, as evidence for the figures of an answer. `results` are the outputs of the
 * tools; the figures of the question may be repeated, and today is known. `quotes` are outputs whose texts may be quoted with their figures:
 * passages of documents.
 */
export function evidenceOf({
  results,
  quotes = [],
  question,
  today,
  now,
}: {
  results: readonly unknown[]
  quotes?: readonly unknown[]
  question: string
  today: string
  now: Date
}): Evidence {
  const evidence: Evidence = {
    facts: [],
    counts: new Set(),
    ranges: [[shift(today, -1), shift(today, 1)]],
    minutes: new Set([now.toISOString().slice(14, 16)]),
    texts: '',
    names: [],
    asked: [],
    quoted: [],
    ids: new Set(),
  }
  const texts: string[] = []
  let groups = 0
  for (const [at, result] of results.entries()) walk(result, { result: at, figure: '', currency: undefined, rows: [], start: undefined, day: undefined, isChange: false, depth: 0 }) // prettier-ignore

  for (const text of quotes.flatMap(textsIn)) {
    const plain = plainText(text)
    texts.push(plain)
    for (const line of plain.split('\n')) evidence.quoted.push(...figuresIn(line))
    for (const { days } of datesIn(plain)) for (const { year, month, day } of days) if (year) askedDay(year, month, day)
  }
  const asked = plainText(question)
  const names = new Set<string>()
  for (const text of texts) for (const name of namesIn(text)) names.add(name)
  texts.push(asked)
  evidence.names = [...names].sort((a, b) => b.length - a.length)
  evidence.texts = texts.join('\n').toLowerCase()
  for (const line of asked.split('\n')) evidence.asked.push(...figuresIn(line, evidence.names))
  for (const { days } of datesIn(asked)) for (const { year, month, day } of days) askedDay(year, month, day)
  for (const text of texts)
    for (const { at, length } of timesIn(text)) {
      const time = text.slice(at, at + length)
      evidence.minutes.add(/[:.](\d{2})/.exec(time)?.[1] ?? '00')
    }
  return evidence

  function askedDay(year = Number(today.slice(0, 4)), month = 0, day = 0) {
    const two = (part: number) => String(part).padStart(2, '0')
    const first = `${year}-${two(month || 1)}-${two(day || 1)}`
    const last = `${year}-${two(month || 12)}-${two(day || 31)}`
    evidence.ranges.push([first, last])
  }

  type Around = Pick<Fact, 'result' | 'figure' | 'currency' | 'rows' | 'start' | 'day' | 'isChange'> & { depth: number }
  function walk(value: unknown, around: Around) {
    if (around.depth > 12 || value === null || value === undefined) return
    if (Array.isArray(value)) {
      evidence.counts.add(value.length)
      for (const item of value) walk(item, { ...around, depth: around.depth + 1 })
      return
    }
    if (typeof value === 'object') return walkObject(value as Record<string, unknown>, around)
    addLeaf(value as string | number | boolean, { ...around, group: ++groups })
  }

  function walkObject(object: Record<string, unknown>, around: Around) {
    const entries = Object.entries(object)
    const texts = (wanted: Set<string>) =>
      entries.flatMap(([key, value]) => (wanted.has(key) && typeof value === 'string' && value ? [value.toLowerCase()] : [])) // prettier-ignore
    const [start, end] = [object['start'] ?? object['from'] ?? object['day'] ?? object['date'], object['end'] ?? object['to']] // prettier-ignore
    const from = typeof start === 'string' && DAY.test(start) ? start : undefined
    const to = typeof end === 'string' && DAY.test(end) ? end : undefined
    if (from && to) evidence.ranges.push([from, to])
    const day = object['day'] ?? object['date']
    const part = typeof object['part'] === 'string' ? object['part'] : undefined
    const inner: Around = {
      result: around.result,
      figure: part ?? around.figure,
      currency: typeof object['currency'] === 'string' ? object['currency'] : around.currency,
      rows: [...new Set([...around.rows, ...texts(ROW_NAMES)])],
      start: from ?? around.start,
      day: typeof day === 'string' && DAY.test(day) ? day : around.day,
      isChange: around.isChange || part !== undefined,
      depth: around.depth + 1,
    }
    const group = ++groups
    for (const [key, value] of entries) {
      // `{ revenue: { amount, percent } }` and `{ part: 'price', amount }` are about what stands around the amount.
      const isCarrier = CARRIER.has(key) && inner.figure !== '' && !CARRIER.has(inner.figure)
      const figure = isCarrier ? inner.figure : key
      const isChange = inner.isChange || /(?:^|_)(?:change|difference)(?:_|$)/.test(key)
      if (value !== null && typeof value === 'object') {
        const named = Array.isArray(value) || ['figures', 'comparison', 'from', 'to', 'change', 'data', 'rows'].includes(key) ? inner.figure : key // prettier-ignore
        walk(value, { ...inner, figure: named, isChange, rows: /^[a-z_]+$/.test(key) ? inner.rows : [...inner.rows, key.toLowerCase()] }) // prettier-ignore
      } else if (value !== null && value !== undefined)
        addLeaf(value as string | number | boolean, { ...inner, figure, group, isChange, key })
    }
  }

  function addLeaf(
    value: string | number | boolean,
    { key = '', ...around }: Omit<Around, 'depth'> & { group: number; key?: string },
  ) {
    // prettier-ignore
    if (typeof value === 'boolean') return
    if (IDENTITY.test(key)) {
      evidence.ids.add(String(value))
      if (typeof value === 'string') texts.push(plainText(value))
      return
    }
    const text = String(value)
    const number = COUNTS_AS_NUMBER.test(text) ? exact(text) : undefined
    if (number) {
      evidence.facts.push({ value: number, kind: kindOf(around.figure, key, value), ...around })
      return
    }
    if (typeof value !== 'string') return
    if (DAY.test(value)) evidence.ranges.push([value, value])
    const time = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:(\d{2})/.exec(value)
    if (time) {
      evidence.ranges.push([shift(time[1]!, -1), shift(time[1]!, 1)])
      evidence.minutes.add(time[2]!)
    }
    texts.push(plainText(value))
  }
}

const COUNT =
  /^(?:orders|units|units_\w+|days|\w+_days|quantity|entries|rows|count|\w+_count|stock|customers|first_orders|lines|line_no|clicks|impressions)$/
const MONEY =
  /sales|revenue|cost|cogs|cm[123]|profit|fees|spend|discount|income|tips|tax|aov|cac|amount|claimed|refunded|price|effect|forecast|low|high|so_far|expected/

const textsIn = (value: unknown): string[] =>
  typeof value === 'string' || typeof value === 'number'
    ? [String(value)]
    : value && typeof value === 'object'
      ? Object.values(value).flatMap(textsIn)
      : []

/** By the name of the figure; where it says nothing, a whole JSON number counts something and a decimal text is an amount. */
function kindOf(figure: string, key: string, value: string | number): Fact['kind'] {
  if (PERCENT.test(key) || PERCENT.test(figure)) return 'percent'
  if (RATIO.test(figure)) return 'ratio'
  if (COUNT.test(figure)) return 'count'
  if (MONEY.test(figure)) return 'money'
  return typeof value === 'number' && Number.isInteger(value) ? 'count' : 'money'
}

function shift(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/**
 * Names with digits of a text of the data: all of a short one, and a word with the number beside it ("iPhone 15"). Prose gives none, so
 * that a note such as "profit is 99999" proves nothing; neither does a word that names a figure.
 */
function namesIn(text: string): string[] {
  if (text.length > 90 || !/\d/.test(text) || !/\p{L}/u.test(text)) return []
  const tokens = [...text.matchAll(/[\p{L}\d][\p{L}\d.,'/-]*[\p{L}\d]|[\p{L}\d]/gu)].map(([token]) => token)
  if (tokens.length > 8) return []
  const isNumber = (token: string) => /^\d[\d.,']*$/.test(token)
  const pairs = tokens.flatMap((token, at) => {
    const next = tokens[at + 1]
    if (next === undefined || isNumber(token) === isNumber(next)) return []
    const pair = `${token} ${next}`
    return text.includes(pair) ? [pair] : []
  })
  const usable = [text.trim(), ...pairs.filter((pair) => !LITTLE_WORD.test(pair))]
  return usable.filter((name) => name.length >= 3 && !AMOUNT_IN_NAME.test(name))
}
const AMOUNT_IN_NAME =
  /profit|revenue|sales|loss|cost|spend|margin|turnover|winst|omzet|verlies|kosten|marge|gewinn|umsatz|verlust|orders?\b|bestell|units?\b|€|\$|£|%|\b(?:euros?|eur|usd|gbp|dollars?|percent|procent|prozent)\b/iu
const LITTLE_WORD =
  /\b(?:was|were|is|are|of|the|to|by|and|or|in|at|over|about|for|with|van|de|het|een|en|op|met|voor|naar|ist|war|von|und|um|auf|die|der|das|top|up|down|we|it)\b/iu
