import type { ComparedFigures } from '../../lib/figures.ts'
import { ladder, shareOfRevenue } from '../../lib/ladder.ts'
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
  const format = useFormat()
  const currency = total?.currency
  return (
    <div className={styles.scroll} role="region" aria-label="Income statement by columns" tabIndex={0}>
      <table className={styles.table} aria-busy={pnl === undefined}>
        <caption className={ui.hidden}>Profit and loss{pnl && ` by ${pnl.grain}`}</caption>
        <thead>
          <tr>
            <th scope="col">{currency ?? 'Line'}</th>
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
            <tr key={name} data-kind={kind} data-line={name}>
              <th scope="row">
                <Term name={name} />
              </th>
              <td>
                <Figure
                  name={name}
                  value={total?.[name]}
                  currency={currency}
                  deducted={kind === 'minus'}
                  symbol={false}
                />
              </td>
              <td className={styles.share}>
                {total ? format.percent(shareOfRevenue(total[name], total.revenue)) : <Skeleton width={4} />}
              </td>
              <td className={styles.share}>
                <Change name={name} figures={total} />
              </td>
              {pnl
                ? pnl.data.map((column) => (
                    <td key={column.start}>
                      <Figure
                        name={name}
                        value={column[name]}
                        currency={pnl.currency}
                        deducted={kind === 'minus'}
                        symbol={false}
                      />
                    </td>
                  ))
                : PLACES.map((place) => (
                    <td key={place}>
                      <Skeleton width={8} />
                    </td>
                  ))}
            </tr>
          ))}
        </tbody>
        <tbody>
          {memos.map((name) => (
            <tr key={name} data-kind="memo" data-line={name}>
              <th scope="row">
                <Term name={name} />
              </th>
              <td>
                <Figure name={name} value={total?.[name]} currency={currency} symbol={false} />
              </td>
              <td />
              <td className={styles.share}>
                <Change name={name} figures={total} />
              </td>
              {pnl
                ? pnl.data.map((column) => (
                    <td key={column.start}>
                      <Figure name={name} value={column[name]} currency={pnl.currency} symbol={false} />
                    </td>
                  ))
                : PLACES.map((place) => (
                    <td key={place}>
                      <Skeleton width={6} />
                    </td>
                  ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
