'use client'

import { lazy, type ReactNode, Suspense, useState } from 'react'
import type { DefinedFigure } from '../../lib/definitions.ts'
import type { ComparedFigures } from '../../lib/figures.ts'
import styles from './proven.module.css'

// Loaded with the first figure that somebody opens.
const Proof = lazy(async () => ({ default: (await import('./proof.tsx')).Proof }))

type Props = { name: DefinedFigure; figures: ComparedFigures | undefined; store: string | null; children: ReactNode }

/** A figure that opens into its proof. */
export function Proven({ name, figures, store, children }: Props) {
  const [open, setOpen] = useState(false)
  if (!figures) return <span className={styles.waiting}>{children}</span>
  return (
    <>
      <button
        type="button"
        className={styles.proven}
        title="How it is made"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {open && (
        <Suspense>
          <Proof name={name} figures={figures} store={store} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
