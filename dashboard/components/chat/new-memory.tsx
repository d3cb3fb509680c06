'use client'

import { textOf } from '../../lib/form-text.ts'
import { type NewMemory, useMemoryChanges } from '../../lib/use-memories.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Choice } from '../rooms/choice.tsx'
import rows from '../rooms/rows.module.css'
import { TextArea } from '../rooms/text-area.tsx'
import ui from '../ui.module.css'

/** Something for the agents to remember. */
export function NewMemoryForm({ onDone }: { onDone: () => void }) {
  const { add } = useMemoryChanges()
  const { busy, error, submit } = useSubmit(async (entered) => {
    await add({
      content: textOf(entered, 'content').trim(),
      scope: textOf(entered, 'scope') as NewMemory['scope'],
      kind: textOf(entered, 'kind') as NewMemory['kind'],
    })
    onDone()
  })
  return (
    <form className={`${ui.panel} ${rows.form}`} aria-label="Remember something" onSubmit={submit}>
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
