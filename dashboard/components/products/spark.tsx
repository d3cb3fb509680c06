import { useFormat } from '../../lib/preferences.ts'
import type { ProductTrend } from '../../lib/use-product-trends.ts'
import { Skeleton } from '../skeleton.tsx'
import styles from './spark.module.css'

const [WIDTH, HEIGHT] = [72, 22]

/** The revenue of a product through the period as a line, with its first and last step in words. */
export function Spark({ trend }: { trend: ProductTrend | undefined }) {
  const format = useFormat()
  const [first, last] = [trend?.steps[0], trend?.steps.at(-1)]
  if (!trend || !first || !last)
    return (
      <span className={styles.place}>
        <Skeleton width={5} />
      </span>
    )
  const values = trend.steps.map(({ revenue }) => revenue)
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const x = (at: number) => (values.length === 1 ? WIDTH / 2 : 2 + (at / (values.length - 1)) * (WIDTH - 4))
  const y = (value: number) => (high === low ? HEIGHT - 2 : HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 4))
  const points = values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`)
  return (
    <svg
      className={styles.spark}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Revenue from ${format.money(first.revenue, trend.currency)} to ${format.money(last.revenue, trend.currency)}`}
    >
      <polyline points={points.join(' ')} />
      <circle cx={x(values.length - 1)} cy={y(last.revenue)} r="2" />
    </svg>
  )
}
