import type { Metadata } from 'next'
import { Suspense } from 'react'
import { PageFrame } from '../../components/page-frame.tsx'
import { IncomeStatement, intro } from '../../components/pnl/income-statement.tsx'

export const metadata: Metadata = { title: 'P&L' }

export default function Page() {
  return (
    <Suspense fallback={<PageFrame title="Profit and loss">{intro}</PageFrame>}>
      <IncomeStatement />
    </Suspense>
  )
}
