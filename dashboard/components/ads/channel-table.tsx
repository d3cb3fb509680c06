import { useSearchParams } from 'next/navigation'
import { withQuery } from '../../lib/api.ts'
import type { ComparedFigures } from '../../lib/figures.ts'
import { kept } from '../../lib/kept.ts'
import { platformNames, platforms } from '../../lib/platforms.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { ChannelTotal, Channels } from '../../lib/use-channels.ts'
import { Figure } from '../figure.tsx'
import { Told } from '../proof/told.tsx'
import { Table } from '../table/table.tsx'
import { ClaimedRoas } from './claimed-roas.tsx'
import styles from './ads.module.css'

type Props = { channels: Channels | undefined; figures: ComparedFigures | undefined }

/** A row for each platform: what it got, and what it says that it brought. */
export function ChannelTable({ channels, figures }: Props) {
  const format = useFormat()
  const { currency } = channels ?? {}
  const breakEven = figures?.break_even_roas ?? null
  const campaigns = [
    { href: `${withQuery('/ads', kept(useSearchParams()))}#campaigns`, label: 'Campaigns of these days' },
  ]
  return (
    <Table<ChannelTotal>
      label="Platforms"
      places={2}
      head={{
        name: 'platform',
        label: 'Platform',
        words: true,
        value: ({ platform }) => platformNames[platform],
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
          value: (row) => row.ad_spend,
          render: (row) => (
            <Told
              label={`Ad spend on ${platformNames[row.platform]}`}
              text="What the platform said that each day cost, without tax, at the exchange rate of the day. What it may still change is marked as settling."
              ways={campaigns}
            >
              <Figure name="ad_spend" value={row.ad_spend} currency={currency} />
            </Told>
          ),
        },
        {
          name: 'share',
          label: 'Share',
          quiet: true,
          value: (row) => row.share_percent,
          render: (row) => format.percent(row.share_percent),
        },
        {
          name: 'claimed',
          label: 'Claimed revenue',
          value: (row) => row.claimed,
          render: (row) => (
            <Told
              label={`Revenue that ${platformNames[row.platform]} claims`}
              text="What the platform says that its ads brought. Platforms claim the same orders, so that claims of several never add up; what the shop really sold is the revenue of the P&L."
              ways={campaigns}
            >
              <Figure name="revenue" value={row.claimed} currency={currency} />
            </Told>
          ),
        },
        {
          name: 'claimed_roas',
          label: 'Claimed ROAS',
          value: (row) => row.claimed_roas,
          render: (row) => <ClaimedRoas roas={row.claimed_roas} breakEven={breakEven} />,
        },
        {
          name: 'days',
          label: 'Days with ads',
          quiet: true,
          value: (row) => row.days,
          render: (row) => format.count(row.days),
        },
      ]}
      rows={channels?.totals}
      keyOf={({ platform }) => platform}
      data={({ platform }) => ({ 'data-platform': platform })}
    />
  )
}
