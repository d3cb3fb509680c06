'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { withQuery } from '../../lib/api.ts'
import { useCurrentInSight } from '../../lib/use-current-in-sight.ts'
import { Shell } from '../shell.tsx'
import styles from './room.module.css'

type Props = {
  /** What the pages have in common. */
  name: string
  pages: readonly { href: string; label: string }[]
  title: string
  intro?: ReactNode
  filters?: ReactNode
  /** As wide as the page lets it be: for tables. */
  wide?: boolean
  /** What goes along to the other pages in the address. */
  query?: Record<string, string>
  children: ReactNode
}

const NONE = {}

/** One of several pages about one thing, with the way to the others. */
export function Room({ name, pages, title, intro, filters, wide = false, query = NONE, children }: Props) {
  const here = usePathname()
  const row = useCurrentInSight()
  return (
    <Shell filters={filters}>
      <div className={styles.room}>
        <nav ref={row} className={styles.pages} aria-label={name}>
          <p className={styles.name}>{name}</p>
          <ul>
            {pages.map(({ href, label }) => (
              <li key={href}>
                <Link href={withQuery(href, query)} aria-current={here === href ? 'page' : undefined}>
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.content} data-wide={wide || undefined}>
          <header className={styles.head}>
            <h1>{title}</h1>
            {intro !== undefined && <p>{intro}</p>}
          </header>
          {children}
        </div>
      </div>
    </Shell>
  )
}
