import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { StoreData } from '../../../components/stores/store-data.tsx'

export const metadata: Metadata = { title: 'Data of a store' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <StoreData />
    </Suspense>
  )
}
