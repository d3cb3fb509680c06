'use client'

import { type SubmitEvent, useState } from 'react'
import { ApiError, reasonFor, type Tagged } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { readSettings, type Settings, useSettings } from '../../lib/use-settings.ts'
import { Field } from '../field.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Conflict } from '../rooms/conflict.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { SettingsRoom } from './settings-room.tsx'

/** Name, reporting currency and clock of the team. */
export function Team() {
  const { asked } = useSettings()
  return (
    <SettingsRoom
      title="Team"
      intro="What holds for everybody. Figures of several stores are told in one currency, on one clock."
    >
      <Asked asked={asked} lines={2}>
        {(settings) => <TeamForm read={settings} />}
      </Asked>
    </SettingsRoom>
  )
}

type Terms = Pick<Settings, 'name' | 'reporting_currency' | 'time_zone'>

/** Keeps to what it read at first, so that a refresh never takes away what is being typed. */
function TeamForm({ read }: { read: Tagged<Settings> }) {
  const { save } = useSettings()
  const [known, setKnown] = useState(read)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const [conflict, setConflict] = useState<{ mine: Terms; theirs: Tagged<Settings> }>()
  const adopt = (settings: Tagged<Settings> | undefined) => {
    if (settings) setKnown(settings)
    setConflict(undefined)
  }
  const send = async (terms: Terms, etag: string) => {
    setBusy(true)
    setError(undefined)
    try {
      adopt(await save(terms, etag))
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 412)
        setConflict({ mine: terms, theirs: await readSettings() })
      else setError(reasonFor(failure))
    }
    setBusy(false)
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entered = new FormData(event.currentTarget)
    void send(
      {
        name: textOf(entered, 'name').trim(),
        reporting_currency: textOf(entered, 'reporting_currency').trim().toUpperCase(),
        time_zone: textOf(entered, 'time_zone').trim(),
      },
      known.etag,
    )
  }
  const { name, reporting_currency, time_zone } = known.value
  return (
    <form key={known.etag} className={`${ui.panel} ${rows.form}`} aria-label="Team" onSubmit={submit}>
      <Field label="Name" name="name" defaultValue={name} required maxLength={200} />
      <div className={rows.pair}>
        <Field
          label="Reporting currency"
          name="reporting_currency"
          defaultValue={reporting_currency}
          required
          maxLength={3}
          pattern="[A-Za-z]{3}"
          autoCapitalize="characters"
          spellCheck={false}
          hint="Past days are told at the rates of those days."
        />
        <Field
          label="Time zone"
          name="time_zone"
          defaultValue={time_zone}
          required
          spellCheck={false}
          hint="Decides which day is today for totals."
        />
      </div>
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      {conflict ? (
        <Conflict
          what="The team"
          theirs={termsIn(conflict.theirs.value)}
          onKeep={() => void send(conflict.mine, conflict.theirs.etag)}
          onTake={() => adopt(conflict.theirs)}
        />
      ) : (
        <div className={rows.end}>
          <button className={ui.button} disabled={busy}>
            {busy ? 'Saving…' : 'Save'}
          </button>
        </div>
      )}
    </form>
  )
}

const termsIn = ({ name, reporting_currency, time_zone }: Terms): string =>
  `${name}, ${reporting_currency}, ${time_zone}`
