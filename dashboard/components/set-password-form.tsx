'use client'

import { type SubmitEvent, useState } from 'react'
import { BASE } from '../lib/address.ts'
import { ApiError, sentenceFor } from '../lib/api.ts'
import { textOf } from '../lib/form-text.ts'
import { logIn, setPassword } from '../lib/use-me.ts'
import styles from './form.module.css'
import { PasswordField } from './password-field.tsx'
import ui from './ui.module.css'

/** A password for the link in the address; the part behind # never reaches a server's log. Logs in when it is set. */
export function SetPasswordForm() {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | Error>()
  const fields = error instanceof ApiError ? error.errors : []

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const password = textOf(new FormData(event.currentTarget), 'password')
    setBusy(true)
    setError(undefined)
    try {
      const { email } = await setPassword(window.location.hash.slice(1), password)
      await logIn(email, password)
      window.location.replace(BASE)
    } catch (failure) {
      setError(failure as Error)
      setBusy(false)
    }
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} aria-label="Choose a password">
      <h1 className={ui.hidden}>Choose a password</h1>
      <PasswordField
        label="New password, 12 characters or more"
        name="password"
        autoComplete="new-password"
        required
        minLength={12}
        autoFocus
        error={fields.find(({ field }) => field === 'password')?.message}
      />
      <div role="alert">
        {error && fields.every(({ field }) => field !== 'password') && (
          <p className={styles.error}>{sentenceFor(error)}</p>
        )}
      </div>
      <button className={ui.button} disabled={busy}>
        {busy ? 'Saving…' : 'Set password and log in'}
      </button>
    </form>
  )
}
