import { useId } from 'react'
import { textOf } from '../../lib/form-text.ts'
import { Field } from '../field.tsx'

/** The name of a time zone, with those that the browser knows to choose from. */
export function TimeZoneField({ defaultValue, hint }: { defaultValue: string; hint: string }) {
  const id = useId()
  return (
    <>
      <Field
        label="Time zone"
        name="time_zone"
        list={id}
        defaultValue={defaultValue}
        required
        spellCheck={false}
        hint={hint}
      />
      <datalist id={id}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}

/** The default cost of goods, in percent of their list price; empty: none. */
export function CostPercentField({ defaultValue }: { defaultValue?: number | undefined }) {
  return (
    <Field
      label="Default cost of goods, % of the list price"
      name="default_cost_percent"
      inputMode="decimal"
      pattern="[0-9]{1,3}([.,][0-9]{1,4})?"
      defaultValue={defaultValue}
      hint="Stands for goods whose unit cost nobody entered, and is flagged as an estimate. Empty: such goods cost nothing."
    />
  )
}

/** What was entered there. */
export const percentIn = (entered: FormData): number | null => {
  const text = textOf(entered, 'default_cost_percent').trim().replace(',', '.')
  return text === '' ? null : Number(text)
}
