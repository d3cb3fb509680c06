import { longMonth } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { ProfitEffect } from '../../lib/profit-effect.ts'
import { Figure } from '../figure.tsx'
import { type Column, Table } from '../table/table.tsx'
import styles from './effect.module.css'

type Month = ProfitEffect['months'][number]

const columns: Column<Month>[] = (
  [
    ['net_profit_before', 'Net profit now'],
    ['net_profit_after', 'Net profit then'],
    ['net_profit_change', 'Change'],
  ] as const
).map(([name, label]) => ({
  name,
  label,
  value: (month) => month[name],
  render: (month) => <Figure name="net_profit" value={month[name]} currency={month.currency} />,
}))

/** What a change of costs does to the net profit, in a sentence and month by month. `done`: it was done already. */
export function Effect({ effect: { orders, months, totals }, done = false }: { effect: ProfitEffect; done?: boolean }) {
  const format = useFormat()
  const moved = totals.filter(({ net_profit_change }) => net_profit_change !== 0)
  return (
    <section className={styles.effect} aria-label="Effect on the net profit" data-orders={orders}>
      <p>
        {moved.length === 0
          ? 'The net profit of no month until today moves. '
          : `Net profit ${done ? 'moved' : 'moves'} by ${moved
              .map(({ currency, net_profit_change }) => signed(format.money(net_profit_change, currency)))
              .join(' and ')}. `}
        {orders === 0
          ? 'No order is booked anew.'
          : `${format.count(orders)} ${orders === 1 ? 'order is' : 'orders are'} restated; what was booked stays in the history.`}
      </p>
      {months.length > 0 && (
        <div className={styles.months}>
          <Table<Month>
            label="Net profit by month"
            head={{
              name: 'month',
              label: 'Month',
              words: true,
              value: ({ month, store }) => `${month} ${store}`,
              render: ({ month, store }) => `${longMonth(month)} · ${store}`,
            }}
            columns={columns}
            rows={months}
            keyOf={({ month, store }) => `${month} ${store}`}
            data={({ month, store }) => ({ 'data-month': month, 'data-store': store })}
          />
        </div>
      )}
    </section>
  )
}

const signed = (amount: string) => (amount.startsWith('\u2212') ? amount : `+${amount}`)
