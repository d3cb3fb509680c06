import type { DefinedFigure } from '../lib/definitions.ts'
import type { AmountName, Figures } from '../lib/figures.ts'
import { useFormat } from '../lib/preferences.ts'
import { Figure } from './figure.tsx'
import styles from './ladder.module.css'
import { Skeleton } from './skeleton.tsx'
import { Term } from './term.tsx'
import ui from './ui.module.css'

type Line = { name: AmountName & DefinedFigure; kind: 'plus' | 'minus' | 'subtotal' | 'total' }

const lines: Line[] = [
  { name: 'gross_sales', kind: 'plus' },
  { name: 'discounts', kind: 'minus' },
  { name: 'returns', kind: 'minus' },
  { name: 'net_sales', kind: 'subtotal' },
  { name: 'shipping_income', kind: 'plus' },
  { name: 'tips', kind: 'plus' },
  { name: 'revenue', kind: 'subtotal' },
  { name: 'cogs', kind: 'minus' },
  { name: 'cm1', kind: 'subtotal' },
  { name: 'shipping_cost', kind: 'minus' },
  { name: 'transaction_fees', kind: 'minus' },
  { name: 'cm2', kind: 'subtotal' },
  { name: 'ad_spend', kind: 'minus' },
  { name: 'cm3', kind: 'subtotal' },
  { name: 'fixed_costs', kind: 'minus' },
  { name: 'net_profit', kind: 'total' },
]

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
        {lines.map(({ name, kind }) => (
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

/** For display only; null without revenue. */
const shareOfRevenue = (amount: number, revenue: number): number | null =>
  revenue === 0 ? null : (amount / revenue) * 100
