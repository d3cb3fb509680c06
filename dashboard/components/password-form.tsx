'use client'

import { type SubmitEvent, useState } from 'react'
import { ApiError, sentenceFor } from '../lib/api.ts'
import { textOf } from '../lib/form-text.ts'
import { changePassword, useMe } from '../lib/use-me.ts'
import styles from './form.module.css'
import { PasswordField } from './password-field.tsx'
import ui from './ui.module.css'

/** Changes the password; `email` lets password managers know whose it is. */
export function PasswordForm({ email }: { email: string }) {
  const { mutate } = useMe()
  const [state, setState] = useState<'idle' | 'busy' | 'done'>('idle')
  const [error, setError] = useState<ApiError | Error>()
  const refused = error instanceof ApiError ? error : undefined
  const messageFor = (name: string) => refused?.errors.find(({ field }) => field === name)?.message
  const wrongCurrent = refused?.status === 403 ? refused.message : undefined
  const inPlace = wrongCurrent !== undefined || (refused?.errors.length ?? 0) > 0

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const entered = new FormData(form)
    setState('busy')
    setError(undefined)
    try {
      await changePassword(textOf(entered, 'current_password'), textOf(entered, 'new_password'))
      form.reset()
      setState('done')
      await mutate()
    } catch (failure) {
      setError(failure as Error)
      setState('idle')
    }
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <input type="text" name="username" value={email} autoComplete="username" readOnly hidden />
      <PasswordField
        label="Current password"
        name="current_password"
        autoComplete="current-password"
        required
        error={wrongCurrent ?? messageFor('current_password')}
      />
      <PasswordField
        label="New password"
        name="new_password"
        autoComplete="new-password"
        required
        minLength={12}
        error={messageFor('new_password')}
      />
      <div role="alert">{error && !inPlace && <p className={styles.error}>{sentenceFor(error)}</p>}</div>
      <div className={styles.end}>
        <button className={ui.button} disabled={state === 'busy'}>
          Change password
        </button>
        <p role="status" className={styles.done}>
          {state === 'done' && 'The password is changed.'}
        </p>
      </div>
    </form>
  )
}
