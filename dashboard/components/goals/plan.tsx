'use client'

import { type SubmitEvent, useState } from 'react'
import { ApiError, reasonFor, sentenceFor, withQuery } from '../../lib/api.ts'
import { longMonth, plusDays } from '../../lib/days.ts'
import type { Format } from '../../lib/format.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import { AMOUNT, amountOf } from '../../lib/typed-amount.ts'
import { type Plan, useGoalChanges, usePacing, usePlan } from '../../lib/use-goals.ts'
import { useMay } from '../../lib/use-me.ts'
import { Field } from '../field.tsx'
import { Figure } from '../figure.tsx'
import { Notice } from '../notice.tsx'
import type { Explained } from '../proof/explanation.tsx'
import { Told } from '../proof/told.tsx'
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
  const { data: pacing, error: unknown } = usePacing(store, month)
  const [asked, setAsked] = useState<string>()
  const amount = asked ?? (pacing ? String(pacing.goal) : pacing === null || unknown !== undefined ? '10000' : '')
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
                  {plan ? (
                    <Told label={label} {...proofOf(name, plan, format, { store, today: today ?? '' })}>
                      <Figure name={like} value={plan[name]} currency={plan.currency} />
                    </Told>
                  ) : (
                    <Figure name={like} value={undefined} currency={undefined} />
                  )}
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

type Planned = 'revenue_needed' | 'revenue_per_day' | 'ad_spend_needed' | 'ad_spend_per_day' | 'fixed_costs'

/** How a figure of the plan is made, and where what it is made of stands. */
function proofOf(
  name: Planned,
  { amount, fixed_costs, revenue_needed, ad_spend_needed, cm2_percent, mer, days, currency }: Plan,
  format: Format,
  { store, today }: { store: string | null; today: string },
): Omit<Explained, 'label'> {
  const money = (value: number | null) => format.money(value, currency)
  const weeks = {
    href: withQuery('/pnl', { store, start: plusDays(today, -56), end: plusDays(today, -1) }),
    label: 'Open the eight weeks in the P&L',
  }
  if (name === 'fixed_costs')
    return {
      text: 'Recurring costs of the whole month, each spread over its calendar days.',
      ways: [{ href: '/costs/fixed', label: 'Fixed costs' }],
    }
  if (name === 'revenue_needed')
    return {
      text: 'Of each euro of revenue CM2 is left, less what ads take of it: 1 ÷ MER. What is left has to pay the fixed costs and the profit.',
      parts: [
        { key: 'amount', sign: '', label: 'Net profit wanted', figure: money(amount) },
        { key: 'fixed_costs', sign: '+', label: 'Fixed costs of the month', figure: money(fixed_costs) },
        {
          key: 'left',
          sign: '÷',
          label: `CM2 ${format.percent(cm2_percent)}${mer === null ? '' : ` − 1 ÷ MER ${format.multiple(mer)}`}`,
          figure: cm2_percent === null ? '–' : format.percent(cm2_percent - (mer === null ? 0 : 100 / mer)),
        },
      ],
      ways: [weeks],
    }
  if (name === 'ad_spend_needed')
    return {
      text: 'What ads cost at the ad efficiency of the last eight weeks.',
      parts: [
        { key: 'revenue_needed', sign: '', label: 'Revenue needed', figure: money(revenue_needed) },
        { key: 'mer', sign: '÷', label: 'MER', figure: format.multiple(mer) },
      ],
      ways: [weeks],
    }
  const whole = name === 'revenue_per_day' ? revenue_needed : ad_spend_needed
  return {
    text: 'Spread evenly over the days of the month.',
    parts: [
      {
        key: 'whole',
        sign: '',
        label: name === 'revenue_per_day' ? 'Revenue needed' : 'Ad spend for it',
        figure: money(whole),
      },
      { key: 'days', sign: '÷', label: 'Days of the month', figure: format.count(days) },
    ],
    ways: [weeks],
  }
}
