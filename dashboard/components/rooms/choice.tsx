import { type SelectHTMLAttributes, useId } from 'react'
import field from '../field.module.css'
import ui from '../ui.module.css'

type Props = SelectHTMLAttributes<HTMLSelectElement> & {
  label: string
  hint?: string
  options: readonly { value: string; label: string }[]
}

/** A labelled choice of one among few. */
export function Choice({ label, hint, options, ...select }: Props) {
  const id = useId()
  return (
    <div className={field.field}>
      <label htmlFor={id}>{label}</label>
      <span className={ui.chevron}>
        <select
          {...select}
          id={id}
          className={ui.select}
          aria-describedby={hint === undefined ? undefined : `${id}-note`}
        >
          {options.map(({ value, label: name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </span>
      {hint !== undefined && (
        <p id={`${id}-note`} className={field.note}>
          {hint}
        </p>
      )}
    </div>
  )
}
