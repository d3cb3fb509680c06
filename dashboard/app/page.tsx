import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Overview, OverviewFrame } from '../components/overview.tsx'

export const metadata: Metadata = { title: 'Overview' }

export default function Page() {
  return (
    <Suspense fallback={<OverviewFrame />}>
      <Overview />
    </Suspense>
  )
}
