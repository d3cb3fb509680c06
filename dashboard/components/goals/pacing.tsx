'use client'

import { useState } from 'react'
import { ApiError, sentenceFor } from '../../lib/api.ts'
import { longMonth } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { type Pacing, usePacing } from '../../lib/use-goals.ts'
import { useMay } from '../../lib/use-me.ts'
import { usePnl } from '../../lib/use-pnl.ts'
import { Figure } from '../figure.tsx'
import { Notice } from '../notice.tsx'
import rows from '../rooms/rows.module.css'
import type { TakenBack } from '../rooms/use-taken-back.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import { GoalForm } from './goal-form.tsx'
import styles from './goals.module.css'
import { PaceChart } from './pace-chart.tsx'

type Props = {
  store: string | null
  today: string | undefined
  error: unknown
  retry: () => unknown
  onDone: TakenBack['done']
}

/** The goal of the running month: so far, what each remaining day is to bring, and how the month is expected to end. */
export function PacingPanel({ store, today, error: unknown, retry, onDone }: Props) {
  const format = useFormat()
  const month = today?.slice(0, 7)
  const { data: pacing, error: refused, mutate } = usePacing(store, month)
  const { data: pnl } = usePnl(store, today && month ? { start: `${month}-01`, end: today } : undefined, 'day')
  const may = useMay('financials:write')
  const [editing, setEditing] = useState(false)
  const error = unknown ?? refused
  return (
    <section
      className={ui.panel}
      aria-labelledby="pacing-title"
      aria-busy={pacing === undefined && error === undefined}
    >
      <header className={styles.head}>
        <h2 id="pacing-title">
          {month ? `Goal of ${longMonth(month)}` : <Skeleton width={12} />}{' '}
          {pacing && (
            <span className={rows.badge} data-tone={pacing.forecast >= pacing.goal ? 'good' : 'attention'}>
              {verdict(pacing)}
            </span>
          )}
        </h2>
        {may && month && (
          <button type="button" className={rows.plain} aria-expanded={editing} onClick={() => setEditing(!editing)}>
            {pacing ? 'Change the goal' : 'Set a goal'}
          </button>
        )}
      </header>
      {error !== undefined &&
        (error instanceof ApiError && error.status === 403 ? (
          <Notice>{sentenceFor(error)}</Notice>
        ) : (
          <Notice tone="attention" onRetry={() => Promise.all([retry(), mutate()])}>
            {sentenceFor(error)}
          </Notice>
        ))}
      {editing && month && (
        <GoalForm
          store={store}
          month={month}
          onSaved={(sentence, back) => {
            setEditing(false)
            onDone(sentence, back)
          }}
          onCancel={() => setEditing(false)}
        />
      )}
      {pacing === null && !editing && (
        <p className={styles.note}>
          No goal is set for this month{store === null ? ' over all stores' : ' in this store'}. Work one out below, or
          set it here.
        </p>
      )}
      {pacing && (
        <>
          <dl className={styles.figures}>
            {(
              [
                ['goal', 'Goal', `net profit of ${longMonth(pacing.month)}`],
                ['so_far', 'So far', `${pacing.closed_days} closed ${pacing.closed_days === 1 ? 'day' : 'days'}`],
                [
                  'needed_per_day',
                  'Needed a day',
                  `${pacing.remaining_days} ${pacing.remaining_days === 1 ? 'day' : 'days'} left, today among them`,
                ],
                [
                  'forecast',
                  'Will likely end at',
                  `${format.money(pacing.low, pacing.currency)} to ${format.money(pacing.high, pacing.currency)} in 8 of 10 months`,
                ],
              ] as const
            ).map(([name, label, note]) => (
              <div key={name} data-column={name}>
                <dt>{label}</dt>
                <dd>
                  <Figure name="net_profit" value={pacing[name]} currency={pacing.currency} />
                </dd>
                <dd>{note}</dd>
              </div>
            ))}
          </dl>
          <PaceChart pacing={pacing} pnl={pnl} today={today ?? ''} />
        </>
      )}
    </section>
  )
}

const verdict = ({ goal, so_far, forecast, low, high }: Pacing): string => {
  if (so_far >= goal) return 'reached'
  if (low >= goal) return 'on its way'
  if (forecast >= goal) return 'likely, not sure'
  return high >= goal ? 'in reach, not likely' : 'out of reach as it goes'
}
