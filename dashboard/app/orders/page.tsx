import type { Metadata } from 'next'
import { Suspense } from 'react'
import { OrdersPage } from '../../components/orders/orders-page.tsx'
import { Shell } from '../../components/shell.tsx'

export const metadata: Metadata = { title: 'Orders' }

export default function Page() {
  return (
    <Suspense fallback={<Shell>{null}</Shell>}>
      <OrdersPage />
    </Suspense>
  )
}
