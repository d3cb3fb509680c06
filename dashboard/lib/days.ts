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

// Written here: the browser takes 14 ms to make its first writer of days, a phone four times that, before anything is shown.
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] // prettier-ignore
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** `short` is the month in the British short form: “Nov”, “Sept”. */
type Parts = { day: string; month: string; short: string; year: string; weekday: string }
const parts = (day: string): Parts => {
  const date = utc(day)
  const month = MONTHS[date.getUTCMonth()] ?? ''
  return {
    day: String(date.getUTCDate()),
    month,
    short: month.slice(0, month === 'September' ? 4 : 3),
    year: String(date.getUTCFullYear()),
    weekday: WEEKDAYS[date.getUTCDay()] ?? '',
  }
}

/** A range of several days, of which the first says no more than the last one leaves open. */
const fromTo = (start: string, end: string, month: 'month' | 'short', saysYear: boolean): string => {
  const [from, to] = [parts(start), parts(end)]
  const last = `${to.day} ${to[month]}`
  if (from.year !== to.year) return `${from.day} ${from[month]} ${from.year} – ${last} ${to.year}`
  const first = from.month === to.month ? from.day : `${from.day} ${from[month]}`
  return `${first} – ${last}${saysYear ? ` ${to.year}` : ''}`
}

/** “Sunday 22 November 2026”. */
export const longDay = (of: string): string => `${namedDay(of)} ${parts(of).year}`

/** “Sunday 22 November”. */
export const namedDay = (of: string): string => {
  const { weekday, day, month } = parts(of)
  return `${weekday} ${day} ${month}`
}

/** “Sun 22 Nov”. */
export const shortNamedDay = (of: string): string => `${parts(of).weekday.slice(0, 3)} ${shortDay(of)}`

/** “1 Jan 2026”. */
export const datedDay = (of: string): string => `${shortDay(of)} ${parts(of).year}`

/** “22 Nov”. */
export const shortDay = (of: string): string => {
  const { day, short } = parts(of)
  return `${day} ${short}`
}

/** “Nov 26”, for axes. */
export const shortMonth = (of: string): string => {
  const { short, year } = parts(of)
  return `${short} ${year.slice(2)}`
}

/** “1 – 22 November 2026”; a single day in full. */
export const dayRange = (start: string, end: string): string =>
  start === end ? longDay(start) : fromTo(start, end, 'month', true)

/** “1 – 22 Nov”; a single day as “22 Nov”, with the years where there are two. */
export const shortRange = (start: string, end: string): string =>
  start === end ? shortDay(start) : fromTo(start, end, 'short', false)

/** The last `count` months (YYYY-MM) that were over on `day`, the youngest first. */
export const monthsBefore = (day: string, count: number): string[] => {
  const first = firstOfMonth(day)
  return Array.from({ length: count }).reduce<string[]>(
    (months) => [...months, plusDays(`${months.at(-1) ?? first.slice(0, 7)}-01`, -1).slice(0, 7)],
    [],
  )
}

/** “November 2026” of 2026-11. */
export const longMonth = (of: string): string => {
  const { month, year } = parts(`${of}-01`)
  return `${month} ${year}`
}

/** How long something holds: “1 Jan 2026 – 31 Mar 2026”, “from 1 Jan 2026”, “until 31 Mar 2026”, “always”. */
export const longDayRange = (from: string | null, to: string | null): string => {
  if (from === null) return to === null ? 'always' : `until ${datedDay(to)}`
  if (to === null) return `from ${datedDay(from)}`
  return from === to ? `on ${datedDay(from)}` : `${datedDay(from)} – ${datedDay(to)}`
}
