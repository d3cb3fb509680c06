'use client'

import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import { type ReactNode, Suspense, useState } from 'react'
import { withQuery } from '../lib/api.ts'
import { pages } from '../lib/pages.ts'
import { kept } from '../lib/kept.ts'
import { useCurrentInSight } from '../lib/use-current-in-sight.ts'
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
          <Link href="/" prefetch={false} className={styles.brand} aria-label="DealDome, overview">
            <Mark />
            <span className={styles.name}>DealDome</span>
          </Link>
          <PageNav />
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

/** The way to every page. What leads there is loaded once somebody is about to go, not while this page still loads. */
function PageNav() {
  const [near, setNear] = useState(false)
  const row = useCurrentInSight()
  return (
    <nav
      ref={row}
      className={styles.nav}
      aria-label="Pages"
      onPointerEnter={() => setNear(true)}
      onTouchStart={() => setNear(true)}
      onFocus={() => setNear(true)}
    >
      <Suspense fallback={<PageLinks view={{}} near={false} />}>
        <PageLinksOfView near={near} />
      </Suspense>
    </nav>
  )
}

/** The links, taking the store and the period along. */
function PageLinksOfView({ near }: { near: boolean }) {
  return <PageLinks view={kept(useSearchParams())} near={near} />
}

function PageLinks({ view, near }: { view: Record<string, string>; near: boolean }) {
  const here = usePathname()
  return (
    <>
      <Link href={withQuery('/', view)} prefetch={near ? null : false} aria-current={here === '/' ? 'page' : undefined}>
        Overview
      </Link>
      {pages.map(({ href, label }) => (
        <Link
          key={href}
          href={withQuery(href, view)}
          prefetch={near ? null : false}
          aria-current={here.startsWith(href) ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </>
  )
}
