import { type ComparedFigures } from '../../lib/figures.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { Channels } from '../../lib/use-channels.ts'
import { Change } from '../change.tsx'
import { Figure } from '../figure.tsx'
import row from '../key-figures.module.css'
import { Skeleton } from '../skeleton.tsx'
import { Term } from '../term.tsx'
import styles from './ad-figures.module.css'

const names = ['ad_spend', 'mer', 'break_even_roas', 'poas', 'cm3'] as const

type Props = { figures: ComparedFigures | undefined; channels: Channels | undefined }

/** What was spent and what the shop made of it, with what the platforms say beside it. */
export function AdFigures({ figures, channels }: Props) {
  const format = useFormat()
  const claimed = channels?.totals.reduce((sum, channel) => sum + Math.round(channel.claimed * 1_000), 0)
  const share = claimed === undefined || !figures ? undefined : figures.revenue > 0 ? (claimed / 10 / figures.revenue) : null
  return (
    <dl className={`${row.row} ${styles.row}`} aria-busy={figures === undefined}>
      {names.map((name) => (
        <div key={name} className={row.cell} data-figure={name}>
          <dt>
            <Term name={name} />
          </dt>
          <dd className={row.value}>
            <Figure name={name} value={figures?.[name]} currency={figures?.currency} skeleton={6} />
          </dd>
          <dd>
            <Change name={name} figures={figures} />
          </dd>
        </div>
      ))}
      <div className={row.cell}>
        <dt>Claims against revenue</dt>
        <dd className={row.value}>{share === undefined ? <Skeleton width={6} /> : format.percent(share)}</dd>
        <dd className={styles.hint}>Claims of platforms overlap.</dd>
      </div>
    </dl>
  )
}
