'use client'

import { type ReactNode, Suspense, useState } from 'react'
import styles from './opens.module.css'

type Props = {
  /** The window, there as long as it is open. */
  render: (close: () => void) => ReactNode
  /** False where the keyboard has another way to the same: one of hundreds of figures is no stop of its own. */
  tabbable?: boolean
  children: ReactNode
}

/** A figure that opens into how it is made. */
export function Opens({ render, tabbable = true, children }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className={styles.opens}
        title="How it is made"
        aria-haspopup="dialog"
        tabIndex={tabbable ? undefined : -1}
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {open && <Suspense>{render(() => setOpen(false))}</Suspense>}
    </>
  )
}
