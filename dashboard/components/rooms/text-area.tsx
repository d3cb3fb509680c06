import { type TextareaHTMLAttributes, useId } from 'react'
import field from '../field.module.css'
import styles from './text-area.module.css'

type Props = TextareaHTMLAttributes<HTMLTextAreaElement> & { label: string; hint?: string; error?: string | undefined }

/** A labelled text of several lines that grows with what is typed. */
export function TextArea({ label, hint, error, ...area }: Props) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={field.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        rows={2}
        {...area}
        id={id}
        className={styles.area}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={field.note} data-error={error !== undefined || undefined}>
          {note}
        </p>
      )}
    </div>
  )
}
