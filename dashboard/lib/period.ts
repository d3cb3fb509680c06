import { daysBetween, firstOfMonth, isDay, mondayOf, plusDays } from './days.ts'

export const periodNames = [
  'today',
  'yesterday',
  'this_week',
  'this_month',
  'last_month',
  'last_30_days',
  'last_90_days',
  'this_year',
] as const

export type PeriodName = (typeof periodNames)[number]
export type Range = { start: string; end: string }
/** A named period, which moves with the day, or fixed days. */
export type Period = { name: PeriodName } | { name: 'custom'; start: string; end: string }
/** What a period is compared with: the one before it, or the same days a year earlier. */
export const comparisons = ['previous', 'year'] as const
export type Comparison = (typeof comparisons)[number]
export const comparisonLabels: Record<Comparison, string> = { previous: 'the period before', year: 'a year earlier' }
export const grains = ['day', 'week', 'month'] as const
export type Grain = (typeof grains)[number]

export const periodLabels: Record<PeriodName | 'custom', string> = {
  today: 'Today',
  yesterday: 'Yesterday',
  this_week: 'This week',
  this_month: 'This month',
  last_month: 'Last month',
  last_30_days: 'Last 30 days',
  last_90_days: 'Last 90 days',
  this_year: 'This year',
  custom: 'Custom range',
}

/** The period in `?period=` or `?start=&end=`; this month when there is none, or none that can be read. */
export const periodOf = (query: Pick<URLSearchParams, 'get'>): Period => {
  const start = query.get('start') ?? ''
  const end = query.get('end') ?? ''
  if (isDay(start) && isDay(end) && start <= end) return { name: 'custom', start, end }
  const name = periodNames.find((known) => known === query.get('period'))
  return { name: name ?? 'this_month' }
}

/** The days of `period`, both ends included, when it is `today` at the store. Weeks start on Monday. */
export const rangeOf = (period: Period, today: string): Range =>
  period.name === 'custom' ? { start: period.start, end: period.end } : ranges[period.name](today)

const ranges: Record<PeriodName, (today: string) => Range> = {
  today: (today) => ({ start: today, end: today }),
  yesterday: (today) => ({ start: plusDays(today, -1), end: plusDays(today, -1) }),
  this_week: (today) => ({ start: mondayOf(today), end: today }),
  this_month: (today) => ({ start: firstOfMonth(today), end: today }),
  last_month: (today) => {
    const end = plusDays(firstOfMonth(today), -1)
    return { start: firstOfMonth(end), end }
  },
  last_30_days: (today) => ({ start: plusDays(today, -29), end: today }),
  last_90_days: (today) => ({ start: plusDays(today, -89), end: today }),
  this_year: (today) => ({ start: `${today.slice(0, 4)}-01-01`, end: today }),
}

/** Days while there are at most so many (a chart tells 92 apart), then weeks, then months. */
export const grainOf = ({ start, end }: Range, mostDays = 92): Grain => {
  const days = daysBetween(start, end)
  if (days <= mostDays) return 'day'
  return days <= 371 ? 'week' : 'month'
}
