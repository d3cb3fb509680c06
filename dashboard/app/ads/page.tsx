import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Ads } from '../../components/ads/ads.tsx'
import { Shell } from '../../components/shell.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Ads' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <Ads />
    </Suspense>
  )
}
