'use client'

import { useState } from 'react'
import { dayRange } from '../../lib/days.ts'
import { usePnl } from '../../lib/use-pnl.ts'
import { useReceipt } from '../../lib/use-receipt.ts'
import { ProfitChart } from '../profit-chart.tsx'
import rows from '../rooms/rows.module.css'
import styles from './thread.module.css'

const noDays: string[] = []

/** Offers the chart of the days that an answer's profit and loss is about; nothing for receipts of other tools. */
export function AnswerChart({ receipt: id }: { receipt: number }) {
  const { data: receipt } = useReceipt(id)
  const [open, setOpen] = useState(false)
  const days = receipt && daysOf(receipt.result)
  const store = storeOf(receipt?.input)
  const { data: pnl } = usePnl(store, open ? days : undefined)
  if (receipt?.tool !== 'get_pnl' || !days || days.start === days.end) return null
  return (
    <div className={styles.chart}>
      <button type="button" className={rows.plain} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide the chart' : `Chart of ${dayRange(days.start, days.end)}`}
      </button>
      {open && pnl && <ProfitChart pnl={pnl} openDays={noDays} />}
    </div>
  )
}

const daysOf = (result: unknown): { start: string; end: string } | undefined => {
  const figures = (result as { figures?: { start?: unknown; end?: unknown } } | null)?.figures
  return typeof figures?.start === 'string' && typeof figures.end === 'string'
    ? { start: figures.start, end: figures.end }
    : undefined
}

const storeOf = (input: unknown): string | null => {
  const { store } = (input ?? {}) as { store?: unknown }
  return typeof store === 'string' ? store : null
}
