import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Goals } from '../../components/goals/goals.tsx'
import { Shell } from '../../components/shell.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Goals' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <Goals />
    </Suspense>
  )
}
