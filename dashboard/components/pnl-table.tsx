import { useSearchParams } from 'next/navigation'
import { withQuery } from '../lib/api.ts'
import type { PnlColumn } from '../lib/figures.ts'
import { kept } from '../lib/kept.ts'
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

/** The chart's figures as a table, newest first; a row leads to the income statement of its days. */
export function PnlTable({ pnl }: { pnl: Pnl }) {
  const view = kept(useSearchParams())
  return (
    <div className={styles.low}>
      <Table
        label={`Revenue, costs and net profit by ${pnl.grain}`}
        head={{
          name: 'days',
          label: { day: 'Day', week: 'Week', month: 'Month' }[pnl.grain],
          newest: true,
          words: true,
          value: ({ start }) => start,
          render: (row) => columnLabel(row, pnl.grain),
        }}
        columns={columns.map(([name, label]) => ({
          name,
          label,
          value: (row: PnlColumn) => row[name],
          render: (row: PnlColumn) => <Figure name={name} value={row[name]} currency={pnl.currency} />,
        }))}
        rows={pnl.data.toReversed()}
        keyOf={({ start }) => start}
        href={({ start, end }) => withQuery('/pnl', { ...view, period: '', start, end })}
      />
    </div>
  )
}
