import type { ReactNode } from 'react'
import styles from './progress.module.css'

type Props = { label: string; done: number; of: number; children: ReactNode }

/** How far something is, with the same in words. */
export function Progress({ label, done, of, children }: Props) {
  return (
    <div className={styles.progress}>
      <progress max={of} value={done} aria-label={label} />
      <span>{children}</span>
    </div>
  )
}
