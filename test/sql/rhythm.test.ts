import { describe, expect, test } from 'bun:test'
import { assert as check, asyncProperty, constantFrom, integer, oneof, uniqueArray } from 'fast-check'
import { type Rhythm, rhythmTimes } from '../../sql/rhythm.ts'
import { testDatabase } from '../support/database.ts'

const { sql } = await testDatabase()

const times = async (rhythm: Rhythm, time_zone: string, after: string, most = 3) =>
  (await rhythmTimes(sql, { rhythm, time_zone, after: new Date(after), most })).map(({ at, local }) => [
    at.toISOString().replace(':00.000', ''),
    local,
  ])

describe('a weekly time keeps its place on the clock over a change of the clocks', () => {
  const sundays: Rhythm = { every: 'week', weekdays: [7], at: '09:00' }

  test('in October', async () => {
    expect(await times(sundays, 'Europe/Amsterdam', '2026-10-12T00:00:00Z')).toEqual([
      ['2026-10-18T07:00Z', 'Sun 18 Oct 2026 09:00'],
      ['2026-10-25T08:00Z', 'Sun 25 Oct 2026 09:00'],
      ['2026-11-01T08:00Z', 'Sun 1 Nov 2026 09:00'],
    ])
  })

  test('in March', async () => {
    expect(await times(sundays, 'Europe/Amsterdam', '2026-03-16T00:00:00Z')).toEqual([
      ['2026-03-22T08:00Z', 'Sun 22 Mar 2026 09:00'],
      ['2026-03-29T07:00Z', 'Sun 29 Mar 2026 09:00'],
      ['2026-04-05T07:00Z', 'Sun 5 Apr 2026 09:00'],
    ])
  })
})

describe('on the day that the clocks change', () => {
  test('a time that does not exist comes at the first minute after the gap', async () => {
    expect(await times({ every: 'day', at: '02:30' }, 'Europe/Amsterdam', '2026-03-28T00:00:00Z')).toEqual([
      ['2026-03-28T01:30Z', 'Sat 28 Mar 2026 02:30'],
      ['2026-03-29T01:00Z', 'Sun 29 Mar 2026 03:00'],
      ['2026-03-30T00:30Z', 'Mon 30 Mar 2026 02:30'],
    ])
  })

  test('a time that comes twice counts once, the first time', async () => {
    expect(await times({ every: 'day', at: '02:30' }, 'Europe/Amsterdam', '2026-10-24T00:00:00Z')).toEqual([
      ['2026-10-24T00:30Z', 'Sat 24 Oct 2026 02:30'],
      ['2026-10-25T00:30Z', 'Sun 25 Oct 2026 02:30'],
      ['2026-10-26T01:30Z', 'Mon 26 Oct 2026 02:30'],
    ])
    expect(await times({ every: 'day', at: '02:30' }, 'Europe/Amsterdam', '2026-10-25T00:30:00Z', 1)).toEqual([
      ['2026-10-26T01:30Z', 'Mon 26 Oct 2026 02:30'],
    ])
  })

  test('every hour leaves out the skipped one and runs the doubled one once', async () => {
    const hourly: Rhythm = { every: 'minutes', minutes: 60 }
    const hours = async (after: string) =>
      (await times(hourly, 'Europe/Amsterdam', after, 4)).map(([at]) => at!.slice(11))
    expect(await hours('2026-03-28T23:30:00Z')).toEqual(['00:00Z', '01:00Z', '02:00Z', '03:00Z'])
    expect(await hours('2026-10-24T22:30:00Z')).toEqual(['23:00Z', '00:00Z', '02:00Z', '03:00Z'])
  })
})

test('a month without the day has it on its last day', async () => {
  expect(await times({ every: 'month', month_day: 31, at: '08:00' }, 'Asia/Tokyo', '2026-01-31T00:00:00Z')).toEqual([
    ['2026-02-27T23:00Z', 'Sat 28 Feb 2026 08:00'],
    ['2026-03-30T23:00Z', 'Tue 31 Mar 2026 08:00'],
    ['2026-04-29T23:00Z', 'Thu 30 Apr 2026 08:00'],
  ])
})

test('a single time comes once, and not when it is past', async () => {
  const once: Rhythm = { every: 'once', day: '2026-10-30', at: '10:00' }
  expect(await times(once, 'Europe/London', '2026-10-01T00:00:00Z')).toEqual([
    ['2026-10-30T10:00Z', 'Fri 30 Oct 2026 10:00'],
  ])
  expect(await times(once, 'Europe/London', '2026-10-30T10:00:00Z')).toEqual([])
})

