import { expect, test } from 'bun:test'
import * as v from 'valibot'
import {
  addDays,
  addMonths,
  columnsOf,
  comparisonOf,
  Day,
  dayIn,
  daysOf,
  PERIODS,
  type Range,
  samePartBefore,
} from '../src/day.ts'
import { expectedError } from '../src/errors.ts'

const range = (from: string, to = from): Range => ({ from, to })

test('a day is one of the calendar between 2000 and 2099', () => {
  const fine = ['2026-04-13', '2028-02-29', '2000-01-01', '2099-12-31']
  const wrong = [
    '2026-02-29',
    '2026-13-01',
    '2026-04-31',
    '2026-4-1',
    '1999-12-31',
    '2100-01-01',
    '2026-04-13T00:00',
    '',
  ]
  expect(fine.filter((day) => !v.is(Day, day))).toEqual([])
  expect(wrong.filter((day) => v.is(Day, day))).toEqual([])
})

test('the day is that of the zone, on both sides of midnight and through changes of summer time', () => {
  const at = (zone: string, time: string) => dayIn(zone, new Date(time))
  expect(at('Europe/Amsterdam', '2026-04-12T21:59:59Z')).toBe('2026-04-12')
  expect(at('Europe/Amsterdam', '2026-04-12T22:00:00Z')).toBe('2026-04-13')
  // Summer time begins on 29 March and ends on 25 October.
  expect(at('Europe/Amsterdam', '2026-03-28T22:59:59Z')).toBe('2026-03-28')
  expect(at('Europe/Amsterdam', '2026-03-28T23:00:00Z')).toBe('2026-03-29')
  expect(at('Europe/Amsterdam', '2026-03-29T21:59:59Z')).toBe('2026-03-29')
  expect(at('Europe/Amsterdam', '2026-03-29T22:00:00Z')).toBe('2026-03-30')
  expect(at('Europe/Amsterdam', '2026-10-25T22:59:59Z')).toBe('2026-10-25')
  expect(at('Europe/Amsterdam', '2026-10-25T23:00:00Z')).toBe('2026-10-26')
  expect(at('Pacific/Auckland', '2026-04-12T12:00:00Z')).toBe('2026-04-13')
  expect(at('Pacific/Honolulu', '2026-04-13T09:59:59Z')).toBe('2026-04-12')
  // A zone whose summer time begins at midnight: this day has no first hour.
  expect(at('Africa/Cairo', '2026-04-23T22:00:00Z')).toBe('2026-04-24')
})

test('days are counted and moved by the calendar, whatever the clocks do', () => {
  expect(daysOf(range('2026-03-28', '2026-03-30'))).toBe(3)
  expect(daysOf(range('2026-10-24', '2026-10-26'))).toBe(3)
  expect(daysOf(range('2028-02-01', '2028-03-01'))).toBe(30)
  expect(daysOf(range('2026-04-13'))).toBe(1)
  expect(addDays('2026-03-28', 1)).toBe('2026-03-29')
  expect(addDays('2026-10-26', -1)).toBe('2026-10-25')
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
})

test('months are moved to the same day, or to the last one of a shorter month', () => {
  expect(addMonths('2026-03-31', -1)).toBe('2026-02-28')
  expect(addMonths('2028-03-31', -1)).toBe('2028-02-29')
  expect(addMonths('2028-02-29', -12)).toBe('2027-02-28')
  expect(addMonths('2026-01-15', -1)).toBe('2025-12-15')
  expect(addMonths('2026-12-31', 2)).toBe('2027-02-28')
  expect(addMonths('2026-01-31', 25)).toBe('2028-02-29')
})

test('weeks start on Monday and running periods end today', () => {
  const sunday = '2026-04-12'
  expect(PERIODS.this_week(sunday)).toEqual(range('2026-04-06', sunday))
  expect(PERIODS.this_week('2026-04-13')).toEqual(range('2026-04-13'))
  expect(PERIODS.last_week(sunday)).toEqual(range('2026-03-30', '2026-04-05'))
  expect(PERIODS.yesterday('2026-03-01')).toEqual(range('2026-02-28'))
  expect(PERIODS.this_month(sunday)).toEqual(range('2026-04-01', sunday))
  expect(PERIODS.last_month('2028-03-31')).toEqual(range('2028-02-01', '2028-02-29'))
  expect(PERIODS.last_month('2026-01-15')).toEqual(range('2025-12-01', '2025-12-31'))
  expect(daysOf(PERIODS.last_30_days(sunday))).toBe(30)
  expect(daysOf(PERIODS.last_90_days(sunday))).toBe(90)
  expect(PERIODS.this_year(sunday)).toEqual(range('2026-01-01', sunday))
})

test('a part of a month is compared with the same part of the month before', () => {
  expect(comparisonOf(range('2026-04-01', '2026-04-13'), 'previous')).toEqual(range('2026-03-01', '2026-03-13'))
  expect(comparisonOf(range('2026-03-01', '2026-03-30'), 'previous')).toEqual(range('2026-02-01', '2026-02-28'))
  expect(comparisonOf(range('2026-01-01', '2026-01-20'), 'previous')).toEqual(range('2025-12-01', '2025-12-20'))
  expect(comparisonOf(range('2026-05-01', '2026-06-15'), 'previous')).toEqual(range('2026-03-01', '2026-04-15'))
})

