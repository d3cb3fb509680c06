import { memo } from 'react'
import { type FigureName, kindOf } from '../lib/figures.ts'
import type { AmountParts } from '../lib/format.ts'
import { useFormat } from '../lib/preferences.ts'
import styles from './figure.module.css'
import { Skeleton } from './skeleton.tsx'

type Props = {
  name: FigureName
  /** Undefined while it loads, null when it does not exist. */
  value: number | null | undefined
  currency: string | undefined
  /** Shown with a minus: the figure is taken off. */
  deducted?: boolean
  /** False leaves the currency sign out, where a heading already names it. */
  symbol?: boolean
  skeleton?: number
}

const canBeLoss = new Set<FigureName>(['net_profit', 'margin_percent', 'cm1', 'cm2', 'cm3'])

/** One figure that never wraps; decimals of money are quieter, losses are red. */
export const Figure = memo(function Figure({
  name,
  value,
  currency,
  deducted = false,
  symbol = true,
  skeleton = 8,
}: Props) {
  const format = useFormat()
  if (value === undefined || currency === undefined) return <Skeleton width={skeleton} />
  if (value === null) return <span className={styles.figure}>–</span>
  const loss = value < 0 && canBeLoss.has(name)
  const kind = kindOf(name)
  return (
    <span className={styles.figure} data-loss={loss || undefined}>
      {kind === 'money' ? (
        <Money parts={format.moneyParts(deducted && value !== 0 ? -value : value, currency, { symbol })} />
      ) : (
        format[kind](value)
      )}
    </span>
  )
})

function Money({ parts: { before, minor, after } }: { parts: AmountParts }) {
  return (
    <>
      {before}
      {minor && <span className={styles.minor}>{minor}</span>}
      {after}
    </>
  )
}
