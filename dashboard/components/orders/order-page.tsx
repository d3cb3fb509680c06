import Link from 'next/link'
import { withQuery } from '../../lib/api.ts'
import { datedDay } from '../../lib/days.ts'
import { type OrderDetail, useOrder } from '../../lib/use-orders.ts'
import { Figure } from '../figure.tsx'
import figures from '../key-figures.module.css'
import { PageHead } from '../page-head.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { Shell } from '../shell.tsx'
import { Term } from '../term.tsx'
import { OrderActions } from './order-actions.tsx'
import { OrderCosts } from './order-costs.tsx'
import { OrderEntries } from './order-entries.tsx'
import { OrderHistory } from './order-history.tsx'
import { OrderLines } from './order-lines.tsx'
import styles from './order-page.module.css'

/** An order: what was sold, what came back, where each cost comes from, and what changed when. `others` is the view that it was opened from. */
export function OrderPage({ id, others }: { id: string; others: Record<string, string> }) {
  const asked = useOrder(id)
  const order = asked.data?.value
  return (
    <Shell>
      <p>
        <Link className={rows.plain} href={withQuery('/orders', others)}>
          All orders
        </Link>
      </p>
      <PageHead title={`Order ${order?.number ?? ''}`}>{order && <About order={order} />}</PageHead>
      <Asked asked={asked} lines={8}>
        {({ value, etag }) => (
          <div className={styles.page}>
            <Sums order={value} />
            <OrderLines order={value} />
            <OrderCosts order={value} etag={etag} onChanged={() => asked.mutate()} />
            <OrderActions order={value} onChanged={() => asked.mutate()} />
            <OrderHistory order={value} />
            <OrderEntries order={value} />
          </div>
        )}
      </Asked>
    </Shell>
  )
}

const STATUS: Record<string, string> = { placed: '', voided: 'voided', test: 'a test' }

function About({ order: { date, store, customer, country, gateway, status, type } }: { order: OrderDetail }) {
  const parts = [
    datedDay(date),
    store,
    country,
    gateway,
    customer && `customer ${customer}`,
    type === 'credit_note' && 'a credit note',
    STATUS[status] ?? status,
  ]
  return <>{parts.filter(Boolean).join(', ')}</>
}

const NAMES = ['revenue', 'cogs', 'shipping_cost', 'transaction_fees', 'cm2'] as const

function Sums({ order }: { order: OrderDetail }) {
  return (
    <dl className={styles.sums}>
      {NAMES.map((name) => (
        <div key={name} className={figures.cell}>
          <dt>
            <Term name={name} />
          </dt>
          <dd className={figures.value} data-figure={name}>
            <Figure name={name} value={order[name]} currency={order.currency} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
