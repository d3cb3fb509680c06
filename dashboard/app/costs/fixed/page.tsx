import type { Metadata } from 'next'
import { Suspense } from 'react'
import { FixedCosts } from '../../../components/costs/fixed-costs.tsx'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Fixed costs' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <FixedCosts />
    </Suspense>
  )
}
