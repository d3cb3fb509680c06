import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Rules } from '../../../components/costs/rules.tsx'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Shipping costs' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <Rules
        path="/shipping-rules"
        title="Shipping costs"
        intro="What sending an order costs where no label says it: the own country first, then the heaviest rule that fits, then the one of most pieces."
      />
    </Suspense>
  )
}
