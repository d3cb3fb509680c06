import type { Metadata } from 'next'
import { Suspense } from 'react'
import { OrdersPage } from '../../components/orders/orders-page.tsx'
import { PageFrame } from '../../components/page-frame.tsx'

export const metadata: Metadata = { title: 'Orders' }

export default function Page() {
  return (
    <Suspense fallback={<PageFrame />}>
      <OrdersPage />
    </Suspense>
  )
}
