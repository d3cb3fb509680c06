'use client'

import { type SubmitEvent, useRef, useState } from 'react'
import { ApiError, sentenceFor } from '../lib/api.ts'
import { logIn, type User } from '../lib/use-me.ts'
import { textOf } from '../lib/form-text.ts'
import { CodeField } from './code-field.tsx'
import { Field } from './field.tsx'
import styles from './form.module.css'
import { PasswordField } from './password-field.tsx'
import ui from './ui.module.css'

type Props = {
  /** Who logs in again; unknown on the login page. */
  email?: string | undefined
  onLogin: (user: User) => void
}

/**
 * E-mail and password, and where anybody in the team has a second factor, its code as a second step. The server never says which of them is
 * wrong, so this does not either: whoever has no second factor goes back.
 */
export function LoginForm({ email, onLogin }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | Error>()
  const [step, setStep] = useState<'password' | 'code'>('password')
  const fields = error instanceof ApiError ? error.errors : []
  const messageFor = (name: string) => fields.find(({ field }) => field === name)?.message

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entered = new FormData(event.currentTarget)
    setBusy(true)
    setError(undefined)
    try {
      const code = step === 'code' ? textOf(entered, 'code') : undefined
      onLogin(await logIn(textOf(entered, 'email').trim(), textOf(entered, 'password'), code))
    } catch (failure) {
      setBusy(false)
      if (step === 'password' && asksForCode(failure)) return setStep('code')
      setError(failure as Error)
      form.current?.querySelector<HTMLInputElement>(`[name=${step}]`)?.select()
    }
  }
  const back = () => {
    setError(undefined)
    setStep('password')
  }

  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)} aria-label="Log in">
      <div className={styles.form} hidden={step === 'code'}>
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
      </div>
      {step === 'code' && (
        <CodeField
          autoFocus
          hint="Six digits from your app, or a recovery code. If you have no second factor, go back: address or password are wrong."
        />
      )}
      <div role="alert">{error && fields.length === 0 && <p className={styles.error}>{sentenceFor(error)}</p>}</div>
      <button className={ui.button} disabled={busy}>
        {busy ? 'Logging in…' : 'Log in'}
      </button>
      {step === 'code' && (
        <button type="button" className={ui.quiet} onClick={back}>
          Back
        </button>
      )}
    </form>
  )
}

const asksForCode = (failure: unknown): boolean =>
  failure instanceof ApiError && failure.status === 401 && failure.errors.some(({ field }) => field === 'code')
