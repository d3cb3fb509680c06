import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import type { FormEvent } from 'react'
import { sentenceFor, withQuery } from '../../lib/api.ts'
import { dayRange, shortDay } from '../../lib/days.ts'
import { type Order, useOrders } from '../../lib/use-orders.ts'
import { useRange } from '../../lib/use-range.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Figure } from '../figure.tsx'
import { Filters } from '../filters.tsx'
import { Notice } from '../notice.tsx'
import styles from '../report.module.css'
import rows from '../rooms/rows.module.css'
import { Shell } from '../shell.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'

const PLACES = Array.from({ length: 10 }, (_, place) => String(place))

const columns = [
  ['revenue', 'Revenue'],
  ['cogs', 'Cost of goods'],
  ['shipping_cost', 'Shipping cost'],
  ['transaction_fees', 'Fees'],
  ['cm2', 'CM2'],
] as const

/** Orders of a period, found by number, customer or SKU, each with what it earned. */
export function Orders() {
  const { view, show } = useView()
  const { store, q } = view
  const { overview, today, range } = useRange(view)
  const { orders, more, mutate, isLoading, error: refused } = useOrders(store, range, q)
  const error: unknown = overview.error ?? refused
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const words = new FormData(event.currentTarget).get('q')
    show({ q: typeof words === 'string' && words.trim() !== '' ? words.trim() : undefined })
  }
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <header className={styles.head}>
        <div>
          <h1>Orders</h1>
          <p>{range ? dayRange(range.start, range.end) : <Skeleton width={18} />}, each with all booked until now</p>
        </div>
        <form role="search" className={styles.tools} onSubmit={search}>
          <input
            key={q}
            className={ui.input}
            type="search"
            name="q"
            defaultValue={q}
            maxLength={100}
            aria-label="Order number, customer or SKU"
            placeholder="Order, customer, SKU"
          />
          <button type="submit" className={ui.quiet}>
            Search
          </button>
        </form>
      </header>
      {error !== undefined && (
        <Notice tone="attention" onRetry={() => Promise.all([overview.mutate(), mutate()])}>
          {orders ? 'These orders could not be refreshed. ' : ''}
          {sentenceFor(error)}
        </Notice>
      )}
      {orders?.length === 0 ? (
        <Notice>
          {q === undefined
            ? 'No order was placed in this period. Choose another period or store.'
            : 'No order of this period fits these words. Search for others, or in another period.'}
        </Notice>
      ) : (
        (error === undefined || orders) && (
          <section className={`${ui.panel} ${styles.panel}`} aria-label="Orders">
            <OrderTable orders={orders} />
          </section>
        )
      )}
      {more && (
        <button type="button" className={`${ui.quiet} ${rows.more}`} disabled={isLoading} onClick={() => void more()}>
          {isLoading ? 'Looking…' : 'Show more'}
        </button>
      )}
      <p className={styles.meaning}>
        <Downloads path="/orders" query={range && { ...range, store, q }} />
      </p>
    </Shell>
  )
}

function OrderTable({ orders }: { orders: Order[] | undefined }) {
  const query = Object.fromEntries(useSearchParams())
  return (
    <div className={styles.scroll} role="region" aria-label="Orders by columns" tabIndex={0}>
      <table className={styles.table} aria-busy={orders === undefined}>
        <caption className={ui.hidden}>Orders, newest first</caption>
        <thead>
          <tr>
            {['Order', 'Day', 'Store', ...columns.map(([, label]) => label)].map((label) => (
              <th key={label} scope="col">
                <span>{label}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {orders
            ? orders.map((order) => (
                <tr key={order.id} data-order={order.id}>
                  <th scope="row" title={order.number}>
                    <Link href={withQuery('/orders', { ...query, id: String(order.id) })}>{order.number}</Link>
                  </th>
                  <td>{shortDay(order.date)}</td>
                  <td>{order.store}</td>
                  {columns.map(([name]) => (
                    <td key={name} data-column={name}>
                      <Figure name={name} value={order[name]} currency={order.currency} />
                    </td>
                  ))}
                </tr>
              ))
            : PLACES.map((place) => (
                <tr key={place}>
                  <td>
                    <Skeleton width={10} />
                  </td>
                  {['day', 'store', ...columns.map(([name]) => name)].map((name) => (
                    <td key={name}>
                      <Skeleton width={6} />
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  )
}
