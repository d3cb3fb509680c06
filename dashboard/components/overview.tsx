'use client'

import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef } from 'react'
import { sentenceFor } from '../lib/api.ts'
import { type Period, periodLabels } from '../lib/period.ts'
import { useNear } from '../lib/use-near.ts'
import { useRange } from '../lib/use-range.ts'
import { useStores } from '../lib/use-stores.ts'
import { useView } from '../lib/use-view.ts'
import { Filters, FiltersFrame } from './filters.tsx'
import { Notice } from './notice.tsx'
import styles from './overview.module.css'
import { PeriodCard } from './period-card.tsx'
import { PeriodReport } from './period-report.tsx'
import { Shell } from './shell.tsx'
import { Skeleton } from './skeleton.tsx'

// Talking is not what one comes here for first.
const Alfred = lazy(async () => ({ default: (await import('./alfred.tsx')).Alfred }))

/** Stands in the page as it is first sent. */
const intro =
  'What was really earned: after goods, shipping, fees, ads and fixed costs, without VAT, each day at its own exchange rate.'

/** The running periods of a store or of all stores, and the report of the chosen period. */
export function Overview() {
  const { view, show } = useView()
  const {
    overview: { data, error, mutate },
    today,
    range,
  } = useRange(view)
  const { data: stores } = useStores()
  const store = stores?.data.find(({ slug }) => slug === view.store)
  // Figures are drawn in small steps, and what lies below them after them: all at once would hold up the page.
  const figures = useDeferredValue(data)
  const aside = useMemo(
    () => (
      <Suspense>
        <Alfred store={view.store} />
      </Suspense>
    ),
    [view.store],
  )
  const report = useRef<HTMLElement>(null)
  const near = useNear(report)
  const below = useDeferredValue(near)
  useFollow(view.period, report)

  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <header className={styles.title}>
        <h1>{view.store === null ? 'All stores' : (store?.name ?? view.store)}</h1>
        <p>{intro}</p>
      </header>
      {error !== undefined && (
        <Notice tone="attention" onRetry={() => mutate()}>
          {data ? 'These figures could not be refreshed. ' : ''}
          {sentenceFor(error)}
        </Notice>
      )}
      {(data !== undefined || error === undefined) && (
        <section className={styles.cards} aria-label="Running periods" aria-busy={figures !== data || undefined}>
          <PeriodCard title="Today" figures={figures?.today} store={view.store} />
          <PeriodCard title="This week" figures={figures?.this_week} store={view.store} />
          <PeriodCard title="This month" figures={figures?.this_month} store={view.store} />
        </section>
      )}
      {(range !== undefined || error === undefined) && (
        <section ref={report} className={styles.report} aria-labelledby="period-title">
          <h2 id="period-title">{periodLabels[view.period.name]}</h2>
          {below && <PeriodReport view={view} range={range} today={today} show={show} aside={aside} />}
        </section>
      )}
    </Shell>
  )
}

/** The page's frame while the address is not read yet. */
export function OverviewFrame() {
  return (
    <Shell filters={<FiltersFrame />}>
      <header className={styles.title}>
        <h1>
          <Skeleton width={8} />
        </h1>
        <p>{intro}</p>
      </header>
      <section className={styles.cards} aria-label="Running periods">
        <PeriodCard title="Today" figures={undefined} store={null} />
        <PeriodCard title="This week" figures={undefined} store={null} />
        <PeriodCard title="This month" figures={undefined} store={null} />
      </section>
    </Shell>
  )
}

/** On a phone the report lies below the cards: a newly chosen period brings it into sight. */
const useFollow = (period: Period, report: React.RefObject<HTMLElement | null>) => {
  const before = useRef(period.name)
  useEffect(() => {
    if (before.current === period.name) return
    before.current = period.name
    const box = report.current
    if (box && box.getBoundingClientRect().top > window.innerHeight * 0.8) {
      const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
      box.scrollIntoView({ behavior: calm ? 'auto' : 'smooth', block: 'start' })
    }
  }, [period.name, report])
}
