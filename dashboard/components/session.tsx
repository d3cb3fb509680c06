'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect } from 'react'
import { SWRConfig } from 'swr'
import { BASE, loginFor } from '../lib/address.ts'
import { ApiError, UNAUTHORIZED } from '../lib/api.ts'

/** Fetch rules for all pages: a lost session leads to the login page, which knows the way back. */
export function Session({ children }: { children: ReactNode }) {
  const router = useRouter()
  useEffect(() => {
    const leave = () => {
      const { pathname, search } = window.location
      const page = pathname.slice(BASE.length) || '/'
      if (!page.startsWith('/login')) router.replace(loginFor(page + search))
    }
    window.addEventListener(UNAUTHORIZED, leave)
    return () => window.removeEventListener(UNAUTHORIZED, leave)
  }, [router])
  return <SWRConfig value={{ shouldRetryOnError: worthRetrying, errorRetryCount: 4 }}>{children}</SWRConfig>
}

const worthRetrying = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500)
