import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { StoreSettings } from '../../../components/stores/store-settings.tsx'

export const metadata: Metadata = { title: 'Settings of a store' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <StoreSettings />
    </Suspense>
  )
}
