import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { memo } from 'react'
import { withQuery } from '../../lib/api.ts'
import { definitions } from '../../lib/definitions.ts'
import type { ComparedFigures, Figures } from '../../lib/figures.ts'
import { kept } from '../../lib/kept.ts'
import { ladder, type Line as LadderLine, shareOfRevenue } from '../../lib/ladder.ts'
import { useFormat } from '../../lib/preferences.ts'
import { isOrderLine } from '../../lib/use-line-orders.ts'
import type { Pnl } from '../../lib/use-pnl.ts'
import { Change } from '../change.tsx'
import { Figure } from '../figure.tsx'
import { columnLabel } from '../readout.tsx'
import { Proven } from '../proof/proven.tsx'
import { Skeleton } from '../skeleton.tsx'
import { Term } from '../term.tsx'
import { type Column, Table } from '../table/table.tsx'
import { LineChannels } from './line-channels.tsx'
import { LineOrders } from './line-orders.tsx'
import styles from './statement.module.css'

/** Below the ladder: how much is left, and on how many orders. */
const memos = ['margin_percent', 'orders', 'aov', 'mer', 'poas'] as const

const PLACES: Column<Line>[] = Array.from({ length: 4 }, (_, place) => ({
  name: String(place),
  render: () => <Skeleton width={8} />,
}))

type Memo = { name: (typeof memos)[number]; kind: 'memo' }
type Line = LadderLine | Memo

const lines: Line[] = [...ladder, ...memos.map((name): Memo => ({ name, kind: 'memo' }))]

type Props = {
  pnl: Pnl | undefined
  total: ComparedFigures | undefined
  store: string | null
  /** The line that is open down to its orders. */
  open: string | undefined
  onOpen: (line: string | undefined) => void
}

/** Lines down, the total with its share of revenue and its change first, then a column for each part of the period, oldest first. */
export const Statement = memo(function Statement({ pnl, total, store, open, onOpen }: Props) {
  const format = useFormat()
  const view = kept(useSearchParams())
  const written = (
    { name, kind }: Line,
    figures: Pick<Figures, Line['name']> | undefined,
    currency = total?.currency,
  ) => <Figure name={name} deducted={kind === 'minus'} symbol={false} value={figures?.[name]} currency={currency} />
  const columns: Column<Line>[] = [
    {
      name: 'total',
      label: 'Total',
      render: (line) => (
        <Proven name={line.name} figures={total} store={store}>
          {written(line, total)}
        </Proven>
      ),
    },
    {
      name: 'share',
      label: '% of rev.',
      quiet: true,
      // A memo is no part of the revenue.
      render: ({ name, kind }) =>
        kind !== 'memo' &&
        (total ? format.percent(shareOfRevenue(total[name], total.revenue)) : <Skeleton width={4} />),
    },
    {
      name: 'change',
      label: 'Change',
      quiet: true,
      edge: true,
      render: ({ name }) => <Change name={name} figures={total} />,
    },
    ...(pnl
      ? pnl.data.map((column) => {
          const figures = { ...column, currency: pnl.currency }
          return {
            name: column.start,
            // To these days alone, where the keyboard reaches the proof of each figure.
            label: (
              <Link href={withQuery('/pnl', { ...view, period: '', start: column.start, end: column.end })}>
                {columnLabel(column, pnl.grain)}
              </Link>
            ),
            render: (line: Line) => (
              <Proven name={line.name} figures={figures} store={store} tabbable={false}>
                {written(line, column, pnl.currency)}
              </Proven>
            ),
          }
        })
      : PLACES),
  ]
  return (
    <div
      className={styles.statement}
      data-wide={(pnl && pnl.data.length > 12) || undefined}
      aria-busy={pnl === undefined}
    >
      <Table
        label={`Profit and loss${pnl ? ` by ${pnl.grain}` : ''}`}
        head={{
          name: 'line',
          label: total?.currency ?? 'Line',
          render: ({ name }) => (
            <>
              {isOrderLine(name) || name === 'ad_spend' ? (
                <button
                  type="button"
                  className={styles.opener}
                  aria-expanded={open === name}
                  aria-label={`${name === 'ad_spend' ? 'Platforms' : 'Orders'} behind ${definitions[name].label.toLowerCase()}`}
                  onClick={() => onOpen(open === name ? undefined : name)}
                />
              ) : (
                <span className={styles.opener} />
              )}
              <Term name={name} />
            </>
          ),
        }}
        columns={columns}
        rows={lines}
        keyOf={({ name }) => name}
        data={({ name, kind }) => ({ 'data-line': name, 'data-kind': kind })}
        renderUnder={({ name, kind }) =>
          open !== name ? null : isOrderLine(name) ? (
            <LineOrders line={name} deducted={kind === 'minus'} store={store} range={total} columns={columns.length} />
          ) : (
            name === 'ad_spend' && <LineChannels store={store} pnl={pnl} total={total} columns={columns.length} />
          )
        }
      />
    </div>
  )
})
