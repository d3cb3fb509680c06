import type { ComparedFigures } from '../../lib/figures.ts'
import { platformNames, platforms } from '../../lib/platforms.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { ChannelTotal, Channels } from '../../lib/use-channels.ts'
import { Figure } from '../figure.tsx'
import { Table } from '../table/table.tsx'
import { ClaimedRoas } from './claimed-roas.tsx'
import styles from './ads.module.css'

type Props = { channels: Channels | undefined; figures: ComparedFigures | undefined }

/** A row for each platform: what it got, and what it says that it brought. */
export function ChannelTable({ channels, figures }: Props) {
  const format = useFormat()
  const { currency } = channels ?? {}
  const breakEven = figures?.break_even_roas ?? null
  return (
    <Table<ChannelTotal>
      label="Platforms"
      places={2}
      head={{
        name: 'platform',
        label: 'Platform',
        words: true,
        render: ({ platform }) => (
          <span className={styles.named}>
            <span className={styles.mark} data-place={platforms.indexOf(platform) + 1} />
            {platformNames[platform]}
          </span>
        ),
      }}
      columns={[
        {
          name: 'ad_spend',
          label: 'Ad spend',
          render: (row) => <Figure name="ad_spend" value={row.ad_spend} currency={currency} />,
        },
        { name: 'share', label: 'Share', quiet: true, render: (row) => format.percent(row.share_percent) },
        {
          name: 'claimed',
          label: 'Claimed revenue',
          render: (row) => <Figure name="revenue" value={row.claimed} currency={currency} />,
        },
        {
          name: 'claimed_roas',
          label: 'Claimed ROAS',
          render: (row) => <ClaimedRoas roas={row.claimed_roas} breakEven={breakEven} />,
        },
        { name: 'days', label: 'Days with ads', quiet: true, render: (row) => format.count(row.days) },
      ]}
      rows={channels?.totals}
      keyOf={({ platform }) => platform}
      data={({ platform }) => ({ 'data-platform': platform })}
    />
  )
}
