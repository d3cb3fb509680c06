import type { ReactNode } from 'react'
import { useFormat } from '../lib/preferences.ts'
import { Skeleton } from './skeleton.tsx'
import styles from './waterfall.module.css'

/** A `total` stands on zero, all others start where the one before them ended. */
export type Step = {
  key: string
  label: ReactNode
  amount: number
  kind: 'total' | 'cost' | 'up' | 'down'
  note?: ReactNode | undefined
  /** Beside the amount, such as its share of revenue. */
  beside?: ReactNode
  /** Makes the amount open into how it is made. */
  renderAmount: (amount: ReactNode) => ReactNode
}

type Props = { label: string; steps: Step[] | undefined; currency: string | undefined; places: number }

/** Steps that lead from one amount to another, each with its bar and its exact amount. */
export function Waterfall({ label, steps, currency, places }: Props) {
  const format = useFormat()
  if (!steps || !currency)
    return (
      <div className={styles.waterfall}>
        <ol className={styles.steps} aria-label={label} aria-busy="true">
          {Array.from({ length: places }, (_, place) => (
            <li key={place} className={styles.step}>
              <span className={styles.label}>
                <Skeleton width={12} />
              </span>
              <span className={styles.track} />
              <span className={styles.amount}>
                <Skeleton width={9} />
              </span>
            </li>
          ))}
        </ol>
      </div>
    )
  const spans = spansOf(steps)
  const least = Math.min(0, ...spans.flat())
  const width = Math.max(0, ...spans.flat()) - least || 1
  const at = (value: number) => `${((value - least) / width) * 100}%`
  return (
    <div className={styles.waterfall}>
      <ol
        className={styles.steps}
        aria-label={label}
        data-beside={steps.some(({ beside }) => beside !== undefined) || undefined}
      >
        {steps.map(({ key, label: name, amount, kind, note, beside, renderAmount }, index) => {
          const [from, to] = spans[index] ?? [0, 0]
          return (
            <li
              key={key}
              className={styles.step}
              data-step={key}
              data-kind={kind}
              data-loss={(kind === 'total' && amount < 0) || undefined}
            >
              <span className={styles.label}>
                {name}
                {note !== undefined && <small>{note}</small>}
              </span>
              <span className={styles.track} aria-hidden="true">
                <span className={styles.zero} style={{ left: at(0) }} />
                <span
                  className={styles.bar}
                  style={{ left: at(Math.min(from, to)), width: `${(Math.abs(to - from) / width) * 100}%` }}
                />
              </span>
              <span className={styles.amount} data-figure>
                {renderAmount(
                  <>
                    {kind === 'up' && amount > 0 && '+'}
                    {format.money(amount, currency)}
                  </>,
                )}
              </span>
              {beside !== undefined && <span className={styles.beside}>{beside}</span>}
            </li>
          )
        })}
      </ol>
    </div>
  )
}

function spansOf(steps: readonly Step[]): [number, number][] {
  let level = 0
  return steps.map(({ amount, kind }) => {
    const from = kind === 'total' ? 0 : level
    level = from + amount
    return [from, level]
  })
}
