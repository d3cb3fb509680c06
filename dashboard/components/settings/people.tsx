'use client'

import { useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import { dayOf } from '../../lib/times.ts'
import { useMay, useMe } from '../../lib/use-me.ts'
import { endSessionsOf } from '../../lib/use-sessions.ts'
import { type Member, roles, type Role, roleWords, useUserChanges, useUsers } from '../../lib/use-users.ts'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { ShownOnce } from '../rooms/shown-once.tsx'
import ui from '../ui.module.css'
import { Invite } from './invite.tsx'
import styles from './people.module.css'
import { SettingsRoom } from './settings-room.tsx'

/** Who may sign in, with which role, in which stores. */
export function People() {
  const asked = useUsers()
  const may = useMay('admin')
  const [inviting, setInviting] = useState(false)
  const [link, setLink] = useState<{ path: string; email: string }>()
  return (
    <SettingsRoom
      title="People"
      intro="Who may sign in, what each may do, and in which stores. A change of role ends the person’s sessions at once."
    >
      {may && (
        <div className={rows.bar}>
          <button type="button" className={ui.button} aria-expanded={inviting} onClick={() => setInviting(!inviting)}>
            Invite somebody
          </button>
        </div>
      )}
      {link && (
        <ShownOnce
          title={`A link for ${link.email}`}
          note="It lets them choose a password, once and within 24 hours. Send it to nobody else; it is not shown again."
          value={`${window.location.origin}${link.path}`}
          onClose={() => setLink(undefined)}
        />
      )}
      {inviting && (
        <Invite
          onDone={(path, email) => {
            setInviting(false)
            if (path !== undefined && email !== undefined) setLink({ path, email })
          }}
        />
      )}
      <Asked asked={asked}>
        {({ data }) => (
          <ul className={rows.rows}>
            {data.map((member) => (
              <Row key={member.id} member={member} onLink={(path) => setLink({ path, email: member.email })} />
            ))}
          </ul>
        )}
      </Asked>
    </SettingsRoom>
  )
}

function Row({ member, onLink }: { member: Member; onLink: (path: string) => void }) {
  const { data: me } = useMe()
  const { set, link, resetSecondFactor } = useUserChanges()
  const [error, setError] = useState<string>()
  const attempt = async (work: () => Promise<unknown>) => {
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(sentenceFor(failure))
    }
  }
  const { id, email, role, stores, disabled, active, second_factor } = member
  const isMe = me?.user.id === id
  return (
    <li className={rows.row} data-quiet={disabled || undefined}>
      <div className={rows.main}>
        <p>
          {email} {isMe && <span className={rows.badge}>you</span>}
          {!active && !disabled && (
            <span className={rows.badge} data-tone="attention">
              invited
            </span>
          )}
          {disabled && <span className={rows.badge}>disabled</span>}
        </p>
        <p className={rows.meta}>
          <span>{roleWords[role]}</span>
          <span>{stores === null ? 'all stores' : stores.join(', ')}</span>
          <span>since {dayOf(member.created_at)}</span>
          {second_factor && <span>second factor</span>}
        </p>
        {error !== undefined && (
          <p className={rows.error} role="alert">
            {error}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        <label className={ui.chevron}>
          <select
            className={ui.select}
            aria-label={`Role of ${email}`}
            value={role}
            disabled={disabled || isMe}
            onChange={(event) => void attempt(() => set(id, { role: event.target.value as Role }))}
          >
            {roles.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <div className={rows.actions}>
          {!disabled && !isMe && (
            <button
              type="button"
              className={rows.plain}
              onClick={() => void attempt(async () => onLink(await link(id)))}
            >
              {active ? 'New password' : 'New link'}
            </button>
          )}
          {!disabled && !isMe && active && <EndSessions id={id} email={email} attempt={attempt} />}
          {!disabled && !isMe && second_factor && (
            <button type="button" className={rows.plain} onClick={() => void attempt(() => resetSecondFactor(id))}>
              Reset second factor
            </button>
          )}
          {!isMe && (
            <button
              type="button"
              className={rows.plain}
              data-tone={disabled ? undefined : 'loss'}
              onClick={() => void attempt(() => set(id, { disabled: !disabled }))}
            >
              {disabled ? 'Let in again' : 'Disable'}
            </button>
          )}
        </div>
      </div>
    </li>
  )
}

type Ending = { id: number; email: string; attempt: (work: () => Promise<unknown>) => Promise<void> }

function EndSessions({ id, email, attempt }: Ending) {
  const [ended, setEnded] = useState(false)
  return (
    <button
      type="button"
      className={rows.plain}
      disabled={ended}
      aria-label={`End the sessions of ${email}`}
      onClick={() => void attempt(() => endSessionsOf(id).then(() => setEnded(true)))}
    >
      {ended ? 'Sessions ended' : 'End sessions'}
    </button>
  )
}
