import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { Reconciliation } from '../../../components/stores/reconciliation.tsx'

export const metadata: Metadata = { title: 'Reconciliation' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <Reconciliation />
    </Suspense>
  )
}
