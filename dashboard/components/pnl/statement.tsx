import type { ComparedFigures } from '../../lib/figures.ts'
import { ladder, type Line as LadderLine, shareOfRevenue } from '../../lib/ladder.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { Pnl } from '../../lib/use-pnl.ts'
import { Change } from '../change.tsx'
import { Figure } from '../figure.tsx'
import { columnLabel } from '../readout.tsx'
import { Skeleton } from '../skeleton.tsx'
import { Term } from '../term.tsx'
import ui from '../ui.module.css'
import styles from './income-statement.module.css'

/** Below the ladder: how much is left, and on how many orders. */
const memos = ['margin_percent', 'orders', 'aov', 'mer', 'poas'] as const

const PLACES = Array.from({ length: 4 }, (_, place) => String(place))

type Props = { pnl: Pnl | undefined; total: ComparedFigures | undefined }

/** Lines down, the total with its share of revenue and its change first, then a column for each part of the period, oldest first. */
export function Statement({ pnl, total }: Props) {
  return (
    <div className={styles.scroll} role="region" aria-label="Income statement by columns" tabIndex={0}>
      <table className={styles.table} aria-busy={pnl === undefined}>
        <caption className={ui.hidden}>Profit and loss{pnl && ` by ${pnl.grain}`}</caption>
        <thead>
          <tr>
            <th scope="col">{total?.currency ?? 'Line'}</th>
            <th scope="col">Total</th>
            <th scope="col">% of rev.</th>
            <th scope="col">Change</th>
            {pnl
              ? pnl.data.map((column) => (
                  <th key={column.start} scope="col">
                    {columnLabel(column, pnl.grain)}
                  </th>
                ))
              : PLACES.map((place) => (
                  <td key={place}>
                    <Skeleton width={6} />
                  </td>
                ))}
          </tr>
        </thead>
        <tbody>
          {ladder.map(({ name, kind }) => (
            <Line key={name} name={name} kind={kind} pnl={pnl} total={total} />
          ))}
        </tbody>
        <tbody>
          {memos.map((name) => (
            <Line key={name} name={name} kind="memo" pnl={pnl} total={total} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type Memo = { name: (typeof memos)[number]; kind: 'memo' }

/** A line of the statement; a memo is no part of the revenue. */
function Line({ name, kind, pnl, total }: Props & (LadderLine | Memo)) {
  const format = useFormat()
  const shown = { name, deducted: kind === 'minus', symbol: false }
  return (
    <tr data-kind={kind} data-line={name}>
      <th scope="row">
        <Term name={name} />
      </th>
      <td>
        <Figure {...shown} value={total?.[name]} currency={total?.currency} />
      </td>
      {kind === 'memo' ? (
        <td />
      ) : (
        <td className={styles.share}>
          {total ? format.percent(shareOfRevenue(total[name], total.revenue)) : <Skeleton width={4} />}
        </td>
      )}
      <td className={styles.share}>
        <Change name={name} figures={total} />
      </td>
      {pnl
        ? pnl.data.map((column) => (
            <td key={column.start}>
              <Figure {...shown} value={column[name]} currency={pnl.currency} />
            </td>
          ))
        : PLACES.map((place) => (
            <td key={place}>
              <Skeleton width={kind === 'memo' ? 6 : 8} />
            </td>
          ))}
    </tr>
  )
}
