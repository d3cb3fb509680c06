'use client'

import { type SubmitEvent, useState } from 'react'
import { ApiError, sentenceFor } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { type NewMemory, useMemoryChanges } from '../../lib/use-memories.ts'
import { Choice } from '../rooms/choice.tsx'
import rows from '../rooms/rows.module.css'
import { TextArea } from '../rooms/text-area.tsx'
import ui from '../ui.module.css'

/** Something for the agents to remember. */
export function NewMemoryForm({ onDone }: { onDone: () => void }) {
  const { add } = useMemoryChanges()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entered = new FormData(event.currentTarget)
    setBusy(true)
    setError(undefined)
    try {
      await add({
        content: textOf(entered, 'content').trim(),
        scope: textOf(entered, 'scope') as NewMemory['scope'],
        kind: textOf(entered, 'kind') as NewMemory['kind'],
      })
      onDone()
    } catch (failure) {
      setError(failure instanceof ApiError ? (failure.errors[0]?.message ?? failure.message) : sentenceFor(failure))
      setBusy(false)
    }
  }
  return (
    <form
      className={`${ui.panel} ${rows.form}`}
      aria-label="Remember something"
      onSubmit={(event) => void submit(event)}
    >
      <TextArea
        label="What should be remembered?"
        name="content"
        required
        minLength={3}
        maxLength={500}
        autoFocus
        hint="A rule, a preference or a decision. Figures are never remembered."
        error={error}
      />
      <div className={rows.pair}>
        <Choice
          label="For whom"
          name="scope"
          options={[
            { value: 'person', label: 'For me' },
            { value: 'team', label: 'For the team (an admin approves it)' },
          ]}
        />
        <Choice
          label="What it is"
          name="kind"
          options={[
            { value: 'preference', label: 'A preference' },
            { value: 'rule', label: 'A rule' },
            { value: 'episode', label: 'A decision or event' },
          ]}
        />
      </div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          Remember
        </button>
        <button type="button" className={ui.quiet} onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}
