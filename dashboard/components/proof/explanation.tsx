'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { Dialog } from '../rooms/dialog.tsx'
import { type Making, Makings } from './makings.tsx'
import styles from './proof.module.css'

export type Explained = {
  label: string
  /** What the figure means. */
  text: ReactNode
  /** What it is worked out from, when it is. */
  parts?: readonly Making[]
  /** Where what it is made of stands. */
  ways: readonly { href: string; label: string }[]
}

type Props = Explained & { figure: ReactNode; onClose: () => void }

/** How a figure is made that no line of the statement is: what it means, what it is worked out from, and where that stands. */
export function Explanation({ label, text, parts, ways, figure, onClose }: Props) {
  return (
    <Dialog title={label} onClose={onClose}>
      <p className={styles.value}>{figure}</p>
      <p>{text}</p>
      {parts && <Makings parts={parts} of={{ key: 'result', label, figure }} />}
      {ways.length > 0 && (
        <ul className={styles.ways}>
          {ways.map(({ href, label: to }) => (
            <li key={href}>
              <Link className={styles.way} href={href}>
                {to}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  )
}
