import { Field } from './field.tsx'

/** A code of the second factor, which phones and password managers fill in by themselves. */
export function CodeField({ autoFocus = false, hint }: { autoFocus?: boolean; hint?: string }) {
  return (
    <Field
      label="Code"
      name="code"
      autoComplete="one-time-code"
      inputMode="text"
      autoCapitalize="none"
      spellCheck={false}
      required
      maxLength={60}
      autoFocus={autoFocus}
      hint={hint ?? 'Six digits from your app, or a recovery code.'}
    />
  )
}
