import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Imports } from '../../../components/costs/imports.tsx'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Imports' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <Imports />
    </Suspense>
  )
}
