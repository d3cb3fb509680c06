import { useMemo } from 'react'
import { shortDay, shortMonth } from '../../lib/days.ts'
import { platformNames, platforms } from '../../lib/platforms.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { Channels } from '../../lib/use-channels.ts'
import type { Pnl } from '../../lib/use-pnl.ts'
import type { Colours } from '../chart.tsx'
import chart from '../chart.module.css'
import ui from '../ui.module.css'
import { Drawn } from './drawn.tsx'
import styles from './ads.module.css'

type Props = { channels: Channels | undefined; pnl: Pnl | undefined }

/** Ad spend over time, a platform upon the other; what a platform may still change stands on a darker ground. */
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
    const first = columns.findIndex((start) =>
      shown.some((name) => (at.get(`${start} ${name}`)?.state ?? 'final') !== 'final'),
    )
    return async ({ palette, series, font }: Colours) => {
      const { spendChart } = await import('../../charts/spend-chart.ts')
      return spendChart({
        palette,
        font,
        axis: format.axis,
        settlingFrom: first === -1 ? undefined : first,
        labels: columns.map((start) => (pnl.grain === 'month' ? shortMonth(start) : shortDay(start))),
        series: shown.map((name) => ({
          colour: series[platforms.indexOf(name)] ?? palette.ink,
          values: columns.map((start) => at.get(`${start} ${name}`)?.ad_spend ?? 0),
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
            ? 'What stands on the darker ground still settles: the platforms may change it.'
            : 'All days are final.'}
        </p>
      </header>
      {make ? (
        <Drawn label={`Ad spend by platform and ${pnl?.grain ?? 'day'}`} make={make} />
      ) : (
        <div className={chart.waiting} />
      )}
      <ul className={chart.legend} aria-label="Legend">
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
