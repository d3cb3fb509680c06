'use client'

import { type SubmitEvent, useRef, useState } from 'react'
import { ApiError, sentenceFor } from '../lib/api.ts'
import { logIn, type User } from '../lib/use-me.ts'
import { textOf } from '../lib/form-text.ts'
import { Field } from './field.tsx'
import styles from './form.module.css'
import { PasswordField } from './password-field.tsx'
import ui from './ui.module.css'

type Props = {
  /** Who logs in again; unknown on the login page. */
  email?: string | undefined
  onLogin: (user: User) => void
}

/** E-mail and password. */
export function LoginForm({ email, onLogin }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | Error>()
  const fields = error instanceof ApiError ? error.errors : []
  const messageFor = (name: string) => fields.find(({ field }) => field === name)?.message

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entered = new FormData(event.currentTarget)
    setBusy(true)
    setError(undefined)
    try {
      onLogin(await logIn(textOf(entered, 'email').trim(), textOf(entered, 'password')))
    } catch (failure) {
      setError(failure as Error)
      setBusy(false)
      form.current?.querySelector<HTMLInputElement>('[name=password]')?.select()
    }
  }

  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)} aria-label="Log in">
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        defaultValue={email}
        autoFocus={email === undefined}
        error={messageFor('email')}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        autoFocus={email !== undefined}
        error={messageFor('password')}
      />
      <div role="alert">{error && fields.length === 0 && <p className={styles.error}>{sentenceFor(error)}</p>}</div>
      <button className={ui.button} disabled={busy}>
        {busy ? 'Logging in…' : 'Log in'}
      </button>
    </form>
  )
}
