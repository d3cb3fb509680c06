import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Ads } from '../../components/ads/ads.tsx'
import { PageFrame } from '../../components/page-frame.tsx'

export const metadata: Metadata = { title: 'Ads' }

export default function Page() {
  return (
    <Suspense fallback={<PageFrame title="Ads" />}>
      <Ads />
    </Suspense>
  )
}
