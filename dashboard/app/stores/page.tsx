import type { Metadata } from 'next'
import { Suspense } from 'react'
import { PageFrame } from '../../components/page-frame.tsx'
import { StoresPage } from '../../components/stores/stores-page.tsx'

export const metadata: Metadata = { title: 'Stores' }

export default function Page() {
  return (
    <Suspense fallback={<PageFrame />}>
      <StoresPage />
    </Suspense>
  )
}
