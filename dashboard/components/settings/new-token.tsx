'use client'

import { textOf } from '../../lib/form-text.ts'
import { scopes, useApiTokenChanges } from '../../lib/use-api-tokens.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Checks } from '../rooms/checks.tsx'
import { Choice } from '../rooms/choice.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'

const DAY = 86_400_000

/** Makes a token; `onDone` gets it, or nothing when it was cancelled. */
export function NewToken({ onDone }: { onDone: (token?: string) => void }) {
  const { make } = useApiTokenChanges()
  const { busy, error, submit } = useSubmit(async (entered) => {
    const days = Number(textOf(entered, 'days'))
    onDone(
      await make({
        name: textOf(entered, 'name').trim(),
        scopes: entered.getAll('scope').map(String),
        expires_at: days === 0 ? null : new Date(Date.now() + days * DAY).toISOString(),
      }),
    )
  })
  return (
    <form className={`${ui.panel} ${rows.form}`} aria-label="New token" onSubmit={submit}>
      <div className={rows.pair}>
        <Field label="Name" name="name" required maxLength={200} autoFocus placeholder="Warehouse script" />
        <Choice
          label="Lasts"
          name="days"
          defaultValue="90"
          options={[
            { value: '30', label: '30 days' },
            { value: '90', label: '90 days' },
            { value: '365', label: 'A year' },
            { value: '0', label: 'Until it is revoked' },
          ]}
        />
      </div>
      <Checks
        label="It may"
        name="scope"
        ticked={['stats:read']}
        options={scopes.map((scope) => ({ value: scope, label: scope }))}
      />
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          Make the token
        </button>
        <button type="button" className={ui.quiet} onClick={() => onDone()}>
          Cancel
        </button>
      </div>
    </form>
  )
}
