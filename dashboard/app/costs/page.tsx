import type { Metadata } from 'next'
import { Suspense } from 'react'
import { MissingCosts } from '../../components/costs/missing-costs.tsx'
import { Shell } from '../../components/shell.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Missing costs' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <MissingCosts />
    </Suspense>
  )
}
