import { withQuery } from '../../lib/api.ts'
import { shortDay } from '../../lib/days.ts'
import type { Range } from '../../lib/period.ts'
import type { Order } from '../../lib/use-orders.ts'
import { useProductOrders } from '../../lib/use-product.ts'
import { Downloads } from '../downloads.tsx'
import { Figure } from '../figure.tsx'
import { type Column, Table } from '../table/table.tsx'
import { TablePanel } from '../table/table-panel.tsx'
import styles from './product-page.module.css'

const columns: Column<Order>[] = [
  { name: 'day', label: 'Day', words: true, render: ({ date }) => shortDay(date) },
  { name: 'store', label: 'Store', words: true, render: ({ store }) => store },
  ...(
    [
      ['revenue', 'Revenue'],
      ['refunded', 'Refunded'],
      ['cogs', 'Cost of goods'],
      ['cm2', 'CM2'],
    ] as const
  ).map(([name, label]) => ({
    name,
    label,
    render: (order: Order) => (
      <Figure name={name === 'refunded' ? 'returns' : name} value={order[name]} currency={order.currency} />
    ),
  })),
]

type Props = { id: number; store: string | null; range: Range | undefined; query: Record<string, string> }

/** The newest orders of the period with this product on them; figures are those of the whole order. */
export function ProductOrders({ id, store, range, query }: Props) {
  const { data, error, mutate } = useProductOrders(id, store, range)
  return (
    <section aria-labelledby="orders-title">
      <header className={styles.head}>
        <h2 id="orders-title">Newest orders with it</h2>
        <Downloads path="/orders" query={range && { ...range, store, product_id: String(id) }} />
      </header>
      <TablePanel
        label="Orders"
        error={error}
        onRetry={mutate}
        known={data !== undefined}
        empty={data?.data.length === 0 ? 'No order of this period has it.' : undefined}
      >
        <Table<Order>
          label="Newest orders of the period with this product"
          head={{
            name: 'order',
            label: 'Order',
            words: true,
            render: ({ number }) => number,
            title: ({ number }) => number,
          }}
          columns={columns}
          rows={data?.data}
          keyOf={(order) => order.id}
          href={(order) => withQuery('/orders', { ...query, id: String(order.id) })}
          data={(order) => ({ 'data-order': order.id })}
          places={5}
        />
      </TablePanel>
    </section>
  )
}
