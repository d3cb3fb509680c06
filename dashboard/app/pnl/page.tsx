import type { Metadata } from 'next'
import { Suspense } from 'react'
import { IncomeStatement } from '../../components/pnl/income-statement.tsx'
import { Shell } from '../../components/shell.tsx'

export const metadata: Metadata = { title: 'P&L' }

export default function Page() {
  return (
    <Suspense fallback={<Shell>{null}</Shell>}>
      <IncomeStatement />
    </Suspense>
  )
}
