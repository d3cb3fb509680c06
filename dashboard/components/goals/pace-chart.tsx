import { datedDay, shortDay } from '../../lib/days.ts'
import type { PnlColumn } from '../../lib/figures.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { Pacing } from '../../lib/use-goals.ts'
import type { Pnl } from '../../lib/use-pnl.ts'
import chart from '../chart.module.css'
import styles from './pace-chart.module.css'

const [WIDTH, HEIGHT, EDGE] = [1000, 240, 10]

type Props = { pacing: Pacing; pnl: Pnl | undefined; today: string }

/** The net profit of the month day by day, beside the straight way to the goal, until today; then where the month is expected to end. */
export function PaceChart({ pacing, pnl, today }: Props) {
  const format = useFormat()
  const { closed_days, remaining_days, goal, so_far, forecast, low, high, currency } = pacing
  const days = closed_days + remaining_days
  const closed = runningTotals((pnl?.data ?? []).filter(({ start }) => start < today))
  const values = [0, goal, so_far, low, high, ...closed.map(({ total }) => total)]
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const x = (day: number) => (day / days) * WIDTH
  const y = (value: number) => EDGE + ((most - value) / (most - least || 1)) * (HEIGHT - 2 * EDGE)
  const way = [{ day: '', total: 0 }, ...closed].map(({ total }, at) => `${x(at).toFixed(1)},${y(total).toFixed(1)}`)
  const here = `${x(closed_days).toFixed(1)},${y(so_far).toFixed(1)}`
  const month = pnl?.start ?? today
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Net profit so far ${format.money(so_far, currency)} of ${format.money(goal, currency)}; expected ${format.money(forecast, currency)}, between ${format.money(low, currency)} and ${format.money(high, currency)}`}
      >
        <line className={styles.zero} x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
        <polygon
          className={styles.band}
          points={`${here} ${WIDTH},${y(high).toFixed(1)} ${WIDTH},${y(low).toFixed(1)}`}
        />
        <line className={styles.pace} x1="0" x2={WIDTH} y1={y(0)} y2={y(goal)} />
        <line className={styles.today} x1={x(closed_days)} x2={x(closed_days)} y1="0" y2={HEIGHT} />
        <polyline className={styles.expected} points={`${here} ${WIDTH},${y(forecast).toFixed(1)}`} />
        <polyline className={styles.line} points={way.join(' ')} />
      </svg>
      <p className={styles.ends}>
        <span>{shortDay(month)}</span>
        <span>{shortDay(lastDay(month, days))}</span>
      </p>
      <figcaption className={`${chart.legend} ${styles.legend}`}>
        <span data-mark="line">Net profit until yesterday</span>
        <span data-mark="pace">Even way to the goal</span>
        <span data-mark="expected">Expected; the band holds 8 of 10 months</span>
        <span data-mark="today">Today, {datedDay(today)}</span>
      </figcaption>
      <table className={styles.hidden}>
        <caption>Net profit of the month so far, day by day</caption>
        <tbody>
          {closed.map(({ day, total }) => (
            <tr key={day} data-day={day}>
              <th scope="row">{datedDay(day)}</th>
              <td>{format.money(total, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

const lastDay = (month: string, days: number): string => `${month.slice(0, 8)}${String(days).padStart(2, '0')}`

/** In hundredths, so that the sums are exact; the last one is what the API calls so far. */
function runningTotals(days: PnlColumn[]) {
  const totals: { day: string; total: number }[] = []
  let hundredths = 0
  for (const { start, net_profit } of days) {
    hundredths += Math.round(net_profit * 100)
    totals.push({ day: start, total: hundredths / 100 })
  }
  return totals
}
