import * as v from 'valibot'
import { addMonths, addDays, Day, type PeriodName, periodNames, type Range } from '../day.ts'
import { AppError } from '../errors.ts'

/** What people type for a period, in English, Dutch and German. */
const WORDS: Record<string, PeriodName> = {
  today: 'today', vandaag: 'today', heute: 'today',
  yesterday: 'yesterday', gisteren: 'yesterday', gestern: 'yesterday',
  week: 'this_week', 'this week': 'this_week', 'deze week': 'this_week', 'diese woche': 'this_week',
  'last week': 'last_week', 'vorige week': 'last_week', 'letzte woche': 'last_week',
  month: 'this_month', 'this month': 'this_month', 'deze maand': 'this_month', 'dieser monat': 'this_month',
  'last month': 'last_month', 'vorige maand': 'last_month', 'letzter monat': 'last_month',
  '30d': 'last_30_days', '30 days': 'last_30_days', 'last 30 days': 'last_30_days',
  '90d': 'last_90_days', '90 days': 'last_90_days', 'last 90 days': 'last_90_days',
  year: 'this_year', 'this year': 'this_year', 'dit jaar': 'this_year', 'dieses jahr': 'this_year',
} // prettier-ignore

export const periodTitles: Record<PeriodName, string> = {
  today: 'Today',
  yesterday: 'Yesterday',
  this_week: 'This week',
  last_week: 'Last week',
  this_month: 'This month',
  last_month: 'Last month',
  last_30_days: 'Last 30 days',
  last_90_days: 'Last 90 days',
  this_year: 'This year',
}

export type PeriodAsked = { name: PeriodName } | { range: Range }

/**
 * Reads the words after a command: a period and a store in any order, such as `last month nl`, `2026-04`, `2026-04-01 2026-04-13 uk`.
 * @throws AppError `invalid` with what can be typed
 */
export function readPeriod(text: string, slugs: string[]): { period: PeriodAsked; store: string | null } {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const store = words.find((word) => slugs.includes(word)) ?? null
  const rest = words.filter((word) => word !== store)
  const days = rest.flatMap((word) => word.split(/\.\.|–/)).filter(Boolean)
  const phrase = rest.join(' ')
  if (!phrase) return { period: { name: 'this_month' }, store }
  const name = Object.hasOwn(WORDS, phrase)
    ? WORDS[phrase]
    : periodNames.find((period) => period === phrase.replaceAll(' ', '_'))
  if (name) return { period: { name }, store }
  if (days.length === 1 && /^20\d\d-(0[1-9]|1[0-2])$/.test(days[0] ?? '')) {
    const from = `${days[0]}-01`
    return { period: { range: { from, to: addDays(addMonths(from, 1), -1) } }, store }
  }
  const [from, to = from] = days
  if (days.length <= 2 && v.is(Day, from) && v.is(Day, to) && from <= to)
    return { period: { range: { from, to } }, store }
  throw new AppError(
    'invalid',
    `I do not understand “${phrase}”. Try: today, yesterday, week, last week, month, last month, 30d, 90d, year, 2026-04, or 2026-04-01 2026-04-13.` +
      (slugs.length ? ` Stores: ${slugs.join(', ')}.` : ''),
  )
}
