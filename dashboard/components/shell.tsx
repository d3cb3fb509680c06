'use client'

import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import { type ReactNode, Suspense } from 'react'
import { HOME } from '../lib/address.ts'
import { withQuery } from '../lib/api.ts'
import { intoSight } from '../lib/into-sight.ts'
import { pages } from '../lib/pages.ts'
import { kept } from '../lib/kept.ts'
import { Mark } from './brand.tsx'
import { PaletteOpener } from './palette/palette-opener.tsx'
import styles from './shell.module.css'
import { ThemeToggle } from './theme-toggle.tsx'

/** Header, navigation and main area of every page behind the login. */
export function Shell({ filters, children }: { filters?: ReactNode; children: ReactNode }) {
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
            <Suspense fallback={<PageLinks view={{}} />}>
              <PageLinksOfView />
            </Suspense>
          </nav>
          {filters && <div className={styles.filters}>{filters}</div>}
          <PaletteOpener />
          <ThemeToggle />
        </div>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
    </>
  )
}

/** The way to every page, taking the store and the period along. */
function PageLinksOfView() {
  return <PageLinks view={kept(useSearchParams())} />
}

function PageLinks({ view }: { view: Record<string, string> }) {
  const here = usePathname()
  return (
    <>
      <a href={withQuery(HOME, view)} aria-current={here === '/' ? 'page' : undefined}>
        Overview
      </a>
      {pages.map(({ href, label }) => (
        <Link
          key={href}
          ref={here.startsWith(href) ? intoSight : undefined}
          href={withQuery(href, view)}
          aria-current={here.startsWith(href) ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </>
  )
}
