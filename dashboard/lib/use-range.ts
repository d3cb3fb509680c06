import { useMemo } from 'react'
import { rangeOf } from './period.ts'
import { useOverview } from './use-overview.ts'
import type { View } from './use-view.ts'

/** The days of the view's period: fixed ones at once, a named period once the overview of the store has said what day it is there. */
export const useRange = ({ store, period }: View) => {
  const overview = useOverview(store)
  const today = overview.data?.today.end
  const range = useMemo(() => {
    if (period.name === 'custom') return { start: period.start, end: period.end }
    return today ? rangeOf(period, today) : undefined
  }, [period, today])
  return { overview, today, range }
}
