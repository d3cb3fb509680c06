'use client'

import { useEffect, useState } from 'react'
import { ApiError, type Tagged } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { type ActionLimits, useActionLimitChange } from '../../lib/use-action-limits.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Choice } from '../rooms/choice.tsx'
import { Conflict } from '../rooms/conflict.tsx'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'

const amounts = [
  { name: 'max_amount', label: 'At most at once' },
  { name: 'max_amount_per_day', label: 'At most a day' },
  { name: 'max_change_percent', label: 'At most up or down, %' },
  { name: 'second_approver_above_amount', label: 'Two people above' },
  { name: 'second_approver_above_percent', label: 'Two people above, %' },
] as const

/** The limits of a kind as they are on the server now. An empty field is no limit. */
export function EditLimits({ kind, onDone }: { kind: string; onDone: () => void }) {
  const { read, save } = useActionLimitChange()
  const [known, setKnown] = useState<Tagged<ActionLimits>>()
  const [conflict, setConflict] = useState<{ mine: Partial<ActionLimits>; theirs: Tagged<ActionLimits> }>()

  useEffect(() => {
    let left = false
    void read(kind).then((now) => !left && setKnown(now))
    return () => {
      left = true
    }
    // oxlint-disable-next-line react/exhaustive-deps -- read once, when the editing begins
  }, [kind])

  const send = async (changed: Partial<ActionLimits>, etag: string) => {
    try {
      await save(kind, changed, etag)
      onDone()
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 412) throw failure
      setConflict({ mine: changed, theirs: await read(kind) })
    }
  }
  const { busy, error, submit } = useSubmit(async (entered) => {
    const limits = Object.fromEntries(
      amounts.map(({ name }) => {
        const typed = textOf(entered, name).trim().replace(',', '.')
        return [name, typed === '' ? null : Number(typed)]
      }),
    )
    if (known)
      await send(
        {
          ...limits,
          enabled: textOf(entered, 'enabled') === 'true',
          max_per_day: Number(textOf(entered, 'max_per_day')),
        },
        known.etag,
      )
  })
  if (!known) return <Skeleton width={40} />
  return (
    <form className={`${rows.form} ${rows.whole}`} aria-label="Limits" onSubmit={submit}>
      <div className={rows.pair}>
        <Choice
          label="Proposals"
          name="enabled"
          defaultValue={String(known.value.enabled)}
          options={[
            { value: 'true', label: 'Allowed' },
            { value: 'false', label: 'Switched off' },
          ]}
        />
        <Field
          label="How many a day"
          name="max_per_day"
          type="number"
          min={0}
          max={10000}
          defaultValue={known.value.max_per_day}
          required
        />
        {amounts.map(({ name, label }) => (
          <Field
            key={name}
            label={label}
            name={name}
            inputMode="decimal"
            defaultValue={known.value[name] ?? ''}
            placeholder="no limit"
            pattern="[0-9]+([.,][0-9]+)?"
          />
        ))}
      </div>
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      {conflict ? (
        <Conflict
          what="This limit"
          theirs={Object.entries(conflict.theirs.value)
            .filter(
              ([name, value]) =>
                value !== null && typeof value !== 'object' && name !== 'updated_at' && name !== 'kind',
            )
            .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`)
            .join('\n')}
          onKeep={() => void send(conflict.mine, conflict.theirs.etag)}
          onTake={onDone}
        />
      ) : (
        <div className={rows.end}>
          <button className={ui.button} disabled={busy}>
            Save
          </button>
          <button type="button" className={ui.quiet} onClick={onDone}>
            Cancel
          </button>
        </div>
      )}
    </form>
  )
}
