'use client'

import { memo, useState } from 'react'
import type { Pnl } from '../lib/use-pnl.ts'
import chart from './chart.module.css'
import styles from './chart-panel.module.css'
import { PnlTable } from './pnl-table.tsx'
import { ProfitChart } from './profit-chart.tsx'
import ui from './ui.module.css'

/** The chart with its legend, and the same figures as a table. */
export const ChartPanel = memo(function ChartPanel({ pnl, openDays }: { pnl: Pnl | undefined; openDays: string[] }) {
  const [shown, setShown] = useState<'Chart' | 'Table'>('Chart')
  return (
    <section className={ui.panel} aria-labelledby="chart-title" aria-busy={pnl === undefined}>
      <header className={styles.head}>
        <h3 id="chart-title">Revenue and profit</h3>
        <div className={styles.choice} role="group" aria-label="Show as">
          {(['Chart', 'Table'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={shown === name} onClick={() => setShown(name)}>
              {name}
            </button>
          ))}
        </div>
      </header>
      {pnl === undefined ? (
        <div className={chart.waiting} />
      ) : shown === 'Chart' ? (
        <ProfitChart pnl={pnl} openDays={openDays} />
      ) : (
        <PnlTable pnl={pnl} />
      )}
      <ul className={`${chart.legend} ${styles.legend}`} aria-label="Legend">
        <li data-mark="revenue">Revenue</li>
        <li data-mark="profit">Net profit</li>
        {pnl?.data.some(({ net_profit }) => net_profit < 0) && <li data-mark="loss">Loss</li>}
        {openDays.length > 0 && <li data-mark="open">Still running</li>}
      </ul>
    </section>
  )
})
