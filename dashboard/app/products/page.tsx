import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Products } from '../../components/products/products.tsx'
import { Shell } from '../../components/shell.tsx'

export const metadata: Metadata = { title: 'Products' }

export default function Page() {
  return (
    <Suspense fallback={<Shell>{null}</Shell>}>
      <Products />
    </Suspense>
  )
}
