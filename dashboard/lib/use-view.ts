import { useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { withQuery } from './api.ts'
import { type Period, periodOf } from './period.ts'

/** What the page shows: one store or all (null), and the period. */
export type View = { store: string | null; period: Period }

/** The view in the address, and a way to change it that the back button can undo. */
export const useView = () => {
  const query = useSearchParams()
  const view = useMemo<View>(() => ({ store: query.get('store'), period: periodOf(query) }), [query])
  const show = useCallback(
    (change: Partial<View>, { replace = false } = {}) => {
      const address = addressOf({ ...view, ...change })
      // History directly: the router would fetch the page again for a change of the query.
      if (replace) window.history.replaceState(null, '', address)
      else window.history.pushState(null, '', address)
    },
    [view],
  )
  return { view, show }
}

const addressOf = ({ store, period }: View): string =>
  withQuery(window.location.pathname, {
    store,
    ...(period.name === 'custom'
      ? { start: period.start, end: period.end }
      : { period: period.name === 'this_month' ? null : period.name }),
  })
