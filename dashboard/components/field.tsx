import { type InputHTMLAttributes, type ReactNode, useId } from 'react'
import styles from './field.module.css'
import ui from './ui.module.css'

type Props = InputHTMLAttributes<HTMLInputElement> & {
  label: string
  hint?: string
  error?: string | undefined
  /** Stands inside the field, at its end. */
  action?: ReactNode
}

/** A labelled input; the error is announced and tied to it. */
export function Field({ label, hint, error, action, ...input }: Props) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box}>
        <input
          {...input}
          id={id}
          className={ui.input}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
        />
        {action}
      </div>
      {note !== undefined && (
        <p id={`${id}-note`} className={styles.note} data-error={error !== undefined || undefined}>
          {note}
        </p>
      )}
    </div>
  )
}
