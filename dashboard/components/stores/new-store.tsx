import { useState } from 'react'
import { textOf } from '../../lib/form-text.ts'
import { slugOf } from '../../lib/slug.ts'
import { useStoreChanges } from '../../lib/use-store-changes.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { CostPercentField, percentIn, TimeZoneField } from './term-fields.tsx'

/** Adds a store. `first`: there is none yet, so the form is open. */
export function NewStore({ first, onMade }: { first: boolean; onMade: (slug: string) => void }) {
  const { add } = useStoreChanges()
  const [open, setOpen] = useState(first)
  const [slug, setSlug] = useState('')
  const { busy, error, submit } = useSubmit(async (entered) => {
    const made = await add({
      name: textOf(entered, 'name').trim(),
      slug: textOf(entered, 'slug').trim(),
      currency: textOf(entered, 'currency').trim().toUpperCase(),
      time_zone: textOf(entered, 'time_zone').trim(),
      default_cost_percent: percentIn(entered),
    })
    onMade(made.slug)
  })
  if (!open)
    return (
      <div>
        <button type="button" className={ui.quiet} onClick={() => setOpen(true)}>
          A new store
        </button>
      </div>
    )
  return (
    <form className={`${ui.panel} ${rows.form}`} aria-label="A new store" onSubmit={submit}>
      <div className={rows.pair}>
        <Field
          label="Name"
          name="name"
          required
          maxLength={200}
          autoFocus={!first}
          onChange={(event) => setSlug(slugOf(event.target.value))}
        />
        <Field
          label="Short name"
          name="slug"
          required
          maxLength={63}
          pattern="[a-z0-9][a-z0-9\-]*"
          value={slug}
          onChange={(event) => setSlug(event.target.value)}
          autoCapitalize="none"
          spellCheck={false}
          hint="Stands in addresses and files, and stays for good."
        />
      </div>
      <div className={rows.pair}>
        <Field
          label="Currency"
          name="currency"
          required
          maxLength={3}
          pattern="[A-Za-z]{3}"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="EUR"
          hint="The shop’s own, as in its settings. It stays for good."
        />
        <TimeZoneField
          defaultValue={new Intl.DateTimeFormat().resolvedOptions().timeZone}
          hint="The shop’s own, so that its days are the same here."
        />
      </div>
      <CostPercentField />
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          {busy ? 'Adding…' : 'Add the store'}
        </button>
        {!first && (
          <button type="button" className={ui.quiet} onClick={() => setOpen(false)}>
            Cancel
          </button>
        )}
      </div>
    </form>
  )
}
