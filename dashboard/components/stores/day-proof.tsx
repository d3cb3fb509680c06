import Link from 'next/link'
import { useState } from 'react'
import { sentenceFor, withQuery } from '../../lib/api.ts'
import { longDay } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { moment } from '../../lib/times.ts'
import { useMay } from '../../lib/use-me.ts'
import {
  type DayProof as Proof,
  type Measure,
  measures,
  type OrderDifference,
  useCompareNow,
  useDayProof,
} from '../../lib/use-reconciliation.ts'
import { Figure } from '../figure.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { type Column, Table } from '../table/table.tsx'
import ui from '../ui.module.css'
import styles from './reconciliation.module.css'

const labels: Record<Measure, string> = {
  gross_sales: 'Gross sales',
  discounts: 'Discounts',
  returns: 'Returns',
  net_sales: 'Net sales',
  shipping: 'Shipping',
  tax: 'Tax',
  orders: 'Orders',
}

/** A day beside the shop: seven measures, and the orders that make a difference, each with its cause. */
export function DayProof({ store, day }: { store: string; day: string }) {
  const may = useMay('financials:write')
  const compare = useCompareNow(store)
  const [told, setTold] = useState<string>()
  const again = async () => {
    try {
      await compare(day)
      setTold('This day is compared within moments.')
    } catch (failure) {
      setTold(sentenceFor(failure))
    }
  }
  return (
    <section className={styles.proof} aria-labelledby="day">
      <header className={styles.head}>
        <h2 id="day">{longDay(day)}</h2>
        {may && (
          <button type="button" className={rows.plain} onClick={() => void again()}>
            Compare this day
          </button>
        )}
      </header>
      <p className={rows.meta} role="status" hidden={told === undefined}>
        {told}
      </p>
      <Asked asked={useDayProof(store, day)} lines={7}>
        {(proof) => (
          <>
            <div className={`${ui.panel} ${styles.measures}`}>
              <Measures proof={proof} />
            </div>
            <Orders proof={proof} />
          </>
        )}
      </Asked>
    </section>
  )
}

type Row = Proof['figures'][number]

function Measures({ proof: { currency, figures } }: { proof: Proof }) {
  const written = (measure: Measure, value: number) => (
    <Figure name={measure === 'orders' ? 'orders' : 'revenue'} value={value} currency={currency} symbol={false} />
  )
  const byRule = figures.some(({ by_rule }) => by_rule !== 0)
  const columns: Column<Row>[] = [
    { name: 'ours', label: 'Here', render: ({ measure, ours }) => written(measure, ours) },
    { name: 'in_shop', label: 'In Shopify', render: ({ measure, in_shop }) => written(measure, in_shop) },
    ...(byRule
      ? [
          {
            name: 'by_rule',
            label: 'On purpose',
            render: ({ measure, by_rule }: Row) => written(measure, by_rule),
          },
        ]
      : []),
    {
      name: 'difference',
      label: 'Difference',
      render: ({ measure, difference }) => (
        <span className={styles.difference} data-differs={difference !== 0 || undefined}>
          {written(measure, difference)}
        </span>
      ),
    },
  ]
  return (
    <Table<Row>
      label="The day beside the shop"
      head={{ name: 'measure', label: currency, words: true, render: ({ measure }) => labels[measure] }}
      columns={columns}
      rows={figures}
      keyOf={({ measure }) => measure}
      data={({ measure }) => ({ 'data-measure': measure })}
    />
  )
}

function Orders({ proof: { currency, order_differences: orders, status } }: { proof: Proof }) {
  const format = useFormat()
  if (orders.length === 0)
    return (
      <p className={styles.note}>
        {status === 'matches' ? 'Every order of this day is the same here and in Shopify.' : 'No order explains it.'}
      </p>
    )
  return (
    <ul className={rows.rows} aria-label="Orders that make the difference">
      {orders.map((order) => (
        <li key={`${order.order} ${order.cause}`} className={rows.row} data-order={order.order}>
          <div className={rows.main}>
            <p>
              {order.order_id === null ? (
                order.order || 'The day as a whole'
              ) : (
                <Link href={withQuery('/orders', { id: String(order.order_id) })}>{order.order}</Link>
              )}{' '}
              <span className={rows.badge} data-tone={order.by_rule ? undefined : 'attention'}>
                {order.cause.replaceAll('_', ' ')}
              </span>
            </p>
            <p className={styles.words}>{order.words}</p>
            <p className={rows.meta}>
              {order.by_rule && <span>counted otherwise on purpose, no difference</span>}
              {order.reread_at !== null && <span>read again {moment(order.reread_at)}</span>}
              {moved(order).map((measure) => (
                <span key={measure}>
                  {labels[measure].toLowerCase()}{' '}
                  {measure === 'orders' ? format.count(order.orders) : format.money(order[measure], currency)}
                </span>
              ))}
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}

const moved = (order: OrderDifference) => measures.filter((measure) => order[measure] !== 0)
