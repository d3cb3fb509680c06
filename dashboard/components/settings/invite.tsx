'use client'

import { useState } from 'react'
import { textOf } from '../../lib/form-text.ts'
import { useStores } from '../../lib/use-stores.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { roles, type Role, roleWords, useUserChanges } from '../../lib/use-users.ts'
import { Field } from '../field.tsx'
import { Checks } from '../rooms/checks.tsx'
import { Choice } from '../rooms/choice.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'

/** Adds somebody to the team; `onDone` gets the path of their link, or nothing when it was cancelled. */
export function Invite({ onDone }: { onDone: (path?: string, email?: string) => void }) {
  const { data: stores } = useStores()
  const { invite } = useUserChanges()
  const [limited, setLimited] = useState(false)
  const { busy, error, submit } = useSubmit(async (entered) => {
    const email = textOf(entered, 'email').trim()
    const path = await invite({
      email,
      role: textOf(entered, 'role') as Role,
      stores: limited ? entered.getAll('store').map(String) : null,
    })
    onDone(path, email)
  })
  return (
    <form className={`${ui.panel} ${rows.form}`} aria-label="Invite somebody" onSubmit={submit}>
      <div className={rows.pair}>
        <Field label="E-mail" name="email" type="email" autoComplete="off" required autoFocus />
        <Choice
          label="Role"
          name="role"
          defaultValue="viewer"
          options={roles.map((role) => ({ value: role, label: `${role}: ${roleWords[role]}` }))}
        />
        <Choice
          label="Stores"
          value={limited ? 'some' : 'all'}
          onChange={(event) => setLimited(event.target.value === 'some')}
          options={[
            { value: 'all', label: 'All stores' },
            { value: 'some', label: 'Only some' },
          ]}
        />
      </div>
      {limited && (
        <Checks
          label="Only these stores"
          name="store"
          options={(stores?.data ?? []).map(({ slug, name }) => ({ value: slug, label: name }))}
        />
      )}
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          Make a link
        </button>
        <button type="button" className={ui.quiet} onClick={() => onDone()}>
          Cancel
        </button>
      </div>
    </form>
  )
}