test('whole months are compared with whole months, however long', () => {
  expect(comparisonOf(range('2026-03-01', '2026-03-31'), 'previous')).toEqual(range('2026-02-01', '2026-02-28'))
  expect(comparisonOf(range('2028-02-01', '2028-02-29'), 'previous')).toEqual(range('2028-01-01', '2028-01-31'))
  expect(comparisonOf(range('2027-02-01', '2027-02-28'), 'previous')).toEqual(range('2027-01-01', '2027-01-31'))
  expect(comparisonOf(range('2026-01-01', '2026-03-31'), 'previous')).toEqual(range('2025-10-01', '2025-12-31'))
  expect(comparisonOf(range('2026-01-01', '2026-12-31'), 'previous')).toEqual(range('2025-01-01', '2025-12-31'))
})

test('any other range is compared with as many days before it', () => {
  expect(comparisonOf(range('2026-04-06', '2026-04-12'), 'previous')).toEqual(range('2026-03-30', '2026-04-05'))
  expect(comparisonOf(range('2026-03-25', '2026-04-02'), 'previous')).toEqual(range('2026-03-16', '2026-03-24'))
  expect(comparisonOf(range('2028-03-02', '2028-03-03'), 'previous')).toEqual(range('2028-02-29', '2028-03-01'))
})

test('a single day and a week from Monday are compared with the ones before, also on the 1st of a month', () => {
  expect(comparisonOf(range('2026-04-01'), 'previous')).toEqual(range('2026-03-31'))
  expect(comparisonOf(range('2026-06-01', '2026-06-07'), 'previous')).toEqual(range('2026-05-25', '2026-05-31'))
  expect(comparisonOf(range('2026-04-01', '2026-04-07'), 'previous')).toEqual(range('2026-03-01', '2026-03-07'))
})

test('a year earlier are the same days, the 28th for a leap day', () => {
  expect(comparisonOf(range('2026-04-01', '2026-04-13'), 'year')).toEqual(range('2025-04-01', '2025-04-13'))
  expect(comparisonOf(range('2028-02-29'), 'year')).toEqual(range('2027-02-28'))
  expect(comparisonOf(range('2028-02-01', '2028-02-29'), 'year')).toEqual(range('2027-02-01', '2027-02-28'))
})

test('a running day, week or month is compared with the same part of the one before', () => {
  expect(samePartBefore('today', range('2026-03-01'))).toEqual(range('2026-02-28'))
  expect(samePartBefore('this_week', range('2026-04-13', '2026-04-15'))).toEqual(range('2026-04-06', '2026-04-08'))
  expect(samePartBefore('this_week', range('2026-03-30', '2026-03-31'))).toEqual(range('2026-03-23', '2026-03-24'))
  expect(samePartBefore('this_month', range('2026-04-01', '2026-04-13'))).toEqual(range('2026-03-01', '2026-03-13'))
  expect(samePartBefore('this_month', range('2026-04-01'))).toEqual(range('2026-03-01'))
  expect(samePartBefore('this_month', range('2026-06-01', '2026-06-07'))).toEqual(range('2026-05-01', '2026-05-07'))
  expect(samePartBefore('this_month', range('2026-03-01', '2026-03-30'))).toEqual(range('2026-02-01', '2026-02-28'))
  expect(samePartBefore('this_month', range('2028-03-01', '2028-03-30'))).toEqual(range('2028-02-01', '2028-02-29'))
})

test('columns by day, week and month cover the range once, cut at its ends', () => {
  expect(columnsOf(range('2028-02-28', '2028-03-01'), 'day')).toEqual([
    range('2028-02-28'),
    range('2028-02-29'),
    range('2028-03-01'),
  ])
  expect(columnsOf(range('2026-04-01', '2026-04-14'), 'week')).toEqual([
    range('2026-04-01', '2026-04-05'),
    range('2026-04-06', '2026-04-12'),
    range('2026-04-13', '2026-04-14'),
  ])
  expect(columnsOf(range('2026-01-31', '2026-03-01'), 'month')).toEqual([
    range('2026-01-31'),
    range('2026-02-01', '2026-02-28'),
    range('2026-03-01'),
  ])
  expect(columnsOf(range('2026-03-29', '2026-03-29'), 'month')).toEqual([range('2026-03-29')])
})

test('400 columns are the most', () => {
  const first = '2026-01-01'
  expect(columnsOf(range(first, addDays(first, 399)), 'day')).toHaveLength(400)
  const refused = () => {
    try {
      return columnsOf(range(first, addDays(first, 400)), 'day')
    } catch (error) {
      return expectedError(error)
    }
  }
  expect(refused()).toMatchObject({ code: 'invalid', message: expect.stringContaining('more than 400 columns by day') })
})
