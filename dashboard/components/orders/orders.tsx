import { useSearchParams } from 'next/navigation'
import { withQuery } from '../../lib/api.ts'
import { dayRange, shortDay } from '../../lib/days.ts'
import { type Sort, sortOf } from '../../lib/sort.ts'
import { type Order, useOrders } from '../../lib/use-orders.ts'
import { useRange } from '../../lib/use-range.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Figure } from '../figure.tsx'
import { Filters } from '../filters.tsx'
import { PageHead } from '../page-head.tsx'
import { Shell } from '../shell.tsx'
import { Skeleton } from '../skeleton.tsx'
import { type Column, Table } from '../table/table.tsx'
import { WordSearch } from '../word-search.tsx'
import { TablePanel } from '../table/table-panel.tsx'

const columns: Column<Order>[] = [
  { name: 'date', label: 'Day', words: true, newest: true, sortable: true, render: ({ date }) => shortDay(date) },
  { name: 'store', label: 'Store', words: true, sortable: true, render: ({ store }) => store },
  ...(
    [
      ['revenue', 'Revenue'],
      ['cm2', 'CM2'],
      ['cogs', 'Cost of goods'],
      ['shipping_cost', 'Shipping cost'],
      ['transaction_fees', 'Fees'],
    ] as const
  ).map(([name, label]) => ({
    name,
    label,
    sortable: true,
    render: (order: Order) => <Figure name={name} value={order[name]} currency={order.currency} />,
  })),
]

/** Orders of a period, found by number, customer or SKU, each with what it earned. */
export function Orders() {
  const { view, show } = useView()
  const { store, q } = view
  const sort = sortOf([{ name: 'number' }, ...columns], view.sort, '-date')
  const { overview, today, range } = useRange(view)
  const { orders, more, mutate, isLoading, error: refused } = useOrders(store, range, q, sort)
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <PageHead
        title="Orders"
        tools={
          <>
            <WordSearch
              q={q}
              label="Order number, customer or SKU"
              placeholder="Order, customer, SKU"
              onSearch={(words) => show({ q: words })}
            />
            <Downloads path="/orders" query={range && { ...range, store, q, sort }} />
          </>
        }
      >
        {range ? `${dayRange(range.start, range.end)}, each with all booked until now` : <Skeleton width={36} />}
      </PageHead>
      <TablePanel
        label="Orders"
        error={overview.error ?? refused}
        onRetry={() => Promise.all([overview.mutate(), mutate()])}
        known={orders !== undefined}
        empty={orders?.length === 0 ? nothingFound(q) : undefined}
        more={more}
        isLoading={isLoading}
      >
        <OrderTable orders={orders} sort={sort} onSort={(chosen) => show({ sort: chosen })} />
      </TablePanel>
    </Shell>
  )
}

const nothingFound = (q: string | undefined): string =>
  q === undefined
    ? 'No order was placed in this period. Choose another period or store.'
    : 'No order of this period fits these words. Search for others, or in another period.'

type TableProps = { orders: Order[] | undefined; sort: Sort; onSort: (sort: Sort) => void }

function OrderTable({ orders, sort, onSort }: TableProps) {
  const query = Object.fromEntries(useSearchParams())
  return (
    <Table
      label="Orders of the period"
      head={{
        name: 'number',
        label: 'Order',
        words: true,
        sortable: true,
        skeleton: 10,
        render: ({ number }) => number,
        title: ({ number }) => number,
      }}
      columns={columns}
      rows={orders}
      keyOf={({ id }) => id}
      data={({ id }) => ({ 'data-order': id })}
      href={({ id }) => withQuery('/orders', { ...query, id: String(id) })}
      sort={sort}
      onSort={onSort}
    />
  )
}
