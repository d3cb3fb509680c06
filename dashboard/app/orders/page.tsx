import type { Metadata } from 'next'
import { Suspense } from 'react'
import { OrdersPage } from '../../components/orders/orders-page.tsx'
import { Shell } from '../../components/shell.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Orders' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <OrdersPage />
    </Suspense>
  )
}
