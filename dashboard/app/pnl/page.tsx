import type { Metadata } from 'next'
import { Suspense } from 'react'
import { IncomeStatement } from '../../components/pnl/income-statement.tsx'
import { Shell } from '../../components/shell.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'P&L' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <IncomeStatement />
    </Suspense>
  )
}
