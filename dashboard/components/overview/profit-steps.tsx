import { memo } from 'react'
import type { ComparedFigures } from '../../lib/figures.ts'
import { shareOfRevenue } from '../../lib/ladder.ts'
import { useFormat } from '../../lib/preferences.ts'
import { Proven } from '../proof/proven.tsx'
import { Term } from '../term.tsx'
import ui from '../ui.module.css'
import { type Step, Waterfall } from '../waterfall.tsx'
import styles from './panels.module.css'

const lines = [
  { name: 'revenue', kind: 'total' },
  { name: 'cogs', kind: 'cost' },
  { name: 'shipping_cost', kind: 'cost' },
  { name: 'transaction_fees', kind: 'cost' },
  { name: 'ad_spend', kind: 'cost' },
  { name: 'fixed_costs', kind: 'cost' },
  { name: 'net_profit', kind: 'total' },
] as const

type Props = { figures: ComparedFigures | undefined; store: string | null }

/** From revenue down to net profit: what each cost takes off, with its share of revenue. */
export const ProfitSteps = memo(function ProfitSteps({ figures, store }: Props) {
  const format = useFormat()
  const steps =
    figures &&
    lines.map(({ name, kind }): Step => {
      const amount = figures[name]
      return {
        key: name,
        label: <Term name={name} />,
        amount: kind === 'cost' && amount !== 0 ? -amount : amount,
        kind,
        beside: format.percent(shareOfRevenue(amount, figures.revenue)),
        renderAmount: (shown) => (
          <Proven name={name} figures={figures} store={store}>
            {shown}
          </Proven>
        ),
      }
    })
  return (
    <section className={ui.panel} aria-labelledby="steps-title">
      <h3 id="steps-title" className={styles.title}>
        From revenue to profit
      </h3>
      <Waterfall label="From revenue to net profit" steps={steps} currency={figures?.currency} places={lines.length} />
    </section>
  )
})
