import { useMemo } from 'react'
import { shortDay, shortMonth } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { Pnl } from '../../lib/use-pnl.ts'
import type { Colours } from '../chart.tsx'
import chart from '../chart.module.css'
import ui from '../ui.module.css'
import { Drawn } from './drawn.tsx'
import styles from './ads.module.css'

/** Profit on ad spend over time against the line at which ads pay for themselves. */
export function Efficiency({ pnl }: { pnl: Pnl | undefined }) {
  const format = useFormat()
  const make = useMemo(() => {
    if (!pnl) return undefined
    return async ({ palette, font }: Colours) => {
      const { efficiencyChart } = await import('../../charts/efficiency-chart.ts')
      return efficiencyChart({
        palette,
        font,
        axis: format.multiple,
        labels: pnl.data.map(({ start }) => (pnl.grain === 'month' ? shortMonth(start) : shortDay(start))),
        poas: pnl.data.map(({ poas }) => poas),
      }) as never
    }
  }, [pnl, format])
  const below = pnl?.data.filter(({ poas }) => poas !== null && poas < 1).length ?? 0
  const unit = pnl?.grain ?? 'day'
  return (
    <section className={ui.panel} aria-labelledby="efficiency-title" aria-busy={make === undefined}>
      <header className={styles.panelHead}>
        <h2 id="efficiency-title">Profit on ad spend</h2>
        <p>
          {below === 0
            ? `Ads paid for themselves in every ${unit} with ads.`
            : `Below break-even in ${below} ${below === 1 ? unit : `${unit}s`}: contribution 2 did not cover the ads.`}
        </p>
      </header>
      {make ? (
        <Drawn label={`Profit on ad spend by ${unit}, against break-even at 1`} make={make} />
      ) : (
        <div className={chart.waiting} />
      )}
      <ul className={chart.legend} aria-label="Legend">
        <li>
          <span className={styles.mark} data-place="poas" />
          POAS
        </li>
        <li>
          <span className={styles.mark} data-place="even" />
          Break-even
        </li>
      </ul>
    </section>
  )
}
