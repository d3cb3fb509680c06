import { GAP, type Reading } from './exact.ts'

/** What a date names; a part that is missing is left open. */
export type DayPattern = { year?: number; month?: number; day?: number; week?: number; quarter?: number; half?: number }
type Found = { at: number; length: number; days: DayPattern[]; readings: Reading[] }

const MONTHS = [
  'jan(?:uary|uari|uar|\\.)?', 'feb(?:ruary|ruari|ruar|\\.)?', 'mar(?:ch|\\.)?|maart|mrt\\.?|märz|mär\\.?', 'apr(?:il|\\.)?', 'may|mei|mai',
  'jun(?:e|i|\\.)?', 'jul(?:y|i|\\.)?', 'aug(?:ust|ustus|\\.)?', 'sep(?:t|tember|\\.)?', 'oct(?:ober|\\.)?|okt(?:ober|\\.)?',
  'nov(?:ember|\\.)?', 'dec(?:ember|\\.)?|dez(?:ember|\\.)?',
] // prettier-ignore
const MONTH = `(?:${MONTHS.map((names) => `(?:${names})`).join('|')})`
const monthOf = (text: string) => MONTHS.findIndex((names) => new RegExp(`^(?:${names})$`, 'iu').test(text)) + 1
const ORDINAL = '(?:st|nd|rd|th|e|ste|de|\\.)?'
const TO = '(?:-|to|t/m|tot(?: en met)?|bis(?: zum)?|until|till|through|and|en|und|,|&|\\.\\.|/)'
const D = '(\\d{1,2})'
const Y = "(?:,? (\\d{4})|,? '(\\d{2}))?"

const PATTERNS: [RegExp, (match: RegExpExecArray) => DayPattern[] | undefined][] = [
  [/(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)/giu, ([, y, m, d]) => [{ year: +y!, month: +m!, day: +d! }]],
  [/(?<![\d-])(\d{4})-(0[1-9]|1[0-2])(?![\d-])/giu, ([, y, m]) => [{ year: +y!, month: +m! }]],
  [new RegExp(`(?<![\\d.,])${D}${ORDINAL}(?: ?${TO} ?${D}${ORDINAL})?(?: of| de)? ?(${MONTH})(?!\\p{L})${Y}`, 'giu'), ([, a, b, month, y, yy]) => ofMonth(month!, [a, b], y ?? yy)],
  [new RegExp(`(?<!\\p{L})(${MONTH}) (?:the )?${D}(?!\\d|[.,]\\d)${ORDINAL}(?: ?${TO} ?(?:the )?${D}(?!\\d|[.,]\\d)${ORDINAL}(?! ?(?:orders|units|stuks)))?${Y}(?![\\d%]| ?(?:%|percent|euro|orders|k\\b))`, 'giu'), ([, month, a, b, y, yy]) => ofMonth(month!, [a, b], y ?? yy)],
  [new RegExp(`(?<!\\p{L})(${MONTH})(?:,? (\\d{4})| '(\\d{2}))(?![\\d.,]\\d|\\d)`, 'giu'), ([, month, y, yy]) => ofMonth(month!, [], y ?? yy)],
  [/(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/]|[.,]\d)/giu, ([, a, , b, y]) => numeric(+a!, +b!, y)],
  [/(?<![\d.,/])(\d{1,2})\/(\d{1,2})(?![\d/]|[.,]\d)/giu, ([, a, b]) => numeric(+a!, +b!)],
  [/(?<=(?:am|vom|bis|zum|den|dem|ab|seit) )(\d{1,2})\.(\d{1,2})\.(?=\s|$)/giu, ([, a, b]) => numeric(+a!, +b!)],
  [/(?<![\p{L}\d])Q([1-4])(?: ?(\d{4})|'(\d{2}))?(?!\d|[\p{L}])/giu, ([, quarter, y, yy]) => [{ quarter: +quarter!, ...yearOf(y ?? yy) }]],
  [/(?<![\p{L}\d])(?:week|wk|kw|kalenderwoche|w) ?(\d{1,2})(?!\d|[.,]\d|\p{L})/giu, ([, week]) => [{ week: +week! }]],
  [/(?<![\d.,])(\d{1,2})(?:st|nd|rd|th)(?![\p{L}\d])/giu, ([, day]) => [{ day: +day! }]],
  [/(?<=(?:op de|de|am|den|dem|der) )(\d{1,2})(?:e|ste|de|\.)(?=[\s,;!?]|$)/giu, ([, day]) => [{ day: +day! }]],
] // prettier-ignore

const yearOf = (text: string | undefined) =>
  text === undefined ? {} : { year: text.length === 2 ? 2000 + Number(text) : Number(text) }
const ofMonth = (name: string, days: (string | undefined)[], year: string | undefined): DayPattern[] => {
  const base = { month: monthOf(name), ...yearOf(year) }
  const given = days.flatMap((day) => (day === undefined ? [] : [{ ...base, day: Number(day) }]))
  return given.length > 0 ? given : [base]
}
function numeric(a: number, b: number, year?: string): DayPattern[] | undefined {
  const [day, month] = b <= 12 ? [a, b] : [b, a]
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? [{ day, month, ...yearOf(year) }] : undefined
}

/** The dates that stand in a text, in order; what an earlier rule took no later one sees. */
export function datesIn(text: string): Found[] {
  let rest = text
  const found: Found[] = []
  for (const [pattern, days] of PATTERNS)
    for (const match of rest.matchAll(pattern)) {
      const patterns = days(match)
      if (!patterns) continue
      const length = match[0].length
      const fraction = /^(\d{1,2})\/(\d{1,2})$/.exec(match[0])
      const value = fraction && Number(fraction[2]) > 0 ? { n: BigInt(fraction[1]!), d: BigInt(fraction[2]!) } : undefined // prettier-ignore
      found.push({
        at: match.index,
        length,
        days: patterns,
        readings: value ? [{ value, step: value, digits: 0 }] : [],
      })
      rest = rest.slice(0, match.index) + GAP.repeat(length) + rest.slice(match.index + length)
    }
  return found
}

const TIME =
  /(?<![\d.,:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?: ?(?:am|pm|a\.m\.|p\.m\.|uur|uhr|utc|cest|cet|h))?(?![\d:]|[.,]\d)|(?<![\d.,:])(?:[01]?\d|2[0-4])(?:\.[0-5]\d)? ?(?:am|pm|a\.m\.|p\.m\.|uur|uhr|o'clock)(?!\p{L})/giu

/** Times of the day that stand in a text. */
export const timesIn = (text: string): { at: number; length: number }[] =>
  [...text.matchAll(TIME)].map(({ 0: time, index }) => ({ at: index, length: time.length }))
