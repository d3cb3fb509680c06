import Link from 'next/link'
import { withQuery } from '../../lib/api.ts'
import type { Figures, PnlColumn } from '../../lib/figures.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { Pnl } from '../../lib/use-pnl.ts'
import type { ReconciledDay } from '../../lib/use-reconciliation.ts'
import { Figure } from '../figure.tsx'
import { columnLabel } from '../readout.tsx'
import { type Column, Table } from '../table/table.tsx'
import styles from './stores.module.css'

const figures = [
  ['revenue', 'Revenue'],
  ['cm1', 'CM1'],
  ['cm2', 'CM2'],
  ['ad_spend', 'Ad spend'],
  ['cm3', 'CM3'],
  ['net_profit', 'Net profit'],
  ['margin_percent', 'Margin'],
  ['orders', 'Orders'],
] as const

type Cells = Pick<Figures, (typeof figures)[number][0]> & { start?: string | undefined }

type Props = {
  store: string
  pnl: Pnl | undefined
  total: Figures | undefined
  /** Days that were compared with the shop; undefined where there is none. */
  compared: ReconciledDay[] | undefined
}

/** A row for each day (week, month) of the period, newest first, which leads to its orders, and first what they come to. */
export function DayTable({ store, pnl, total, compared }: Props) {
  const format = useFormat()
  const columns: Column<Cells>[] = figures.map(([name, label]) => ({
    name,
    label,
    value: (cells) => cells[name],
    render: (cells) => (
      <Figure name={name} value={cells[name]} currency={total?.currency ?? pnl?.currency} symbol={false} />
    ),
  }))
  const shop: Column<Cells> = {
    name: 'shop',
    label: 'Beside Shopify',
    words: true,
    quiet: true,
    render: ({ start }) => {
      const day = compared?.find(({ date }) => date === start)
      if (start === undefined || !day) return start === undefined ? null : '–'
      if (day.status === 'matches') return 'to the cent'
      return (
        <Link className={styles.differs} href={withQuery('/stores/reconciliation', { store, day: start })}>
          {day.net_sales_difference === 0 ? 'differs' : `${format.money(day.net_sales_difference, day.currency)} net`}
        </Link>
      )
    },
  }
  const grain = pnl?.grain ?? 'day'
  return (
    <Table<PnlColumn, Cells>
      label={`Figures by ${grain}`}
      places={7}
      head={{
        name: 'day',
        label: 'Day',
        words: true,
        newest: true,
        value: ({ start }) => start,
        render: (column) => columnLabel(column, grain),
      }}
      columns={compared && grain === 'day' ? [...columns, shop] : columns}
      rows={pnl?.data.toReversed()}
      keyOf={({ start }) => start}
      data={({ start }) => ({ 'data-day': start })}
      totals={{
        label: 'All together',
        cells: total && { ...total, start: undefined },
        href: total && withQuery('/pnl', { store, start: total.start, end: total.end, grain }),
      }}
      href={({ start, end }) => withQuery('/orders', { store, start, end })}
    />
  )
}