describe('checked minute by minute against the clocks of Intl', () => {
  const ZONES = [
    'Europe/Amsterdam',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Santiago',
    'Asia/Kolkata',
    'UTC',
  ]
  /** Weeks around the changes of the clocks of 2026, in both hemispheres. */
  const WEEKS = ['2026-03-06', '2026-03-27', '2026-04-03', '2026-09-04', '2026-10-02', '2026-10-23', '2026-10-30']
  const DAYS = 5

  /** What the clocks of a zone show at every minute of these days: day, minute of the day and weekday. */
  const clocks = new Map<string, { at: number; day: string; minute: number; weekday: number }[]>()
  const clockOf = (zone: string, week: string) => {
    const key = `${zone} ${week}`
    if (!clocks.has(key)) {
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
      const start = Date.parse(`${week}T00:00:00Z`)
      clocks.set(
        key,
        Array.from({ length: DAYS * 1440 }, (_, minute) => {
          const at = start + minute * 60_000
          const [day = '', time = ''] = format.format(at).split(' ')
          const [hours = 0, minutes = 0] = time.split(':').map(Number)
          const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7
          return { at, day, minute: hours * 60 + minutes, weekday }
        }),
      )
    }
    return clocks.get(key)!
  }

  /** For every local day that begins in these minutes, the first minute whose clock shows the wanted time or more. */
  function expected(zone: string, week: string, wanted: number[], isDay: (day: string, weekday: number) => boolean) {
    const minutes = clockOf(zone, week)
    const days = [...new Set(minutes.map(({ day }) => day))].slice(1) // the first one has begun before
    const found = days.flatMap((day) =>
      wanted.flatMap((minute) => {
        const first = minutes.find((shown) => shown.day > day || (shown.day === day && shown.minute >= minute))
        return first && isDay(day, new Date(`${day}T00:00:00Z`).getUTCDay() || 7) ? [first.at] : []
      }),
    )
    return [...new Set(found)].toSorted((a, b) => a - b)
  }

  test('any daily, weekly, monthly and minutely time is where the clocks show it first', async () => {
    let compared = 0
    const zone = constantFrom(...ZONES)
    const week = constantFrom(...WEEKS)
    // Half of the times lie in the small hours, where the clocks change.
    const minute = oneof(integer({ min: 0, max: 239 }), integer({ min: 0, max: 1439 }))
    const kind = constantFrom('day', 'week', 'month', 'minutes')
    const someDays = uniqueArray(integer({ min: 1, max: 7 }), { minLength: 1 })
    const monthDay = integer({ min: 1, max: 31 })
    const step = constantFrom(15, 30, 60, 180, 720)
    await check(
      asyncProperty(zone, week, minute, kind, someDays, monthDay, step, async (...given) => {
        const [time_zone, week, minute, kind, weekdays, month_day, minutes] = given
        const at = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
        const rhythm = {
          day: { every: 'day', at },
          week: { every: 'week', weekdays, at },
          month: { every: 'month', month_day, at },
          minutes: { every: 'minutes', minutes },
        }[kind] as Rhythm
        const lastOf = (day: string) =>
          new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).getUTCDate()
        const isDay = (day: string, weekday: number) =>
          kind === 'week'
            ? weekdays.includes(weekday)
            : kind === 'month'
              ? Number(day.slice(8)) === Math.min(month_day, lastOf(day))
              : true
        const wanted =
          kind === 'minutes' ? Array.from({ length: 1440 / minutes }, (_, index) => index * minutes) : [minute]
        const all = expected(time_zone, week, wanted, isDay)
        const first = clockOf(time_zone, week).find(({ day }, index, list) => index > 0 && day !== list[0]!.day)!.at
        const last = Date.parse(`${week}T00:00:00Z`) + DAYS * 86_400_000
        const found = (
          await rhythmTimes(sql, { rhythm, time_zone, after: new Date(first - 60_000), most: 20 })
        ).flatMap(({ at }) => (at.getTime() < last ? [at.getTime()] : []))
        expect(found.map((at) => new Date(at).toISOString())).toEqual(
          all
            .filter((at) => at >= first)
            .slice(0, found.length === 20 ? 20 : undefined)
            .map((at) => new Date(at).toISOString()),
        )
        compared += found.length
      }),
      { numRuns: 400 },
    )
    console.log(`${compared} times compared`)
    expect(compared).toBeGreaterThan(1_000)
  })
})
