import type { Pnl } from '../lib/use-pnl.ts'
import { Figure } from './figure.tsx'
import styles from './pnl-table.module.css'
import { columnLabel } from './readout.tsx'
import ui from './ui.module.css'

const columns = [
  ['revenue', 'Revenue'],
  ['total_costs', 'All costs'],
  ['ad_spend', 'Ad spend'],
  ['net_profit', 'Net profit'],
  ['margin_percent', 'Margin'],
  ['orders', 'Orders'],
] as const

/** The chart's figures as a table, newest first. */
export function PnlTable({ pnl }: { pnl: Pnl }) {
  return (
    <div className={styles.scroll} role="region" aria-label="Figures of the chart" tabIndex={0}>
      <table className={styles.table}>
        <caption className={ui.hidden}>Revenue, costs and net profit by {pnl.grain}</caption>
        <thead>
          <tr>
            <th scope="col">{{ day: 'Day', week: 'Week', month: 'Month' }[pnl.grain]}</th>
            {columns.map(([name, label]) => (
              <th key={name} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pnl.data.toReversed().map((row) => (
            <tr key={row.start}>
              <th scope="row">{columnLabel(row, pnl.grain)}</th>
              {columns.map(([name]) => (
                <td key={name}>
                  <Figure name={name} value={row[name]} currency={pnl.currency} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
