'use client'

import { createFormat, type NumberStyle, numberStyles } from '../lib/format.ts'
import { type ThemeChoice, useNumberStyle, useTheme } from '../lib/preferences.ts'
import styles from './preferences.module.css'

const languages: Record<NumberStyle, string> = { en: 'English', nl: 'Dutch', de: 'German' }
const examples = numberStyles.map((value) => ({
  value,
  label: languages[value],
  example: createFormat(value).money(1234.5, 'EUR'),
}))

const themes: { value: ThemeChoice; label: string; example?: string }[] = [
  { value: 'system', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

/** How numbers are written, and the theme. */
export function Preferences() {
  const [style, setStyle] = useNumberStyle()
  const { choice, choose } = useTheme()
  return (
    <div className={styles.choices}>
      <Choice title="Numbers" name="numbers" options={examples} value={style} onChoose={setStyle} />
      <Choice title="Theme" name="theme" options={themes} value={choice} onChoose={choose} />
    </div>
  )
}

type ChoiceProps<T extends string> = {
  title: string
  name: string
  options: { value: T; label: string; example?: string }[]
  value: T
  onChoose: (value: T) => void
}

function Choice<T extends string>({ title, name, options, value, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset>
      <legend>{title}</legend>
      <div className={styles.options}>
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            <span>{option.label}</span>
            {option.example && <small>{option.example}</small>}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
