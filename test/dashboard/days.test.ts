import { expect, test } from 'bun:test'
import { datedDay, dayRange, longDay, longMonth, namedDay, plusDays, shortDay, shortMonth, shortNamedDay, shortRange } from '../../dashboard/lib/days.ts' // prettier-ignore

const writer = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options })
const utc = (day: string) => new Date(`${day}T00:00:00Z`)
const short = writer({ day: 'numeric', month: 'short' })
const long = writer({ day: 'numeric', month: 'long', year: 'numeric' })
const dated = writer({ day: 'numeric', month: 'short', year: 'numeric' })
const named = writer({ weekday: 'long', day: 'numeric', month: 'long' })
const whole = writer({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const shortNamed = writer({ weekday: 'short', day: 'numeric', month: 'short' })
const month = writer({ month: 'long', year: 'numeric' })
const axis = writer({ month: 'short', year: '2-digit' })

test('each day of three years is written as British English writes it', () => {
  for (let day = '2024-01-01'; day <= '2026-12-31'; day = plusDays(day, 1)) {
    expect([longDay, namedDay, shortNamedDay, datedDay, shortDay, shortMonth].map((write) => write(day))).toEqual(
      [whole, named, shortNamed, dated, short, axis].map((writing) => writing.format(utc(day)).replace(',', '')),
    )
    expect(longMonth(day.slice(0, 7))).toBe(month.format(utc(day)))
  }
})

test('so are ranges within a month, within a year and over two', () => {
  for (const days of [2, 9, 45, 200, 366, 800])
    for (let start = '2024-01-01'; start <= '2024-12-31'; start = plusDays(start, 5)) {
      const end = plusDays(start, days)
      const plain = (range: string) => range.replace(/\s/g, ' ')
      expect(shortRange(start, end)).toBe(plain(short.formatRange(utc(start), utc(end))))
      expect(dayRange(start, end)).toBe(plain(long.formatRange(utc(start), utc(end))))
    }
  expect([shortRange('2026-11-22', '2026-11-22'), dayRange('2026-11-22', '2026-11-22')]).toEqual([
    '22 Nov',
    'Sunday 22 November 2026',
  ])
})
