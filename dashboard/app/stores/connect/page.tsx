import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { ConnectStore } from '../../../components/stores/connect-store.tsx'

export const metadata: Metadata = { title: 'Connect a store' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <ConnectStore />
    </Suspense>
  )
}
