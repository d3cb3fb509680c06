'use client'

import { type SubmitEvent, useState } from 'react'
import { ApiError, reasonFor, sentenceFor } from '../../lib/api.ts'
import { longMonth } from '../../lib/days.ts'
import { textOf } from '../../lib/form-text.ts'
import type { Format } from '../../lib/format.ts'
import { useFormat } from '../../lib/preferences.ts'
import { AMOUNT, amountOf } from '../../lib/typed-amount.ts'
import { type Plan, useGoalChanges, usePacing, usePlan } from '../../lib/use-goals.ts'
import { useMay } from '../../lib/use-me.ts'
import { Field } from '../field.tsx'
import { Figure } from '../figure.tsx'
import { Notice } from '../notice.tsx'
import rows from '../rooms/rows.module.css'
import type { TakenBack } from '../rooms/use-taken-back.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import styles from './goals.module.css'

type Props = { store: string | null; today: string | undefined; onDone: TakenBack['done'] }

/** A profit that is wanted, and the revenue and ad spend that it takes. */
export function PlanPanel({ store, today, onDone }: Props) {
  const format = useFormat()
  const month = today?.slice(0, 7)
  const { data: pacing } = usePacing(store, month)
  const [asked, setAsked] = useState<string>()
  const amount = asked ?? (pacing ? String(pacing.goal) : pacing === null ? '10000' : '')
  const { data: plan, error, mutate, isLoading } = usePlan(store, amount)
  const { read, set, drop } = useGoalChanges()
  const may = useMay('financials:write')
  const [refused, setRefused] = useState<string>()

  const work = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    setAsked(amountOf(textOf(new FormData(event.currentTarget), 'amount')))
  }
  const makeGoal = async (month: string) => {
    setRefused(undefined)
    try {
      const before = await read(store, month)
      const goal = await set(store, month, amount, before?.etag)
      onDone(`The goal of ${longMonth(month)} is ${format.money(goal.amount, goal.currency)}.`, () =>
        before ? set(store, month, String(before.value.amount)) : drop(goal.id),
      )
    } catch (failure) {
      setRefused(reasonFor(failure))
    }
  }
  return (
    <section
      className={ui.panel}
      aria-labelledby="plan-title"
      aria-busy={isLoading || (plan === undefined && error === undefined)}
    >
      <header className={styles.head}>
        <h2 id="plan-title">What a profit takes</h2>
      </header>
      <form key={amount === '' ? 'waiting' : 'known'} className={styles.ask} aria-label="Plan" onSubmit={work}>
        <Field
          label={`Net profit wanted${plan ? `, ${plan.currency} a month` : ''}`}
          name="amount"
          inputMode="decimal"
          required
          pattern={AMOUNT}
          title="An amount such as 20000"
          autoComplete="off"
          defaultValue={amount}
        />
        <button className={ui.button}>Work it out</button>
        {may && month && (
          <button type="button" className={ui.quiet} disabled={!plan} onClick={() => plan && void makeGoal(plan.month)}>
            Make it the goal of {longMonth(plan?.month ?? month)}
          </button>
        )}
      </form>
      <div role="alert">{refused !== undefined && <p className={rows.error}>{refused}</p>}</div>
      {error !== undefined &&
        (error instanceof ApiError && error.status === 403 ? (
          <Notice>{sentenceFor(error)}</Notice>
        ) : (
          <Notice tone="attention" onRetry={mutate}>
            {reasonFor(error)}
          </Notice>
        ))}
      {error === undefined && (
        <>
          <dl className={styles.figures} aria-label="The plan">
            {(
              [
                ['revenue_needed', 'Revenue needed', 'revenue'],
                ['revenue_per_day', 'Revenue a day', 'revenue'],
                ['ad_spend_needed', 'Ad spend for it', 'ad_spend'],
                ['ad_spend_per_day', 'Ad spend a day', 'ad_spend'],
                ['fixed_costs', 'Fixed costs of the month', 'fixed_costs'],
              ] as const
            ).map(([name, label, like]) => (
              <div key={name} data-column={name}>
                <dt>{label}</dt>
                <dd>
                  <Figure name={like} value={plan?.[name]} currency={plan?.currency} />
                </dd>
              </div>
            ))}
          </dl>
          <p className={styles.note}>{plan ? wordsFor(plan, format) : <Skeleton width={60} />}</p>
        </>
      )}
    </section>
  )
}

const wordsFor = ({ revenue_needed, cm2_percent, mer, days }: Plan, format: Format): string => {
  if (revenue_needed !== null)
    return `Over ${days} days, at the margin before ads (CM2 ${format.percent(cm2_percent)}) and the ad efficiency (${mer === null ? 'no ads' : `MER ${format.multiple(mer)}`}) of the last eight weeks.`
  return cm2_percent === null
    ? 'Nothing was sold in the last eight weeks, so there is no margin to reckon with.'
    : 'At the margin and ad efficiency of the last eight weeks each euro of revenue costs more than it brings: more of it makes no profit. Costs, prices or ads have to change first.'
}
