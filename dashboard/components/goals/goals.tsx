'use client'

import { usePacing } from '../../lib/use-goals.ts'
import { useRange } from '../../lib/use-range.ts'
import { useView } from '../../lib/use-view.ts'
import { Filters } from '../filters.tsx'
import { PageHead } from '../page-head.tsx'
import { useTakenBack } from '../rooms/use-taken-back.tsx'
import { Shell } from '../shell.tsx'
import styles from './goals.module.css'
import { PacingPanel } from './pacing.tsx'
import { PlanPanel } from './plan.tsx'
import { WhatIfPanel } from './what-if.tsx'

/** The profit that the month is to bring, where it stands, what it takes, and what other prices and costs would have made of real orders. */
export function Goals() {
  const { view, show } = useView()
  const { store } = view
  const { overview, today, range } = useRange(view)
  // What lies below the goal comes once it is known how much room that takes.
  const goal = usePacing(store, today?.slice(0, 7))
  const { done, undo } = useTakenBack()
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <PageHead title="Goals">What the month is to bring, where it stands, and what it takes.</PageHead>
      <div className={styles.page}>
        <PacingPanel
          key={`goal ${store}`}
          store={store}
          today={today}
          error={overview.error}
          retry={overview.mutate}
          onDone={done}
        />
        {(goal.data !== undefined || goal.error !== undefined) && (
          <>
            <PlanPanel key={`plan ${store}`} store={store} today={today} onDone={done} />
            <WhatIfPanel store={store} range={range} />
          </>
        )}
      </div>
      {undo}
    </Shell>
  )
}
