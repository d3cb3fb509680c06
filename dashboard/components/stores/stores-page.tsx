'use client'

import { useSearchParams } from 'next/navigation'
import { Comparison } from './comparison.tsx'
import { StoreFigures } from './store-figures.tsx'

/** All stores side by side, or the one that the address names. */
export function StoresPage() {
  const store = useSearchParams().get('store')
  return store === null ? <Comparison /> : <StoreFigures key={store} store={store} />
}
