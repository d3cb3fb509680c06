'use client'

import Link from 'next/link'
import { useState } from 'react'
import { sentenceFor, withQuery } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { moment } from '../../lib/times.ts'
import { type Secret, useSettings } from '../../lib/use-settings.ts'
import { type Store, useStores } from '../../lib/use-stores.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { SettingsRoom } from './settings-room.tsx'

const secrets: Record<Secret['name'], { title: string; what: string }> = {
  anthropic_api_key: {
    title: 'Claude',
    what: 'Key of the Claude API: Alfred, Roos and Elisa answer in free text with it.',
  },
  openai_api_key: {
    title: 'OpenAI',
    what: 'Key of the OpenAI API: the material is also found by its meaning with it.',
  },
}

/** Where data comes from, and the keys of services. */
export function Integrations() {
  const { asked } = useSettings()
  const stores = useStores()
  return (
    <SettingsRoom
      title="Integrations"
      intro="Keys can be set, replaced and removed, but never read back: they are encrypted, and only the last to set one is told."
    >
      <section aria-labelledby="shops" className={rows.part}>
        <h2 id="shops" className={rows.title}>
          Shopify
        </h2>
        <Asked asked={stores}>
          {({ data }) =>
            data.length === 0 ? (
              <Notice>There is no store yet. Add one under Stores.</Notice>
            ) : (
              <ul className={rows.rows}>
                {data.map((store) => (
                  <Shop key={store.slug} store={store} />
                ))}
              </ul>
            )
          }
        </Asked>
      </section>
      <section aria-labelledby="keys" className={rows.part}>
        <h2 id="keys" className={rows.title}>
          Services
        </h2>
        <Asked asked={asked} lines={2}>
          {({ value }) => (
            <ul className={rows.rows}>
              {value.secrets.map((secret) => (
                <Key key={secret.name} secret={secret} />
              ))}
            </ul>
          )}
        </Asked>
      </section>
    </SettingsRoom>
  )
}

/** A store leads to its own page, where its shop is connected, replaced and disconnected. */
function Shop({ store: { slug, name, shopify_domain } }: { store: Store }) {
  const connected = shopify_domain !== null
  return (
    <li className={rows.row} data-near>
      <div className={rows.main}>
        <p>
          {name}{' '}
          <span className={rows.badge} data-tone={connected ? 'good' : undefined}>
            {connected ? 'connected' : 'not connected'}
          </span>
        </p>
        <p className={rows.meta}>
          <span>{shopify_domain ?? 'Its orders come by files; changes to it cannot be carried out.'}</span>
        </p>
      </div>
      <Link
        className={rows.plain}
        href={withQuery(connected ? '/stores/data' : '/stores/connect', { store: slug })}
        aria-label={connected ? `Connection of ${name}` : `Connect ${name}`}
      >
        {connected ? 'Connection' : 'Connect'}
      </Link>
    </li>
  )
}

function Key({ secret: { name, is_set, set_at, set_by } }: { secret: Secret }) {
  const { save } = useSettings()
  const [open, setOpen] = useState(false)
  const [failed, setFailed] = useState<string>()
  const { busy, error, submit } = useSubmit(async (entered) => {
    await save({ secrets: { [name]: textOf(entered, 'secret').trim() } })
    setOpen(false)
  })
  const drop = async () => {
    setFailed(undefined)
    try {
      await save({ secrets: { [name]: null } })
    } catch (failure) {
      setFailed(sentenceFor(failure))
    }
  }
  const { title, what } = secrets[name]
  return (
    <li className={rows.row} data-near>
      <div className={rows.main}>
        <p>
          {title}{' '}
          <span className={rows.badge} data-tone={is_set ? 'good' : undefined}>
            {is_set ? 'set' : 'not set here'}
          </span>
        </p>
        <p className={rows.meta}>
          <span>{what}</span>
          {set_at !== null && (
            <span>
              set by {set_by}, {moment(set_at)}
            </span>
          )}
        </p>
        {failed !== undefined && <p className={rows.error}>{failed}</p>}
      </div>
      <div className={rows.actions}>
        <button type="button" className={rows.plain} aria-expanded={open} onClick={() => setOpen(!open)}>
          {is_set ? 'Replace' : 'Set'}
        </button>
        {is_set && (
          <button type="button" className={rows.plain} data-tone="loss" onClick={() => void drop()}>
            Remove
          </button>
        )}
      </div>
      {open && (
        <form className={`${rows.form} ${rows.whole}`} aria-label={`Key of ${title}`} onSubmit={submit}>
          <Field label={`Key of ${title}`} name="secret" type="password" autoComplete="off" required error={error} />
          <div className={rows.end}>
            <button className={ui.button} disabled={busy}>
              Save
            </button>
            <button type="button" className={ui.quiet} onClick={() => setOpen(false)}>
              Cancel
            </button>
          </div>
        </form>
      )}
    </li>
  )
}
