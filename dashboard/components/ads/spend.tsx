import { useMemo } from 'react'
import { shortDay, shortMonth } from '../../lib/days.ts'
import { platformNames, platforms } from '../../lib/platforms.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { Channels } from '../../lib/use-channels.ts'
import type { Pnl } from '../../lib/use-pnl.ts'
import ui from '../ui.module.css'
import { type Colours, Drawn } from './drawn.tsx'
import styles from './ads.module.css'

type Props = { channels: Channels | undefined; pnl: Pnl | undefined }

/** Ad spend over time, a platform upon the other; what a platform may still change is fainter. */
export function Spend({ channels, pnl }: Props) {
  const format = useFormat()
  const shown = useMemo(
    () => platforms.filter((name) => channels?.totals.some(({ platform }) => platform === name)),
    [channels],
  )
  const settling = channels?.data.filter(({ state }) => state !== 'final') ?? []
  const make = useMemo(() => {
    if (!channels || !pnl) return undefined
    const at = new Map(channels.data.map((one) => [`${one.start} ${one.platform}`, one]))
    const columns = pnl.data.map(({ start }) => start)
    return async ({ palette, series, font }: Colours) => {
      const { spendChart } = await import('../../charts/spend-chart.ts')
      return spendChart({
        palette,
        font,
        axis: format.axis,
        labels: columns.map((start) => (pnl.grain === 'month' ? shortMonth(start) : shortDay(start))),
        series: shown.map((name) => ({
          colour: series[platforms.indexOf(name)] ?? palette.ink,
          values: columns.map((start) => at.get(`${start} ${name}`)?.ad_spend ?? 0),
          faded: columns.map((start) => (at.get(`${start} ${name}`)?.state ?? 'final') !== 'final'),
        })),
      }) as never
    }
  }, [channels, pnl, shown, format])
  return (
    <section className={ui.panel} aria-labelledby="spend-title" aria-busy={make === undefined}>
      <header className={styles.panelHead}>
        <h2 id="spend-title">Spend by platform</h2>
        <p>
          {settling.length > 0
            ? 'Days that are faint are still running or settling: the platform may change them.'
            : 'All days are final.'}
        </p>
      </header>
      {make ? (
        <Drawn label={`Ad spend by platform and ${pnl?.grain ?? 'day'}`} make={make} />
      ) : (
        <div className={styles.waiting} />
      )}
      <ul className={styles.legend} aria-label="Legend">
        {shown.map((name) => (
          <li key={name}>
            <span className={styles.mark} data-place={platforms.indexOf(name) + 1} />
            {platformNames[name]}
          </li>
        ))}
        {settling.length > 0 && (
          <li>
            <span className={styles.mark} data-place="settling" />
            Settling
          </li>
        )}
      </ul>
    </section>
  )
}
