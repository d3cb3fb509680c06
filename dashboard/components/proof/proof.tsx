'use client'

import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { withQuery } from '../../lib/api.ts'
import { dayRange, shortDay } from '../../lib/days.ts'
import { type DefinedFigure, definitions } from '../../lib/definitions.ts'
import { isCompared, type ProvableFigures } from '../../lib/figures.ts'
import { makings } from '../../lib/makings.ts'
import { isOrderLine, type OrderLine, useLineOrders } from '../../lib/use-line-orders.ts'
import { kept } from '../../lib/kept.ts'
import { Change } from '../change.tsx'
import { CoverageLine } from '../coverage.tsx'
import { Figure } from '../figure.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Dialog } from '../rooms/dialog.tsx'
import { Skeleton } from '../skeleton.tsx'
import { Makings } from './makings.tsx'
import styles from './proof.module.css'

type Props = { name: DefinedFigure; figures: ProvableFigures; store: string | null; onClose: () => void }

/** How a figure is made: what it means, the figures that it is worked out from, and the orders behind it. */
export function Proof({ name, figures, store, onClose }: Props) {
  const { label, text } = definitions[name]
  const { currency, start, end, coverage } = figures
  const view = { ...kept(useSearchParams()), store: store ?? '', period: '', start, end }
  const parts = makings[name]
  return (
    <Dialog title={label} onClose={onClose}>
      <p className={styles.value}>
        <Figure name={name} value={figures[name]} currency={currency} />{' '}
        {isCompared(figures) && <Change name={name} figures={figures} />}
      </p>
      <p className={styles.days}>
        {dayRange(start, end)}
        {isCompared(figures) && (
          <>
            ; before,{' '}
            <Link href={withQuery('/pnl', { ...view, start: figures.comparison.start, end: figures.comparison.end })}>
              {dayRange(figures.comparison.start, figures.comparison.end)}
            </Link>
            : <Figure name={name} value={figures.comparison[name]} currency={currency} />
          </>
        )}
      </p>
      <p>{text}</p>
      {parts && (
        <Makings
          parts={parts.map(({ sign, of }) => ({
            key: of,
            sign,
            label: definitions[of].label,
            figure: <Figure name={of} value={figures[of]} currency={currency} />,
          }))}
          of={{ key: name, label, figure: <Figure name={name} value={figures[name]} currency={currency} /> }}
        />
      )}
      {isOrderLine(name) && <Largest line={name} store={store} figures={figures} view={view} />}
      {coverage && <CoverageLine figures={{ coverage }} today={undefined} />}
      <p>
        <Link className={styles.way} href={withQuery('/pnl', { ...view, line: isOrderLine(name) ? name : '' })}>
          Open in the P&amp;L
        </Link>
      </p>
    </Dialog>
  )
}

type LargestProps = {
  line: OrderLine
  store: string | null
  figures: ProvableFigures
  view: Record<string, string>
}

/** The orders that make most of it. */
function Largest({ line, store, figures, view }: LargestProps) {
  const { orders, error, mutate } = useLineOrders(line, store, figures)
  return (
    <section className={styles.orders} aria-label="Largest orders behind it">
      <h3>Largest orders behind it</h3>
      {error !== undefined && <Asked asked={{ error, mutate }}>{() => null}</Asked>}
      <ul>
        {error === undefined && !orders && (
          <li>
            <Skeleton width={20} />
          </li>
        )}
        {orders?.slice(0, 5).map(({ order_id, number, date, store: slug, currency, amount }) => (
          <li key={order_id} data-order={order_id}>
            <Link href={withQuery('/orders', { ...view, id: String(order_id) })}>{number}</Link>
            <span>
              {shortDay(date)}, {slug}
            </span>
            <Figure name={line} value={amount} currency={currency} />
          </li>
        ))}
        {orders?.length === 0 && <li>None.</li>}
      </ul>
    </section>
  )
}
