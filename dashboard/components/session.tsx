'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { SWRConfig, useSWRConfig } from 'swr'
import { BASE, loginFor } from '../lib/address.ts'
import { ApiError, onSessionLost } from '../lib/api.ts'
import { FormatContext, formatIn, useNumberStyle } from '../lib/preferences.ts'
import { stayLoggedIn, type User } from '../lib/use-me.ts'
import { LoginForm } from './login-form.tsx'
import { PaletteHost } from './palette/palette-host.tsx'
import styles from './session.module.css'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Fetch rules for all pages, and what happens without a session. */
export function Session({ children }: { children: ReactNode }) {
  const [style] = useNumberStyle()
  return (
    <SWRConfig value={rules}>
      <FormatContext value={formatIn(style)}>
        {children}
        <PaletteHost />
      </FormatContext>
      <LogInAgain />
    </SWRConfig>
  )
}

type Lost = { again: (loggedIn: boolean) => void; user: User | undefined }

/**
 * Without a session a page leads to the login, which knows the way back. Where one is lost while somebody works, the login comes to the page
 * instead: what was typed stays, and what was refused is sent again.
 */
function LogInAgain() {
  const router = useRouter()
  const { cache, mutate } = useSWRConfig()
  const dialog = useRef<HTMLDialogElement>(null)
  const [lost, setLost] = useState<Lost>()

  useEffect(() => {
    let waiting: Promise<boolean> | undefined
    onSessionLost((hadOne) => {
      const { pathname, search } = window.location
      const page = pathname.slice(BASE.length) || '/'
      if (!hadOne) {
        if (!page.startsWith('/login')) router.replace(loginFor(page + search))
        return Promise.resolve(false)
      }
      waiting ??= new Promise((resolve) => {
        const known = cache.get('/auth/me')?.data as { user: User } | undefined
        const again = (loggedIn: boolean) => {
          waiting = undefined
          setLost(undefined)
          resolve(loggedIn)
        }
        setLost({ again, user: known?.user })
      })
      return waiting
    })
    return () => onSessionLost(undefined)
  }, [router, cache])

  useEffect(() => {
    if (lost) dialog.current?.showModal()
  }, [lost])

  useEffect(() => {
    // A session lasts 24 hours; whoever works here every day does not meet its end.
    const prolong = () => void stayLoggedIn().catch(() => {}) // the next request says it better
    const first = setTimeout(prolong, MINUTE)
    const further = setInterval(prolong, 6 * HOUR)
    return () => {
      clearTimeout(first)
      clearInterval(further)
    }
  }, [])

  if (!lost) return null
  const { again, user } = lost
  const onLogin = (now: User) => {
    // Nothing of somebody else's may stay on the page.
    if (user && now.id !== user.id) return window.location.reload()
    again(true)
    return void mutate('/auth/me')
  }
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="session-title"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="session-title">Your session has ended</h2>
      <p>Log in to go on where you were. What you typed is still here.</p>
      <LoginForm email={user?.email} onLogin={onLogin} />
    </dialog>
  )
}

const worthRetrying = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500)

const rules = { shouldRetryOnError: worthRetrying, errorRetryCount: 4 }
