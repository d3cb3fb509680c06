'use client'

import { useSearchParams } from 'next/navigation'
import { ProductPage } from './product-page.tsx'
import { Products } from './products.tsx'

/** All products, or the one in the address. */
export function ProductsPage() {
  const id = useSearchParams().get('id')
  return id === null ? <Products /> : <ProductPage key={id} id={id} />
}
