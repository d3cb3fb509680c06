import styles from './checks.module.css'

type Props = {
  label: string
  name: string
  options: readonly { value: string; label: string }[]
  /** Those that are ticked at first. */
  ticked?: readonly string[]
}

/** Several of many. */
export function Checks({ label, name, options, ticked }: Props) {
  return (
    <fieldset className={styles.checks}>
      <legend>{label}</legend>
      {options.map(({ value, label: text }) => (
        <label key={value}>
          <input type="checkbox" name={name} value={value} defaultChecked={ticked?.includes(value)} />
          {text}
        </label>
      ))}
    </fieldset>
  )
}
