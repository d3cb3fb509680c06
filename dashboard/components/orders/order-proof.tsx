import Link from 'next/link'
import { withQuery } from '../../lib/api.ts'
import { shortDay } from '../../lib/days.ts'
import { moment } from '../../lib/times.ts'
import { type OrderDetail, useOrder } from '../../lib/use-orders.ts'
import { Figure } from '../figure.tsx'
import styles from '../report.module.css'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { Shell } from '../shell.tsx'
import ui from '../ui.module.css'

/** An order down to the entries behind each figure: what was booked when, from where, and why. `others` is the view that it was opened from. */
export function OrderProof({ id, others }: { id: string; others: Record<string, string> }) {
  const asked = useOrder(id)
  const order = asked.data
  return (
    <Shell>
      <p>
        <Link className={rows.plain} href={withQuery('/orders', others)}>
          All orders
        </Link>
      </p>
      <header className={styles.head}>
        <div>
          <h1 className={styles.long}>Order {order?.number ?? ''}</h1>
          {order && (
            <p className={styles.long}>
              {[shortDay(order.date), order.store, order.customer, order.country, order.gateway, order.status]
                .filter(Boolean)
                .join(', ')}
            </p>
          )}
        </div>
      </header>
      <Asked asked={asked} lines={6}>
        {(shown) => (
          <section className={`${ui.panel} ${styles.panel}`} aria-label="Entries">
            <Entries order={shown} />
          </section>
        )}
      </Asked>
    </Shell>
  )
}

function Entries({ order: { currency, accounts, cm2 } }: { order: OrderDetail }) {
  return (
    <div className={styles.scroll} role="region" aria-label="Entries by account" tabIndex={0}>
      <table className={styles.table}>
        <caption className={ui.hidden}>What was booked for the order, by account</caption>
        <thead>
          <tr>
            {['Account', 'Day', 'Amount', 'Adds to CM2', 'Kind', 'Source', 'Reason', 'Booked'].map((label) => (
              <th key={label} scope="col">
                <span>{label}</span>
              </th>
            ))}
          </tr>
        </thead>
        {accounts.map(({ account, amount, effect_on_cm2, entries }) => (
          <tbody key={account}>
            <tr data-account={account}>
              <th scope="row">
                <strong>{account.replaceAll('_', ' ')}</strong>
              </th>
              <td />
              <td>
                <Booked account={account} amount={amount} currency={currency} />
              </td>
              <td>
                <Figure name="cm2" value={effect_on_cm2} currency={currency} />
              </td>
              <td colSpan={4} />
            </tr>
            {entries.map((entry) => (
              <tr key={entry.id} data-entry={entry.id}>
                <td />
                <td>{shortDay(entry.date)}</td>
                <td>
                  <Booked account={account} amount={entry.amount} currency={currency} />
                </td>
                <td />
                <td>{entry.basis}</td>
                <td>{entry.source}</td>
                <td>{entry.reason}</td>
                <td>{moment(entry.booked_at)}</td>
              </tr>
            ))}
          </tbody>
        ))}
        <tbody>
          <tr data-product="total">
            <th scope="row">CM2</th>
            <td colSpan={2} />
            <td data-column="cm2">
              <Figure name="cm2" value={cm2} currency={currency} />
            </td>
            <td colSpan={4} />
          </tr>
        </tbody>
      </table>
    </div>
  )
}

/** The account `orders` counts; all others hold money. */
function Booked({ account, amount, currency }: { account: string; amount: number; currency: string }) {
  return <Figure name={account === 'orders' ? 'orders' : 'revenue'} value={amount} currency={currency} />
}
