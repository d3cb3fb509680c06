import { Fragment, type ReactNode } from 'react'
import styles from './proof.module.css'

export type Making = { key: string; sign: '' | '+' | '−' | '×' | '÷'; label: ReactNode; figure: ReactNode }

type Props = { parts: readonly Making[]; of: Omit<Making, 'sign'> }

/** The figures that another one is worked out from, one under the other, and what they come to. */
export function Makings({ parts, of }: Props) {
  return (
    <dl className={styles.parts} aria-label="Worked out from">
      {parts.map(({ key, sign, label, figure }) => (
        <Fragment key={key}>
          <dt>
            <span aria-hidden="true">{sign}</span> {label}
          </dt>
          <dd data-part={key}>{figure}</dd>
        </Fragment>
      ))}
      <dt>= {of.label}</dt>
      <dd data-part={of.key}>{of.figure}</dd>
    </dl>
  )
}
