import { useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { withQuery } from './api.ts'
import { type Box, boxes } from './boxes.ts'
import { type Comparison, comparisons, type Grain, grains, type Period, periodOf } from './period.ts'

/** What the page shows: one store or all (null), the period, and by what it is cut, opened, sorted or searched where a page does so. */
export type View = {
  store: string | null
  period: Period
  compare: Comparison
  grain?: Grain | undefined
  line?: string | undefined
  sort?: string | undefined
  q?: string | undefined
  /** The one thing that the page is about. */
  id?: string | undefined
  /** Which of the four boxes of products. */
  box?: Box | undefined
}

/** The view in the address, and a way to change it that the back button can undo. */
export const useView = () => {
  const query = useSearchParams()
  const view = useMemo<View>(
    () => ({
      store: query.get('store'),
      period: periodOf(query),
      compare: comparisons.find((comparison) => comparison === query.get('compare')) ?? 'previous',
      grain: grains.find((grain) => grain === query.get('grain')),
      line: query.get('line') ?? undefined,
      sort: query.get('sort') ?? undefined,
      q: query.get('q') ?? undefined,
      id: query.get('id') ?? undefined,
      box: boxes.find((box) => box === query.get('box')),
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

const addressOf = ({ store, period, compare, grain, line, sort, q, id, box }: View): string =>
  withQuery(window.location.pathname, {
    store,
    grain,
    line,
    sort,
    q,
    id,
    box,
    ...(period.name === 'custom'
      ? { start: period.start, end: period.end }
      : { period: period.name === 'this_month' ? null : period.name }),
    compare: compare === 'previous' ? null : compare,
  })
