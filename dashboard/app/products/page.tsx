import type { Metadata } from 'next'
import { Suspense } from 'react'
import { ProductsPage } from '../../components/products/products-page.tsx'
import { Shell } from '../../components/shell.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Products' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <ProductsPage />
    </Suspense>
  )
}
