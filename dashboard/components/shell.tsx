'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { HOME } from '../lib/address.ts'
import { intoSight } from '../lib/into-sight.ts'
import { Mark } from './brand.tsx'
import styles from './shell.module.css'
import { ThemeToggle } from './theme-toggle.tsx'

const pages = [
  { href: '/pnl', label: 'P&L' },
  { href: '/products', label: 'Products' },
  { href: '/orders', label: 'Orders' },
  { href: '/chat', label: 'Chat' },
  { href: '/settings', label: 'Settings' },
]

/** Header, navigation and main area of every page behind the login. */
export function Shell({ filters, children }: { filters?: ReactNode; children: ReactNode }) {
  const here = usePathname()
  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to the figures
      </a>
      <header className={styles.header} data-filters={filters !== undefined || undefined}>
        <div className={styles.bar}>
          <a href={HOME} className={styles.brand} aria-label="DealDome, overview">
            <Mark />
            <span className={styles.name}>DealDome</span>
          </a>
          <nav className={styles.nav} aria-label="Pages">
            <a href={HOME} aria-current={here === '/' ? 'page' : undefined}>
              Overview
            </a>
            {pages.map(({ href, label }) => (
              <Link
                key={href}
                ref={here.startsWith(href) ? intoSight : undefined}
                href={href}
                aria-current={here.startsWith(href) ? 'page' : undefined}
              >
                {label}
              </Link>
            ))}
          </nav>
          {filters && <div className={styles.filters}>{filters}</div>}
          <ThemeToggle />
        </div>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
    </>
  )
}
