import type { Metadata } from 'next'
import { Suspense } from 'react'
import { UnitCosts } from '../../../components/costs/unit-costs.tsx'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Unit costs' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <UnitCosts />
    </Suspense>
  )
}
