import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Goals } from '../../components/goals/goals.tsx'
import { PageFrame } from '../../components/page-frame.tsx'

export const metadata: Metadata = { title: 'Goals' }

export default function Page() {
  return (
    <Suspense fallback={<PageFrame title="Goals" />}>
      <Goals />
    </Suspense>
  )
}
