import styles from './spark.module.css'

const [WIDTH, HEIGHT] = [96, 24]

/** A course of values as a line, with its last one marked; the words beside it say what it shows. */
export function Spark({ values }: { values: readonly number[] }) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const x = (at: number) => (values.length === 1 ? WIDTH / 2 : 2 + (at / (values.length - 1)) * (WIDTH - 4))
  const y = (value: number) => (high === low ? HEIGHT - 2 : HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 4))
  const last = values.at(-1)
  return (
    <svg className={styles.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ')} />
      {last !== undefined && <line x1={x(values.length - 1)} x2={x(values.length - 1)} y1={y(last)} y2={y(last)} />}
    </svg>
  )
}
