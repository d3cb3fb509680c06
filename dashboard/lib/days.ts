const DAY_MS = 86_400_000
const utc = (day: string): Date => new Date(`${day}T00:00:00Z`)
const text = (date: Date): string => date.toISOString().slice(0, 10)

/** `day` (YYYY-MM-DD) moved by whole days. */
export const plusDays = (day: string, days: number): string => text(new Date(utc(day).getTime() + days * DAY_MS))

/** Calendar days from `start` to `end`, both included. */
export const daysBetween = (start: string, end: string): number =>
  Math.round((utc(end).getTime() - utc(start).getTime()) / DAY_MS) + 1

/** The Monday of the week of `day`. */
export const mondayOf = (day: string): string => plusDays(day, -((utc(day).getUTCDay() + 6) % 7))

/** The 1st of the month of `day`. */
export const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`

/** True for a date that exists, written YYYY-MM-DD. */
export const isDay = (value: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(utc(value).getTime()) && text(utc(value)) === value

const writer = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options })
const long = writer({ day: 'numeric', month: 'long', year: 'numeric' })
const withWeekday = writer({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const weekdayOnly = writer({ weekday: 'long', day: 'numeric', month: 'long' })
const short = writer({ day: 'numeric', month: 'short' })
const weekdayShort = writer({ weekday: 'short', day: 'numeric', month: 'short' })
const monthAndYear = writer({ month: 'long', year: 'numeric' })
const dated = writer({ day: 'numeric', month: 'short', year: 'numeric' })
const monthOnly = writer({ month: 'short', year: '2-digit' })

/** “Sunday 22 November 2026”. */
export const longDay = (day: string): string => withWeekday.format(utc(day)).replace(',', '')

/** “Sunday 22 November”. */
export const namedDay = (day: string): string => weekdayOnly.format(utc(day)).replace(',', '')

/** “Sun 22 Nov”. */
export const shortNamedDay = (day: string): string => weekdayShort.format(utc(day)).replace(',', '')

/** “1 Jan 2026”. */
export const datedDay = (day: string): string => dated.format(utc(day))

/** “22 Nov”. */
export const shortDay = (day: string): string => short.format(utc(day))

/** “Nov 26”, for axes. */
export const shortMonth = (day: string): string => monthOnly.format(utc(day))

/** “1–22 November 2026”; a single day in full. */
export const dayRange = (start: string, end: string): string =>
  start === end ? longDay(start) : long.formatRange(utc(start), utc(end)).replaceAll('\u2009', '')

/** “1–22 Nov”; a single day as “22 Nov”. */
export const shortRange = (start: string, end: string): string =>
  start === end ? shortDay(start) : short.formatRange(utc(start), utc(end)).replaceAll('\u2009', '')

/** The last `count` months (YYYY-MM) that were over on `day`, the youngest first. */
export const monthsBefore = (day: string, count: number): string[] => {
  const first = firstOfMonth(day)
  return Array.from({ length: count }).reduce<string[]>(
    (months) => [...months, plusDays(`${months.at(-1) ?? first.slice(0, 7)}-01`, -1).slice(0, 7)],
    [],
  )
}

/** “November 2026” of 2026-11. */
export const longMonth = (month: string): string => monthAndYear.format(utc(`${month}-01`))

/** How long something holds: “1 Jan 2026 – 31 Mar 2026”, “from 1 Jan 2026”, “until 31 Mar 2026”, “always”. */
export const longDayRange = (from: string | null, to: string | null): string => {
  if (from === null) return to === null ? 'always' : `until ${datedDay(to)}`
  if (to === null) return `from ${datedDay(from)}`
  return from === to ? `on ${datedDay(from)}` : `${datedDay(from)} – ${datedDay(to)}`
}
