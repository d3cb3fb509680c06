import type { Figures } from '../lib/figures.ts'
import { ladder, shareOfRevenue } from '../lib/ladder.ts'
import { useFormat } from '../lib/preferences.ts'
import { Figure } from './figure.tsx'
import styles from './ladder.module.css'
import { Skeleton } from './skeleton.tsx'
import { Term } from './term.tsx'
import ui from './ui.module.css'

/** From gross sales down to net profit, each line with its share of revenue. */
export function Ladder({ figures }: { figures: Figures | undefined }) {
  const format = useFormat()
  return (
    <table className={styles.ladder} aria-busy={figures === undefined}>
      <caption className={ui.hidden}>Profit and loss of the period</caption>
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col">{figures?.currency ?? 'Amount'}</th>
          <th scope="col">% of rev.</th>
        </tr>
      </thead>
      <tbody>
        {ladder.map(({ name, kind }) => (
          <tr key={name} data-kind={kind}>
            <th scope="row">
              <Term name={name} />
            </th>
            <td>
              <Figure
                name={name}
                value={figures?.[name]}
                currency={figures?.currency}
                deducted={kind === 'minus'}
                symbol={kind === 'total' || name === 'gross_sales'}
              />
            </td>
            <td className={styles.share}>
              {figures ? format.percent(shareOfRevenue(figures[name], figures.revenue)) : <Skeleton width={4} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
