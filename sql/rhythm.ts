import * as v from 'valibot'
import { Day } from '../src/day.ts'
import { query } from './query.ts'
import { Timestamp } from './units.ts'

const ClockTime = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00'))
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))

/** When something comes back, on the clocks of a time zone. What each means stands at the function rhythm_times of the database. */
export const Rhythm = v.variant('every', [
  v.strictObject({
    every: v.literal('once'),
    day: Day,
    at: ClockTime,
  }),
  v.strictObject({ every: v.literal('day'), at: ClockTime }),
  v.strictObject({
    every: v.literal('week'),
    weekdays: v.pipe(v.array(whole(1, 7)), v.minLength(1), v.maxLength(7)),
    at: ClockTime,
  }),
  v.strictObject({ every: v.literal('month'), month_day: whole(1, 31), at: ClockTime }),
  v.strictObject({ every: v.literal('minutes'), minutes: v.picklist([15, 30, 60, 120, 180, 240, 360, 480, 720]) }),
])
export type Rhythm = v.InferOutput<typeof Rhythm>

type Asked = { rhythm: Rhythm; time_zone: string; after: Date; most: number }
const SAMPLE: Asked = {
  rhythm: { every: 'week', weekdays: [1], at: '09:00' },
  time_zone: 'Europe/Amsterdam',
  after: new Date('2026-10-20T00:00:00Z'),
  most: 3,
}

/** A time of a rhythm: the instant, and what the clocks of its zone show then, such as `Mon 26 Oct 2026 09:00`. */
export const RhythmTime = v.object({ at: Timestamp, local: v.string() })

/** The next times of a rhythm after an instant, soonest first. None when a single time is past. */
export const rhythmTimes = query(
  RhythmTime,
  SAMPLE,
  (sql, { rhythm, time_zone, after, most }: Asked) => sql`
    select at, to_char(at at time zone ${time_zone}, 'Dy FMDD Mon YYYY HH24:MI') as local
    from rhythm_times(${JSON.stringify(rhythm)}::text::jsonb, ${time_zone}, ${after}, ${most}::int) at`,
)
