import { accountName } from '../../lib/account-words.ts'
import { moment } from '../../lib/times.ts'
import { words } from '../../lib/tools.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { OrderDetail } from '../../lib/use-orders.ts'
import { Figure } from '../figure.tsx'
import rows from '../rooms/rows.module.css'
import styles from './order-page.module.css'

/** What was booked when and why, the newest first: each booking with what it changed of the order's CM2, and by which account. */
export function OrderHistory({ order: { bookings, currency } }: { order: OrderDetail }) {
  const format = useFormat()
  return (
    <section aria-labelledby="history">
      <div className={styles.head}>
        <h2 id="history">What changed when</h2>
      </div>
      <ul className={rows.rows}>
        {bookings.map(({ id, booked_at, reason, by, effect_on_cm2, amounts }) => (
          <li key={id} className={styles.booking} data-booking={id}>
            <span>
              {words(reason || 'booked')}
              {by !== null && `, by ${by}`}
            </span>
            <Figure name="cm2" value={effect_on_cm2} currency={currency} />
            <span className={styles.what}>
              {moment(booked_at)}:{' '}
              {amounts
                .map(({ account, amount }) =>
                  account === 'orders'
                    ? `${amount > 0 ? '+' : ''}${amount} order`
                    : `${accountName(account).toLowerCase()} ${amount > 0 ? '+' : ''}${format.money(amount, currency)}`,
                )
                .join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
