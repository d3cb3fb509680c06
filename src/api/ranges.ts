import * as v from 'valibot'
import { Day, PERIODS, type Range } from '../day.ts'
import { AppError } from '../errors.ts'
import { Slug } from './answers.ts'

/** Days and store of a list or report: all optional. */
export const StoreRange = { start: v.optional(Day), end: v.optional(Day), store: v.optional(Slug) }

/** The asked days; the current month until today when none are named. @throws AppError `malformed` for one end without the other */
export function rangeOf(
  { start, end }: { start?: string | undefined; end?: string | undefined },
  today: string,
): Range {
  if (start === undefined && end === undefined) return PERIODS.this_month(today)
  if (start === undefined || end === undefined)
    throw new AppError('malformed', 'Give both start and end, or neither for the current month.')
  if (start > end) throw new AppError('invalid', `The start ${start} is after the end ${end}.`)
  return { from: start, to: end }
}

/** The name of a report's file, such as `summary-nl-2026-04-01-2026-04-13`. */
export const fileName = (report: string, store: string | null, { from, to }: Range): string =>
  [report, store ?? 'all-stores', from, to].join('-')
