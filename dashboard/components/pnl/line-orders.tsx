import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { sentenceFor, withQuery } from '../../lib/api.ts'
import { shortDay } from '../../lib/days.ts'
import type { Range } from '../../lib/period.ts'
import { type OrderLine, useLineOrders } from '../../lib/use-line-orders.ts'
import { kept } from '../../lib/kept.ts'
import { Downloads } from '../downloads.tsx'
import { Figure } from '../figure.tsx'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'
import styles from './statement.module.css'

type Props = { line: OrderLine; deducted: boolean; store: string | null; range: Range | undefined; columns: number }

/** What a line is made of, as rows below it: what each store's orders come to, and the orders, the largest first. */
export function LineOrders({ line, deducted, store, range, columns }: Props) {
  const view = kept(useSearchParams())
  const { stores, orders, error, mutate, more, isLoading } = useLineOrders(line, store, range)
  const rest = columns - 1
  const amount = (value: number, currency: string) => (
    <Figure name={line} value={value} currency={currency} deducted={deducted} />
  )
  if (error !== undefined)
    return (
      <tr className={styles.under}>
        <td colSpan={columns + 1}>
          {sentenceFor(error)}{' '}
          <button type="button" className={rows.plain} onClick={() => void mutate()}>
            Try again
          </button>
        </td>
      </tr>
    )
  if (!stores || !orders)
    return (
      <tr className={styles.under} aria-busy="true">
        <td>
          <Skeleton width={14} />
        </td>
        <td>
          <Skeleton width={8} />
        </td>
        <td colSpan={rest} />
      </tr>
    )
  return (
    <>
      {stores.length > 1 &&
        stores.map(({ store: slug, currency, amount: sum, orders: count }) => (
          <tr key={slug} className={styles.under} data-store={slug}>
            <th scope="row">
              <Link href={withQuery('/pnl', { ...view, store: slug, line })}>{slug}</Link>
            </th>
            <td>{amount(sum, currency)}</td>
            <td colSpan={rest} data-words>
              {count} {count === 1 ? 'order' : 'orders'}
            </td>
          </tr>
        ))}
      {orders.map(({ order_id, number, store: slug, date, currency, amount: sum, entries }) => (
        <tr key={order_id} className={styles.under} data-order={order_id}>
          <th scope="row" title={number}>
            <Link href={withQuery('/orders', { ...view, id: String(order_id) })}>{number}</Link>
          </th>
          <td>{amount(sum, currency)}</td>
          <td colSpan={rest} data-words>
            {shortDay(date)}, {slug}, {entries} {entries === 1 ? 'entry' : 'entries'}
          </td>
        </tr>
      ))}
      <tr className={styles.under}>
        <td>
          {more ? (
            <button type="button" className={rows.plain} disabled={isLoading} onClick={() => void more()}>
              {isLoading ? 'Looking…' : 'More orders'}
            </button>
          ) : (
            orders.length === 0 && 'No order of these days'
          )}
        </td>
        <td />
        <td colSpan={rest} data-words>
          <span className={styles.links}>
            <Link className={rows.plain} href={withQuery('/products', view)}>
              Products of these days
            </Link>
            <Downloads
              path="/financials/line-orders"
              query={range && { line, store, start: range.start, end: range.end }}
            />
          </span>
        </td>
      </tr>
    </>
  )
}
