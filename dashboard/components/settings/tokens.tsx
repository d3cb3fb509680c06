'use client'

import { useState } from 'react'
import { dayOf, moment } from '../../lib/times.ts'
import { useApiTokenChanges, useApiTokens } from '../../lib/use-api-tokens.ts'
import { useMay } from '../../lib/use-me.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { ShownOnce } from '../rooms/shown-once.tsx'
import { useUndo } from '../rooms/use-undo.tsx'
import ui from '../ui.module.css'
import { NewToken } from './new-token.tsx'
import { SettingsRoom } from './settings-room.tsx'

/** Tokens for machines. */
export function Tokens() {
  const asked = useApiTokens()
  const { revoke } = useApiTokenChanges()
  const { gone, later, undo } = useUndo<number>()
  const may = useMay('admin')
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<string>()
  return (
    <SettingsRoom
      title="API tokens"
      intro={
        <>
          For machines that read or write over <a href="/docs">the API</a>. A token never may do more than whoever made
          it.
        </>
      }
    >
      {may && (
        <div className={rows.bar}>
          <button type="button" className={ui.button} aria-expanded={making} onClick={() => setMaking(!making)}>
            New token
          </button>
        </div>
      )}
      {made !== undefined && (
        <ShownOnce
          title="The new token"
          note="Copy it now: only a fingerprint of it is kept, so it is not shown again."
          value={made}
          onClose={() => setMade(undefined)}
        />
      )}
      {making && (
        <NewToken
          onDone={(token) => {
            setMaking(false)
            setMade(token)
          }}
        />
      )}
      <Asked asked={asked}>
        {({ data }) => {
          const shown = data.filter(({ id }) => !gone.has(id))
          return shown.length === 0 ? (
            <Notice>There are no tokens.</Notice>
          ) : (
            <ul className={rows.rows}>
              {shown.map(({ id, name, public_part, email, scopes, stores, created_at, last_used_at, expires_at }) => (
                <li key={id} className={rows.row}>
                  <div className={rows.main}>
                    <p>
                      {name} <code className={rows.code}>{public_part}…</code>
                    </p>
                    <p className={rows.meta}>
                      <span>{scopes.join(', ')}</span>
                      {stores !== null && <span>only {stores.join(', ')}</span>}
                    </p>
                    <p className={rows.meta}>
                      <span>
                        {email}, {dayOf(created_at)}
                      </span>
                      <span>{last_used_at === null ? 'never used' : `last used ${moment(last_used_at)}`}</span>
                      <span>{expires_at === null ? 'does not expire' : `until ${dayOf(expires_at)}`}</span>
                    </p>
                  </div>
                  <div className={rows.actions}>
                    <button
                      type="button"
                      className={rows.plain}
                      data-tone="loss"
                      onClick={() => later(id, `“${name}” is revoked.`, () => revoke(id))}
                    >
                      Revoke
                    </button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }}
      </Asked>
      {undo}
    </SettingsRoom>
  )
}
