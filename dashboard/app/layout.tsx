import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { Session } from '../components/session.tsx'
import { themeScript } from '../lib/theme-script.ts'
import './tokens.css'
import './base.css'

export const metadata: Metadata = {
  title: { default: 'DealDome', template: '%s · DealDome' },
  description: 'What did we really earn, why, and what now?',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f6f6' },
    { media: '(prefers-color-scheme: dark)', color: '#0d1112' },
  ],
}

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body>
        <Session>{children}</Session>
      </body>
    </html>
  )
}
