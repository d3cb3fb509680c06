'use client'

import { useState } from 'react'
import { BASE } from '../lib/address.ts'
import { sentenceFor } from '../lib/api.ts'
import { logOut, useMe } from '../lib/use-me.ts'
import { PasswordForm } from './password-form.tsx'
import { Asked } from './rooms/asked.tsx'
import rows from './rooms/rows.module.css'
import { SecondFactor } from './settings/second-factor.tsx'
import { Sessions } from './settings/sessions.tsx'
import { SettingsRoom } from './settings/settings-room.tsx'
import ui from './ui.module.css'

/** The user's own access. */
export function Account() {
  const asked = useMe()
  return (
    <SettingsRoom title="Account" intro="Who you are here, and how you sign in.">
      <Asked asked={asked} lines={1}>
        {({ user }) => (
          <ul className={rows.rows}>
            <li className={rows.row}>
              <div className={rows.main}>
                <p>{user.email}</p>
                <p className={rows.meta}>Role: {user.role}</p>
              </div>
              <LogOut />
            </li>
          </ul>
        )}
      </Asked>
      <section className={`${ui.panel} ${rows.form}`} aria-labelledby="password-title">
        <div>
          <h2 id="password-title" className={rows.title}>
            Password
          </h2>
          <p className={rows.meta}>At least 12 characters. A few words are easier to remember than symbols.</p>
        </div>
        <PasswordForm email={asked.data?.user.email ?? ''} />
      </section>
      <SecondFactor />
      <Sessions />
    </SettingsRoom>
  )
}

function LogOut() {
  const [error, setError] = useState<string>()
  const leave = async () => {
    try {
      await logOut()
      window.location.replace(`${BASE}/login`)
    } catch (failure) {
      setError(sentenceFor(failure))
    }
  }
  return (
    <>
      <button type="button" className={ui.quiet} onClick={() => void leave()}>
        Log out
      </button>
      {error && <p role="alert">{error}</p>}
    </>
  )
}
