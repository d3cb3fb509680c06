import { useState } from 'react'
import { platformNames } from '../../lib/platforms.ts'
import type { AdCampaign } from '../../lib/use-ad-campaigns.ts'
import { useMay } from '../../lib/use-me.ts'
import { Figure } from '../figure.tsx'
import rows from '../rooms/rows.module.css'
import { Table } from '../table/table.tsx'
import { ClaimedRoas } from './claimed-roas.tsx'
import { MapCampaign, type MapUndo } from './map-campaign.tsx'
import styles from './ads.module.css'

type Props = { campaigns: AdCampaign[] | undefined; breakEven: number | null; onMapped: () => Promise<unknown> }

/** A row for each campaign, with where its spend counts; those of connected accounts can be given another place. */
export function CampaignTable({ campaigns, breakEven, onMapped }: Props) {
  const may = useMay('financials:write')
  const [mapping, setMapping] = useState<AdCampaign>()
  const [done, setDone] = useState<MapUndo>()
  return (
    <>
      <Table<AdCampaign>
        label="Campaigns, the largest spender first"
        head={{
          name: 'campaign',
          label: 'Campaign',
          words: true,
          title: ({ campaign }) => campaign,
          render: ({ platform, account, campaign }) => (
            <span className={styles.campaign}>
              {campaign || 'Without a name'}
              <span className={styles.under}>
                {platformNames[platform]}
                {account && `, ${account}`}
              </span>
            </span>
          ),
        }}
        columns={[
          {
            name: 'counts',
            label: 'Counts for',
            words: true,
            render: (row) => (
              <>
                {row.store}
                {row.product !== null && <span className={styles.under}>{row.product}</span>}
              </>
            ),
          },
          {
            name: 'ad_spend',
            label: 'Ad spend',
            render: (row) => <Figure name="ad_spend" value={row.ad_spend} currency={row.currency} />,
          },
          {
            name: 'claimed',
            label: 'Claimed',
            render: (row) => <Figure name="revenue" value={row.claimed} currency={row.currency} />,
          },
          {
            name: 'claimed_roas',
            label: 'Claimed ROAS',
            render: (row) => <ClaimedRoas roas={row.claimed_roas} breakEven={breakEven} />,
          },
          {
            name: 'map',
            label: 'Mapping',
            words: true,
            render: (row) =>
              row.campaign_id === null ? (
                <span title="It came from a file or by REST, which say where it counts">by its file</span>
              ) : (
                <button type="button" className={rows.plain} disabled={!may} onClick={() => setMapping(row)}>
                  Change
                </button>
              ),
          },
        ]}
        rows={campaigns}
        keyOf={({ id }) => id}
        data={({ id }) => ({ 'data-campaign': id })}
      />
      {done && (
        <p className={styles.done} role="status">
          <span>{done.sentence}</span>
          <button
            type="button"
            className={rows.plain}
            onClick={() =>
              void done
                .undo()
                .then(onMapped)
                .then(() => setDone(undefined))
            }
          >
            Undo
          </button>
        </p>
      )}
      {mapping?.campaign_id != null && (
        <MapCampaign
          id={mapping.campaign_id}
          onClose={() => setMapping(undefined)}
          onMapped={async (undo) => {
            // Nothing is said to be done while the table still tells what was before.
            await onMapped()
            setMapping(undefined)
            setDone(undo)
          }}
        />
      )}
    </>
  )
}
