'use client'

import { useSearchParams } from 'next/navigation'
import { OrderPage } from './order-page.tsx'
import { Orders } from './orders.tsx'

/** The orders of a period, or the one that the address names. */
export function OrdersPage() {
  const query = useSearchParams()
  const id = query.get('id')
  const others = Object.fromEntries([...query].filter(([name]) => name !== 'id'))
  return id === null ? <Orders /> : <OrderPage id={id} others={others} />
}
