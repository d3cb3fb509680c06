'use client'

import { useEffect, useState } from 'react'
import { ApiError, type Tagged } from '../../lib/api.ts'
import { longMonth } from '../../lib/days.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import { AMOUNT, amountOf } from '../../lib/typed-amount.ts'
import { type Goal, useGoalChanges } from '../../lib/use-goals.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Conflict } from '../rooms/conflict.tsx'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import styles from './goals.module.css'

type Props = {
  store: string | null
  month: string
  onSaved: (sentence: string, back: () => Promise<unknown>) => void
  onCancel: () => void
}

/** Sets the goal of a month, as it is on the server now. */
export function GoalForm({ store, month, onSaved, onCancel }: Props) {
  const format = useFormat()
  const { read, set, drop } = useGoalChanges()
  const [known, setKnown] = useState<{ goal: Tagged<Goal> | undefined }>()
  const [theirs, setTheirs] = useState<{ goal: Tagged<Goal> | undefined; mine: string }>()

  useEffect(() => {
    let left = false
    void read(store, month).then((goal) => !left && setKnown({ goal }))
    return () => {
      left = true
    }
    // oxlint-disable-next-line react/exhaustive-deps -- read once, when the editing begins
  }, [store, month])

  const send = async (amount: string, before: Tagged<Goal> | undefined) => {
    try {
      const goal = await set(store, month, amount, before?.etag)
      onSaved(`The goal of ${longMonth(month)} is ${format.money(goal.amount, goal.currency)}.`, () =>
        before ? set(store, month, String(before.value.amount)) : drop(goal.id),
      )
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 412) throw failure
      setTheirs({ goal: await read(store, month), mine: amount })
    }
  }
  const { busy, error, submit } = useSubmit((entered) => send(amountOf(textOf(entered, 'amount')), known?.goal))
  if (!known) return <Skeleton width={30} />
  return (
    <form className={rows.form} aria-label="Goal" onSubmit={submit}>
      <div className={styles.ask}>
        <Field
          label={`Net profit of ${longMonth(month)}`}
          name="amount"
          inputMode="decimal"
          required
          pattern={AMOUNT}
          title="An amount such as 20000"
          autoFocus
          autoComplete="off"
          defaultValue={known.goal?.value.amount}
        />
        {!theirs && (
          <>
            <button className={ui.button} disabled={busy}>
              Save
            </button>
            <button type="button" className={ui.quiet} onClick={onCancel}>
              Cancel
            </button>
          </>
        )}
      </div>
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      {theirs && (
        <Conflict
          what="This goal"
          theirs={theirs.goal ? format.money(theirs.goal.value.amount, theirs.goal.value.currency) : 'no goal'}
          onKeep={() => {
            const { mine, goal } = theirs
            setTheirs(undefined)
            setKnown({ goal })
            void send(mine, goal)
          }}
          onTake={onCancel}
        />
      )}
    </form>
  )
}
