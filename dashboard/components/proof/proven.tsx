'use client'

import { lazy, type ReactNode } from 'react'
import type { DefinedFigure } from '../../lib/definitions.ts'
import type { ProvableFigures } from '../../lib/figures.ts'
import styles from './opens.module.css'
import { Opens } from './opens.tsx'

// Loaded with the first figure that somebody opens.
const Proof = lazy(async () => ({ default: (await import('./proof.tsx')).Proof }))

type Props = {
  name: DefinedFigure
  figures: ProvableFigures | undefined
  store: string | null
  tabbable?: boolean
  children: ReactNode
}

/** A figure that opens into its proof. */
export function Proven({ name, figures, store, tabbable = true, children }: Props) {
  if (!figures) return <span className={styles.waiting}>{children}</span>
  return (
    <Opens
      tabbable={tabbable}
      render={(close) => <Proof name={name} figures={figures} store={store} onClose={close} />}
    >
      {children}
    </Opens>
  )
}
