import type { Metadata } from 'next'
import { Suspense } from 'react'
import { PageHead } from '../../components/page-head.tsx'
import { IncomeStatement, intro } from '../../components/pnl/income-statement.tsx'
import { Shell } from '../../components/shell.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

export const metadata: Metadata = { title: 'P&L' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Shell>
          <PageHead title="Profit and loss">{intro}</PageHead>
          <Skeleton width={18} />
        </Shell>
      }
    >
      <IncomeStatement />
    </Suspense>
  )
}
