import type { Metadata } from 'next'
import { Suspense } from 'react'
import { PageFrame } from '../../components/page-frame.tsx'
import { ProductsPage } from '../../components/products/products-page.tsx'

export const metadata: Metadata = { title: 'Products' }

export default function Page() {
  return (
    <Suspense fallback={<PageFrame />}>
      <ProductsPage />
    </Suspense>
  )
}
