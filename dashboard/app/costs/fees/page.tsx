import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Rules } from '../../../components/costs/rules.tsx'
import { Shell } from '../../../components/shell.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'Payment fees' }

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
        path="/fee-rules"
        title="Payment fees"
        intro="What payments cost where the payment provider does not tell the fee itself. A rule without a gateway stands for all others, as an estimate."
      />
    </Suspense>
  )
}
