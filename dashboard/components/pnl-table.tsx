import type { PnlColumn } from '../lib/figures.ts'
import type { Pnl } from '../lib/use-pnl.ts'
import { Figure } from './figure.tsx'
import styles from './pnl-table.module.css'
import { columnLabel } from './readout.tsx'
import { Table } from './table/table.tsx'

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
    <div className={styles.low}>
      <Table
        label={`Revenue, costs and net profit by ${pnl.grain}`}
        head={{
          name: 'days',
          label: { day: 'Day', week: 'Week', month: 'Month' }[pnl.grain],
          render: (row) => columnLabel(row, pnl.grain),
        }}
        columns={columns.map(([name, label]) => ({
          name,
          label,
          render: (row: PnlColumn) => <Figure name={name} value={row[name]} currency={pnl.currency} />,
        }))}
        rows={pnl.data.toReversed()}
        keyOf={({ start }) => start}
      />
    </div>
  )
}
