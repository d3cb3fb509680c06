import { dayRange, longDay, shortMonth, shortNamedDay, shortRange } from '../lib/days.ts'
import type { PnlColumn } from '../lib/figures.ts'
import type { Grain } from '../lib/period.ts'
import type { Pnl } from '../lib/use-pnl.ts'
import { Figure } from './figure.tsx'
import styles from './readout.module.css'

const rows = [
  ['revenue', 'Revenue'],
  ['total_costs', 'All costs'],
  ['ad_spend', 'of which ads'],
  ['net_profit', 'Net profit'],
  ['margin_percent', 'Margin'],
  ['orders', 'Orders'],
] as const

/** The full figures of one column of the chart. */
export function Readout({ column, pnl, open }: { column: PnlColumn; pnl: Pnl; open: boolean }) {
  return (
    <div className={styles.readout}>
      <p>{columnTitle(column, pnl.grain)}</p>
      <dl>
        {rows.map(([name, label]) => (
          <div key={name} data-name={name}>
            <dt>{label}</dt>
            <dd>
              <Figure name={name} value={column[name]} currency={pnl.currency} />
            </dd>
          </div>
        ))}
      </dl>
      {open && <p className={styles.open}>Still running</p>}
    </div>
  )
}

/** The days of a column in words. */
export const columnTitle = ({ start, end }: PnlColumn, grain: Grain): string =>
  grain === 'day' ? longDay(start) : dayRange(start, end)

/** The same in short, for a list in which the year is clear. */
export const columnLabel = ({ start, end }: PnlColumn, grain: Grain): string =>
  ({ day: shortNamedDay, week: () => shortRange(start, end), month: shortMonth })[grain](start)
