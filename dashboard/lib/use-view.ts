import { useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { withQuery } from './api.ts'
import { type Grain, grains, type Period, periodOf } from './period.ts'

/** What the page shows: one store or all (null), the period, and by what it is cut, sorted or searched where a page does so. */
export type View = {
  store: string | null
  period: Period
  grain?: Grain | undefined
  sort?: string | undefined
  q?: string | undefined
}

/** The view in the address, and a way to change it that the back button can undo. */
export const useView = () => {
  const query = useSearchParams()
  const view = useMemo<View>(
    () => ({
      store: query.get('store'),
      period: periodOf(query),
      grain: grains.find((grain) => grain === query.get('grain')),
      sort: query.get('sort') ?? undefined,
      q: query.get('q') ?? undefined,
    }),
    [query],
  )
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

const addressOf = ({ store, period, grain, sort, q }: View): string =>
  withQuery(window.location.pathname, {
    store,
    grain,
    sort,
    q,
    ...(period.name === 'custom'
      ? { start: period.start, end: period.end }
      : { period: period.name === 'this_month' ? null : period.name }),
  })

/** The part of an address that goes along to every page: which store, which days, and what they are compared with. */
export const kept = (query: Iterable<[string, string]>): Record<string, string> =>
  Object.fromEntries([...query].filter(([name]) => KEPT.has(name)))

const KEPT = new Set(['store', 'period', 'start', 'end', 'compare'])
