'use client'

import { type KeyboardEvent, type PointerEvent, useCallback, useState } from 'react'
import { shortDay, shortMonth } from '../lib/days.ts'
import type { PnlColumn } from '../lib/figures.ts'
import { useFormat } from '../lib/preferences.ts'
import type { Pnl } from '../lib/use-pnl.ts'
import { type Colours, useChart } from './chart.tsx'
import styles from './profit-chart.module.css'
import { columnTitle, Readout } from './readout.tsx'

type Spot = { columns: PnlColumn[]; index: number; x: number; top: number; bottom: number; width: number }

/** Revenue and net profit over the period. Pointer or arrow keys pick a column and open its figures. */
export function ProfitChart({ pnl, openDays }: { pnl: Pnl; openDays: string[] }) {
  const format = useFormat()
  const [pointed, setSpot] = useState<Spot>()
  const { data: columns, grain } = pnl
  const spot = pointed?.columns === columns ? pointed : undefined
  const last = columns.length - 1

  const make = useCallback(
    async ({ palette, font }: Colours) => {
      const { profitChart } = await import('../charts/profit-chart.ts')
      return profitChart({
        columns,
        labels: columns.map(({ start }) => (grain === 'month' ? shortMonth(start) : shortDay(start))),
        isOpen: (column: PnlColumn) => openDays.some((day) => isIn(column, day)),
        axis: format.axis,
        palette,
        font,
      }) as never
    },
    [columns, grain, openDays, format],
  )
  const { chart, drawing } = useChart(make)

  const moveTo = (index: number) => {
    const drawn = chart.current
    const axis = drawn?.scales.x
    if (!drawn || !axis || columns.length === 0) return
    const at = Math.max(0, Math.min(last, index))
    const { top, bottom } = drawn.chartArea
    setSpot({ columns, index: at, x: axis.getPixelForValue(at), top, bottom, width: drawn.width })
  }
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const axis = chart.current?.scales.x
    if (axis) moveTo(axis.getValueForPixel(event.clientX - event.currentTarget.getBoundingClientRect().left) ?? last)
  }
  const press = (event: KeyboardEvent) => {
    const here = spot?.index ?? last + 1
    const target = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key]
    if (event.key === 'Escape') setSpot(undefined)
    if (target === undefined) return
    event.preventDefault()
    moveTo(target)
  }
  const picked = columns[spot?.index ?? last]

  return (
    <div
      className={styles.chart}
      role="slider"
      tabIndex={0}
      aria-label={`Revenue and net profit by ${grain}`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={spot?.index ?? Math.max(0, last)}
      aria-valuetext={
        picked &&
        `${columnTitle(picked, grain)}: revenue ${format.money(picked.revenue, pnl.currency)}, net profit ${format.money(picked.net_profit, pnl.currency)}`
      }
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={(event) => event.pointerType === 'mouse' && setSpot(undefined)}
      onBlur={() => setSpot(undefined)}
      onKeyDown={press}
    >
      {drawing}
      {spot && picked && (
        <>
          <span
            className={styles.crosshair}
            style={{ left: spot.x, top: spot.top, height: spot.bottom - spot.top }}
            aria-hidden="true"
          />
          <div
            className={styles.readout}
            style={spot.x > spot.width / 2 ? { right: spot.width - spot.x + 12 } : { left: spot.x + 12 }}
            aria-hidden="true"
          >
            <Readout column={picked} pnl={pnl} open={openDays.some((day) => isIn(picked, day))} />
          </div>
        </>
      )}
    </div>
  )
}

const isIn = ({ start, end }: PnlColumn, day: string): boolean => start <= day && day <= end
