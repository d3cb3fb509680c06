import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Shell } from '../../components/shell.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { StoresPage } from '../../components/stores/stores-page.tsx'

export const metadata: Metadata = { title: 'Stores' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <StoresPage />
    </Suspense>
  )
}
