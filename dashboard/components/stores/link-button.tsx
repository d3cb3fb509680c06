import Link from 'next/link'
import type { ReactNode } from 'react'
import ui from '../ui.module.css'
import styles from './stores.module.css'

/** A link to a page on which something is done. */
export function LinkButton({ href, quiet = false, children }: { href: string; quiet?: boolean; children: ReactNode }) {
  return (
    <Link href={href} className={`${quiet ? ui.quiet : ui.button} ${styles.link}`}>
      {children}
    </Link>
  )
}
