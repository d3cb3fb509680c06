import { addDays, addMonths, firstOfMonth, lastOfMonth, type PeriodName, periodNames, type Range } from '../day.ts'
import { AppError } from '../errors.ts'

/** What people type for a period, in English, Dutch and German. */
const WORDS: Record<string, PeriodName> = {
  today: 'today', vandaag: 'today', heute: 'today',
  yesterday: 'yesterday', gisteren: 'yesterday', gestern: 'yesterday',
  week: 'this_week', wtd: 'this_week', 'this week': 'this_week', 'deze week': 'this_week', 'diese woche': 'this_week', woche: 'this_week',
  'last week': 'last_week', 'vorige week': 'last_week', 'afgelopen week': 'last_week', 'letzte woche': 'last_week', vorwoche: 'last_week',
  month: 'this_month', mtd: 'this_month', 'this month': 'this_month', 'deze maand': 'this_month', maand: 'this_month',
  'dieser monat': 'this_month', 'diesen monat': 'this_month', monat: 'this_month',
  'last month': 'last_month', 'vorige maand': 'last_month', 'afgelopen maand': 'last_month', 'letzter monat': 'last_month',
  'letzten monat': 'last_month', vormonat: 'last_month',
  '30d': 'last_30_days', '30 days': 'last_30_days', 'last 30 days': 'last_30_days', '90d': 'last_90_days', '90 days': 'last_90_days', 'last 90 days': 'last_90_days',
  year: 'this_year', ytd: 'this_year', 'this year': 'this_year', 'dit jaar': 'this_year', jaar: 'this_year', 'dieses jahr': 'this_year', jahr: 'this_year',
} // prettier-ignore

/** The first letters of the months, in the three languages. */
const MONTHS: [RegExp, number][] = [
  [/^jan/, 1], [/^(feb|fév)/, 2], [/^(mar|maa|mrt|mär|maerz)/, 3], [/^apr/, 4], [/^(may|mei|mai)$/, 5], [/^jun/, 6], [/^jul/, 7],
  [/^aug/, 8], [/^sep/, 9], [/^(oct|okt)/, 10], [/^nov/, 11], [/^(dec|dez)/, 12],
] // prettier-ignore

export type PeriodAsked = { name: PeriodName } | { range: Range }

/** The range of a named day, month, quarter or year, or between two of them; all that is no named period. Undefined: not understood. */
function readRange(phrase: string, today: string): Range | undefined {
  const last =
    /^(?:(?:last|past|laatste|afgelopen|letzte[nr]?|vergangene[nr]?) )?(\d{1,4}) ?(d|days?|dagen|tage[n]?)$/.exec(
      phrase,
    )
  if (last) return backFrom(today, Number(last[1]))
  const [from, to, ...more] = phrase.split(
    / *(?:\.\.|–|—| - | to | until | tot | t\/m | bis ) *| +(?=20\d\d-\d\d-\d\d)/,
  )
  if (more.length > 0 || from === undefined) return undefined
  if (to === undefined) return span(from, today)
  const end = span(to, today)
  // `1-13 apr`: the month stands only with the second day.
  const start =
    /^\d{1,2}\.?$/.test(from) && end ? span(`${Number.parseInt(from)} ${monthOf(end.from)}`, today) : span(from, today)
  return start && end && start.from <= end.to ? { from: start.from, to: end.to } : undefined
}

/** A day, month, quarter or year. Without a year it is the last one that has begun. */
function span(text: string, today: string): Range | undefined {
  const at = text.trim().replaceAll(',', '')
  const iso = /^(20\d\d)(?:-(\d\d))?(?:-(\d\d))?$/.exec(at)
  if (iso) return part(iso[1]!, iso[2], iso[3])
  const dotted = /^(\d{1,2})[./-](\d{1,2})(?:[./-](20\d\d))?\.?$/.exec(at)
  if (dotted) return dated(dotted[1]!, Number(dotted[2]), dotted[3], today)
  const quarter = /^(?:q|k)([1-4])(?: (20\d\d))?$/.exec(at)
  if (quarter) return quarterOf(Number(quarter[1]), quarter[2], today)
  const days = /^(\d{1,2})(?:\.|st|nd|rd|th)? ?-? ?(?:(\d{1,2})\.? )?(\p{L}+)\.?(?: (20\d\d))?$/u.exec(at)
  if (days) {
    const month = monthNamed(days[3]!)
    const first = month && dated(days[1]!, month, days[4], today)
    const second = month && days[2] ? dated(days[2], month, days[4], today) : first
    return first && second && first.from <= second.to ? { from: first.from, to: second.to } : undefined
  }
  const named = /^(\p{L}+)\.?(?: (\d{1,2})(?:st|nd|rd|th)?)?(?: (20\d\d))?$/u.exec(at)
  const month = named && monthNamed(named[1]!)
  if (!named || !month) return undefined
  return named[2] ? dated(named[2], month, named[3], today) : monthIn(month, named[3], today)
}

