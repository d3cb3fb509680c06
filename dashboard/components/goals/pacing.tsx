'use client'

import { useState } from 'react'
import { ApiError, sentenceFor, withQuery } from '../../lib/api.ts'
import { longMonth, plusDays } from '../../lib/days.ts'
import type { Format } from '../../lib/format.ts'
import { useFormat } from '../../lib/preferences.ts'
import { type Pacing, usePacing } from '../../lib/use-goals.ts'
import { useMay } from '../../lib/use-me.ts'
import { usePnl } from '../../lib/use-pnl.ts'
import { Figure } from '../figure.tsx'
import { Notice } from '../notice.tsx'
import type { Explained } from '../proof/explanation.tsx'
import { Told } from '../proof/told.tsx'
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
          {month ? `Goal of ${longMonth(month)}` : error === undefined ? <Skeleton width={12} /> : 'Goal of the month'}{' '}
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
            {proofs(pacing, format, { store, today: today ?? '' }).map(({ name, note, ...explained }) => (
              <div key={name} data-column={name}>
                <dt>{explained.label}</dt>
                <dd>
                  <Told {...explained}>
                    <Figure name="net_profit" value={pacing[name]} currency={pacing.currency} />
                  </Told>
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

type Proof = Explained & { name: 'goal' | 'so_far' | 'needed_per_day' | 'forecast'; note: string }

/** How each figure of the goal is made, and where what it is made of stands. */
function proofs(pacing: Pacing, format: Format, { store, today }: { store: string | null; today: string }): Proof[] {
  const { month, currency, goal, so_far, forecast, low, high, closed_days, remaining_days } = pacing
  const money = (amount: number) => format.money(amount, currency)
  const statement = (label: string, start: string, end: string) => ({
    href: withQuery('/pnl', { store, start, end }),
    label,
  })
  const yesterday = plusDays(today, -1)
  const closed = closed_days > 0 ? [statement('Open the closed days in the P&L', `${month}-01`, yesterday)] : []
  const days = (count: number) => `${count} ${count === 1 ? 'day' : 'days'}`
  return [
    {
      name: 'goal',
      label: 'Goal',
      note: `net profit of ${longMonth(month)}`,
      text: 'What a person said that the month is to bring, after all costs. The audit log has who said it and when.',
      ways: [{ href: '/settings/audit-log', label: 'Audit log' }],
    },
    {
      name: 'so_far',
      label: 'So far',
      note: `${closed_days} closed ${closed_days === 1 ? 'day' : 'days'}`,
      text: `Net profit of the ${days(closed_days)} of the month before today, as the income statement has it.`,
      ways: closed,
    },
    {
      name: 'needed_per_day',
      label: 'Needed a day',
      note: `${days(remaining_days)} left, today among them`,
      text: 'What each remaining day is to bring for the month to end at the goal.',
      parts: [
        { key: 'goal', sign: '', label: 'Goal', figure: money(goal) },
        { key: 'so_far', sign: '−', label: 'So far', figure: money(so_far) },
        { key: 'remaining_days', sign: '÷', label: 'Remaining days', figure: format.count(remaining_days) },
      ],
      ways: closed,
    },
    {
      name: 'forecast',
      label: 'Will likely end at',
      note: `${money(low)} to ${money(high)} in 8 of 10 months`,
      text:
        'What is closed, and for each day from today on what the same weekday brought on average in the eight weeks before; fixed costs as they ' +
        'accrue. The band is what 8 of 10 such months end in.',
      parts: [
        { key: 'so_far', sign: '', label: 'So far', figure: money(so_far) },
        { key: 'rest', sign: '+', label: 'Expected rest', figure: money(Math.round((forecast - so_far) * 100) / 100) },
      ],
      ways: [...closed, statement('Open the eight weeks in the P&L', plusDays(today, -56), yesterday)],
    },
  ]
}

const verdict = ({ goal, so_far, forecast, low, high }: Pacing): string => {
  if (so_far >= goal) return 'reached'
  if (low >= goal) return 'on its way'
  if (forecast >= goal) return 'likely, not sure'
  return high >= goal ? 'in reach, not likely' : 'out of reach as it goes'
}
