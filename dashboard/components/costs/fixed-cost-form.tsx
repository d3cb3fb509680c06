'use client'

import { useEffect, useState } from 'react'
import { ApiError, type Tagged } from '../../lib/api.ts'
import { longDayRange } from '../../lib/days.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import { AMOUNT, amountOf } from '../../lib/typed-amount.ts'
import { type FixedCost, intervals, useFixedCostChanges } from '../../lib/use-fixed-costs.ts'
import { useOverview } from '../../lib/use-overview.ts'
import { useStores } from '../../lib/use-stores.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Choice } from '../rooms/choice.tsx'
import { FormEnd } from '../rooms/form-end.tsx'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'

type Props = { id?: number; onSaved: (sentence: string) => void; onCancel: () => void }

/** Makes a fixed cost, or changes one as it is on the server now; another amount holds from a day on, the days before keep theirs. */
export function FixedCostForm({ id, onSaved, onCancel }: Props) {
  const format = useFormat()
  const { read, add, change } = useFixedCostChanges()
  const { data: stores } = useStores()
  const { data: overview } = useOverview(null)
  const [known, setKnown] = useState<Tagged<FixedCost>>()
  const [theirs, setTheirs] = useState<{ now: Tagged<FixedCost>; mine: object }>()

  useEffect(() => {
    let left = false
    if (id !== undefined) void read(id).then((now) => !left && setKnown(now))
    return () => {
      left = true
    }
    // oxlint-disable-next-line react/exhaustive-deps -- read once, when the editing begins
  }, [id])

  const send = async (cost: object, current: Tagged<FixedCost>) => {
    try {
      await change(current.value.id, cost, current.etag)
      onSaved(`“${current.value.name}” is changed.`)
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 412) throw failure
      setTheirs({ mine: cost, now: await read(current.value.id) })
    }
  }
  const { busy, error, submit } = useSubmit(async (entered) => {
    const said = {
      name: textOf(entered, 'name').trim(),
      category: textOf(entered, 'category').trim(),
      amount: amountOf(textOf(entered, 'amount')),
      currency: textOf(entered, 'currency').trim(),
      interval: textOf(entered, 'interval'),
      ends_on: textOf(entered, 'ends_on') || null,
    }
    if (known) {
      const from = textOf(entered, 'from')
      return send({ ...said, ...(from !== '' && { from }) }, known)
    }
    const starts_on = textOf(entered, 'starts_on')
    await add({ ...said, store: textOf(entered, 'store') || null, ...(starts_on !== '' && { starts_on }) })
    onSaved(`“${said.name}” is added.`)
  })
  if (id !== undefined && !known)
    return (
      <div className={rows.whole}>
        <Skeleton width={40} />
      </div>
    )
  const cost = known?.value
  const today = overview?.today.end
  return (
    <form
      className={`${rows.form} ${rows.whole}`}
      aria-label={cost ? `Fixed cost ${cost.name}` : 'New fixed cost'}
      onSubmit={submit}
    >
      <div className={rows.pair}>
        <Field label="Name" name="name" required maxLength={200} autoFocus defaultValue={cost?.name} />
        <Field label="Category (optional)" name="category" maxLength={100} defaultValue={cost?.category} />
      </div>
      <div className={rows.pair}>
        <Field
          label="Amount"
          name="amount"
          inputMode="decimal"
          required
          pattern={AMOUNT}
          title="An amount such as 1200.00"
          autoComplete="off"
          defaultValue={cost?.amount}
        />
        <Field
          label="Currency"
          name="currency"
          required
          pattern="[A-Z]{3}"
          title="A code such as EUR"
          maxLength={3}
          defaultValue={cost?.currency ?? overview?.currency ?? 'EUR'}
        />
        <Choice
          label="Each"
          name="interval"
          defaultValue={cost?.interval ?? 'month'}
          options={intervals.map((value) => ({ value, label: value }))}
        />
      </div>
      <div className={rows.pair}>
        {cost ? (
          <Field label="Another amount holds from" name="from" type="date" defaultValue={today} />
        ) : (
          <>
            <Choice
              label="Store"
              name="store"
              options={[
                { value: '', label: 'All stores' },
                ...(stores?.data ?? []).map(({ slug, name }) => ({ value: slug, label: name })),
              ]}
            />
            <Field label="From (empty: the 1st of this month)" name="starts_on" type="date" />
          </>
        )}
        <Field label="Until (empty: until it is ended)" name="ends_on" type="date" defaultValue={cost?.ends_on ?? ''} />
      </div>
      <FormEnd
        busy={busy}
        error={error}
        onCancel={onCancel}
        conflict={
          theirs && {
            what: 'This cost',
            theirs: `${theirs.now.value.name}: ${format.money(theirs.now.value.amount, theirs.now.value.currency)} a ${theirs.now.value.interval}, ${longDayRange(theirs.now.value.starts_on, theirs.now.value.ends_on)}`,
            onKeep: () => {
              const { mine, now } = theirs
              setTheirs(undefined)
              setKnown(now)
              void send(mine, now)
            },
            onTake: onCancel,
          }
        }
      />
    </form>
  )
}