const two = (number: string | number) => String(number).padStart(2, '0')
const monthNamed = (word: string) => MONTHS.find(([letters]) => letters.test(word))?.[1]
const monthOf = (day: string) => `${['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'][Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}` // prettier-ignore
const exists = (day: string) => !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)

function part(year: string, month?: string, day?: string): Range | undefined {
  if (!month) return { from: `${year}-01-01`, to: `${year}-12-31` }
  if (!exists(`${year}-${month}-${day ?? '01'}`)) return undefined
  if (day) return { from: `${year}-${month}-${day}`, to: `${year}-${month}-${day}` }
  return { from: `${year}-${month}-01`, to: lastOfMonth(`${year}-${month}-01`) }
}
function dated(day: string, month: number, year: string | undefined, today: string): Range | undefined {
  const inYear = (year: string) => part(year, two(month), two(day))
  if (year) return inYear(year)
  const thisYear = inYear(today.slice(0, 4))
  return thisYear && thisYear.from <= today ? thisYear : inYear(String(Number(today.slice(0, 4)) - 1))
}
function monthIn(month: number, year: string | undefined, today: string): Range | undefined {
  const first = dated('1', month, year, today)
  return first && { from: first.from, to: lastOfMonth(first.from) }
}
function quarterOf(quarter: number, year: string | undefined, today: string): Range | undefined {
  const first = dated('1', quarter * 3 - 2, year, today)
  return first && { from: first.from, to: addDays(addMonths(first.from, 3), -1) }
}
function backFrom(today: string, days: number): Range | undefined {
  return days >= 1 && days <= 3_660 ? { from: addDays(today, 1 - days), to: today } : undefined
}

/** The periods that are no calendar period of their own name. */
function readOther(phrase: string, today: string): Range | undefined {
  if (/^(last|vorig|letztes) (year|jaar|jahr)$|^vorjahr$/.test(phrase))
    return part(String(Number(today.slice(0, 4)) - 1))
  if (/^(this quarter|qtd|dit kwartaal|dieses quartal)$/.test(phrase)) {
    const start = addMonths(firstOfMonth(today), -((Number(today.slice(5, 7)) - 1) % 3))
    return { from: start, to: today }
  }
  return readRange(phrase, today)
}

/** The period that a phrase names in any of the languages; undefined when it names none. */
export function periodOf(phrase: string, today: string): PeriodAsked | undefined {
  const name = Object.hasOwn(WORDS, phrase)
    ? WORDS[phrase]
    : periodNames.find((period) => period === phrase.replaceAll(' ', '_'))
  if (name) return { name }
  const range = readOther(phrase, today)
  return range && { range }
}

export type Asked = { period: PeriodAsked; store: string | null }

/**
 * Reads the words after a command: a period and a store in any order, such as `last month nl`, `2026-04`, `1-13 apr uk`, `vorige week`.
 * Without a period it is `otherwise`. `today` is the day in the zone that is meant.
 * @throws AppError `invalid` with what can be typed
 */
export function readPeriod(text: string, slugs: string[], today: string, otherwise: PeriodName = 'this_month'): Asked {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const store = words.find((word) => slugs.includes(word)) ?? null
  const phrase = words.filter((word) => word !== store).join(' ')
  if (!phrase) return { period: { name: otherwise }, store }
  const period = periodOf(phrase, today)
  if (period) return { period, store }
  throw new AppError(
    'invalid',
    `I do not understand “${phrase}”. Try: today, yesterday, week, last week, month, last month, 30d, year, april, 2026-04, 1-13 apr, or 2026-04-01 2026-04-13.` +
      (slugs.length ? ` Stores: ${slugs.join(', ')}.` : ''),
  )
}
