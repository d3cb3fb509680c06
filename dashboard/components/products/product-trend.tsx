'use client'

import { shortRange } from '../../lib/days.ts'
import { daysBetween } from '../../lib/days.ts'
import type { Range } from '../../lib/period.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useProductTrends } from '../../lib/use-product-trends.ts'
import chart from '../chart.module.css'
import panel from '../chart-panel.module.css'
import ui from '../ui.module.css'
import styles from './product-trend.module.css'

const [WIDTH, HEIGHT] = [1000, 220]

/** Revenue as bars and CM1 as a line through the period; a step under the pointer or the focus tells its figures. */
export function ProductTrendPanel({
  id,
  store,
  range,
}: {
  id: number
  store: string | null
  range: Range | undefined
}) {
  const format = useFormat()
  const { data } = useProductTrends([id], store, range, range && daysBetween(range.start, range.end) <= 31 ? 31 : 26)
  const trend = data?.get(id)
  const best = trend?.steps.reduce((one, other) => (other.revenue > one.revenue ? other : one))
  return (
    <section className={ui.panel} aria-labelledby="trend-title" aria-busy={trend === undefined}>
      <header className={panel.head}>
        <h2 id="trend-title" className={styles.title}>
          Revenue and CM1
        </h2>
        {best && trend && (
          <p className={styles.best}>
            Most: {format.money(best.revenue, trend.currency)} on {shortRange(best.start, best.end)}
          </p>
        )}
      </header>
      {trend === undefined ? (
        <div className={styles.chart} />
      ) : (
        <Chart
          steps={trend.steps.map((step) => ({
            ...step,
            title: `${shortRange(step.start, step.end)}: revenue ${format.money(step.revenue, trend.currency)}, CM1 ${format.money(step.cm1, trend.currency)}, ${format.count(step.units_sold)} pieces, direct ads ${format.money(step.direct_ad_spend, trend.currency)}`,
          }))}
        />
      )}
      <p className={styles.ends}>
        <span>{trend?.steps[0] ? shortRange(trend.steps[0].start, trend.steps[0].end) : ' '}</span>
        <span>{trend ? lastOf(trend.steps) : ' '}</span>
      </p>
      <ul className={`${chart.legend} ${panel.legend}`} aria-label="Legend">
        <li data-mark="revenue">Revenue</li>
        <li data-mark="profit">CM1</li>
      </ul>
    </section>
  )
}

const lastOf = (steps: { start: string; end: string }[]): string => {
  const last = steps.at(-1)
  return last && steps.length > 1 ? shortRange(last.start, last.end) : ' '
}

type Step = { start: string; revenue: number; cm1: number; title: string }

function Chart({ steps }: { steps: Step[] }) {
  const values = steps.flatMap(({ revenue, cm1 }) => [revenue, cm1])
  const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)]
  const y = (value: number) => 8 + ((high - value) / (high - low)) * (HEIGHT - 16)
  const room = WIDTH / steps.length
  const bar = Math.min(room * 0.72, 56)
  const middle = (at: number) => (at + 0.5) * room
  return (
    <svg
      className={styles.chart}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="group"
      aria-label="Steps of the period"
    >
      <line className={styles.zero} x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
      {steps.map(({ start, revenue, title }, at) => (
        <g key={start} className={styles.step} role="img" aria-label={title}>
          <title>{title}</title>
          <rect className={styles.room} x={at * room} y="0" width={room} height={HEIGHT} />
          <rect
            className={styles.bar}
            x={middle(at) - bar / 2}
            y={Math.min(y(0), y(revenue))}
            width={bar}
            height={Math.abs(y(0) - y(revenue))}
          />
        </g>
      ))}
      <polyline
        className={styles.line}
        points={steps.map(({ cm1 }, at) => `${middle(at).toFixed(1)},${y(cm1).toFixed(1)}`).join(' ')}
      />
    </svg>
  )
}
