import { shortDay } from '../../lib/days.ts'
import { accountName } from '../../lib/account-words.ts'
import { moment } from '../../lib/times.ts'
import type { OrderDetail } from '../../lib/use-orders.ts'
import { Figure } from '../figure.tsx'
import { type Column, Table } from '../table/table.tsx'
import table from '../table/table.module.css'
import styles from './order-page.module.css'

/** The entries behind each figure of an order: what was booked when, from where, and why. */
export function OrderEntries({ order }: { order: OrderDetail }) {
  return (
    <section aria-labelledby="entries">
      <div className={styles.head}>
        <h2 id="entries">Entries</h2>
      </div>
      <div className={table.panel}>
        <Entries order={order} />
      </div>
    </section>
  )
}

/** An account of the order; what all come to has only its effect. */
type Sum = Partial<OrderDetail['accounts'][number]> & { effect_on_cm2: number }

function Entries({ order: { currency, accounts, cm2 } }: { order: OrderDetail }) {
  const columns: Column<Sum>[] = [
    { name: 'day', label: 'Day', words: true, render: () => null },
    {
      name: 'amount',
      label: 'Amount',
      render: ({ account, amount, entries }) =>
        account !== undefined &&
        amount !== undefined && (
          <Booked
            account={account}
            amount={amount}
            quantity={(entries ?? []).reduce((sum, { quantity }) => sum + quantity, 0)}
            currency={currency}
          />
        ),
    },
    {
      name: 'cm2',
      label: 'Adds to CM2',
      // A cost that is taken off is no loss; what all come to may be one.
      render: ({ account, effect_on_cm2 }) => (
        <Figure name={account === undefined ? 'cm2' : 'revenue'} value={effect_on_cm2} currency={currency} />
      ),
    },
    ...['Kind', 'Source', 'Reason', 'Booked'].map((label) => ({
      name: label,
      label,
      words: true,
      render: () => null,
    })),
  ]
  return (
    <Table<OrderDetail['accounts'][number], Sum>
      label="What was booked for the order, by account"
      head={{
        name: 'account',
        label: 'Account',
        render: ({ account }) => <strong>{accountName(account)}</strong>,
      }}
      columns={columns}
      rows={accounts}
      keyOf={({ account }) => account}
      data={({ account }) => ({ 'data-account': account })}
      totals={{ label: 'CM2', cells: { effect_on_cm2: cm2 } }}
      renderUnder={({ account, entries }) =>
        entries.map((entry) => (
          <tr key={entry.id} data-entry={entry.id}>
            <td />
            <td data-words>{shortDay(entry.date)}</td>
            <td>
              <Booked account={account} amount={entry.amount} quantity={entry.quantity} currency={currency} />
            </td>
            <td />
            <td data-words>{entry.basis}</td>
            <td data-words>{entry.source}</td>
            <td data-words>{entry.reason}</td>
            <td data-words>{moment(entry.booked_at)}</td>
          </tr>
        ))
      }
    />
  )
}

type BookedProps = { account: string; amount: number; quantity: number; currency: string }

/** The account `orders` counts; all others hold money. */
function Booked({ account, amount, quantity, currency }: BookedProps) {
  const counts = account === 'orders'
  return <Figure name={counts ? 'orders' : 'revenue'} value={counts ? quantity : amount} currency={currency} />
}
