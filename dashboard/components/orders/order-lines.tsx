import { shortDay } from '../../lib/days.ts'
import type { Line, OrderDetail, Refund } from '../../lib/use-orders.ts'
import { Figure } from '../figure.tsx'
import { type Column, Table } from '../table/table.tsx'
import table from '../table/table.module.css'
import styles from './order-page.module.css'

type RefundRow = Refund['lines'][number] & { refund: Refund }

/** What was sold, and what came back of it on which day. Before tax. */
export function OrderLines({ order }: { order: OrderDetail }) {
  const { lines, refunds, currency } = order
  const money = (value: number) => <Figure name="revenue" value={value} currency={currency} />
  const skuOf = (line_no: number) => lines.find((line) => line.line_no === line_no)?.sku ?? `line ${line_no}`
  const columns: Column<Line>[] = [
    {
      name: 'product',
      label: 'Product',
      words: true,
      value: ({ product, account }) => product ?? kindOf(account),
      render: ({ product, account }) => product ?? kindOf(account),
    },
    { name: 'quantity', label: 'Pieces', value: ({ quantity }) => quantity, render: ({ quantity }) => quantity },
    {
      name: 'price',
      label: 'Price',
      value: ({ unit_price }) => unit_price,
      render: ({ unit_price }) => money(unit_price),
    },
    {
      name: 'discount',
      label: 'Discount',
      value: ({ discount }) => discount,
      render: ({ discount }) => money(discount),
    },
    { name: 'amount', label: 'Amount', value: ({ amount }) => amount, render: ({ amount }) => money(amount) },
  ]
  const back: Column<RefundRow>[] = [
    { name: 'day', label: 'Day', words: true, render: ({ refund }) => shortDay(refund.date) },
    { name: 'quantity', label: 'Pieces', render: ({ quantity }) => quantity },
    { name: 'amount', label: 'Given back', render: ({ amount }) => money(amount) },
    {
      name: 'shelf',
      label: 'Goods',
      words: true,
      render: ({ restocked }) => (restocked ? 'on the shelf' : 'written off'),
    },
  ]
  const returned = refunds.flatMap((refund) => refund.lines.map((line) => ({ ...line, refund })))
  const besides = refunds.filter(({ shipping }) => shipping !== 0)
  return (
    <>
      <section aria-labelledby="lines">
        <div className={styles.head}>
          <h2 id="lines">Lines</h2>
        </div>
        <div className={table.panel}>
          <Table
            label="Lines of the order, before tax"
            head={{
              name: 'sku',
              label: 'SKU',
              words: true,
              value: ({ sku }) => sku,
              render: ({ sku }) => sku,
              title: ({ sku }) => sku,
            }}
            columns={columns}
            rows={lines}
            keyOf={({ id }) => id}
            data={({ line_no }) => ({ 'data-line': line_no })}
          />
        </div>
      </section>
      {refunds.length > 0 && (
        <section aria-labelledby="refunds">
          <div className={styles.head}>
            <h2 id="refunds">Refunds</h2>
          </div>
          <div className={table.panel}>
            <Table<RefundRow>
              label="Refunds of the order, before tax"
              head={{ name: 'sku', label: 'SKU', render: ({ line_no }) => skuOf(line_no) }}
              columns={back}
              rows={returned}
              keyOf={({ refund, line_no }) => `${refund.id} ${line_no}`}
              data={({ refund }) => ({ 'data-refund': refund.id })}
              totals={undefined}
            />
          </div>
          {besides.map((refund) => (
            <p key={refund.id}>
              Shipping of {money(refund.shipping)} was given back on {shortDay(refund.date)}.
            </p>
          ))}
        </section>
      )}
    </>
  )
}

const kindOf = (account: string) => (account === 'gross_sales' ? '' : account.replaceAll('_', ' '))
