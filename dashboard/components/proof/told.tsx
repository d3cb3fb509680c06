'use client'

import { lazy, type ReactNode } from 'react'
import type { Explained } from './explanation.tsx'
import { Opens } from './opens.tsx'

const Explanation = lazy(async () => ({ default: (await import('./explanation.tsx')).Explanation }))

/** A figure that no line of the statement is, which opens into how it is made. */
export function Told({ children, ...explained }: Explained & { children: ReactNode }) {
  return <Opens render={(close) => <Explanation {...explained} figure={children} onClose={close} />}>{children}</Opens>
}
