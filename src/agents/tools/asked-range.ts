import * as v from 'valibot'
import { Day, type PeriodName, periodNames, PERIODS, type Range } from '../../day.ts'
import { AppError } from '../../errors.ts'

/** The store that a question is about. */
export const StoreInput = v.optional(
  v.pipe(v.string(), v.description('Slug of the store; leave out for all stores together')),
)

/** How a tool is asked about days: a named period, or both ends. */
export const askedRange = {
  period: v.optional(v.picklist(periodNames)),
  from: v.optional(v.pipe(Day, v.description('First day, YYYY-MM-DD'))),
  to: v.optional(v.pipe(Day, v.description('Last day, YYYY-MM-DD'))),
}

type Asked = { period?: PeriodName | undefined; from?: string | undefined; to?: string | undefined }

/** @throws AppError `invalid` unless either a period or both ends are named */
export function rangeOf({ period, from, to }: Asked, today: string): Range {
  if (period && !from && !to) return PERIODS[period](today)
  if (!period && from && to && from <= to) return { from, to }
  throw new AppError('invalid', 'Give either period, or both from and to with from not after to.')
}
