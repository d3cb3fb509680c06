import { useState } from 'react'
import { dayRange } from '../../lib/days.ts'
import { platformNames } from '../../lib/platforms.ts'
import type { AdCampaign } from '../../lib/use-ad-campaigns.ts'
import { useMay } from '../../lib/use-me.ts'
import { Figure } from '../figure.tsx'
import { Told } from '../proof/told.tsx'
import rows from '../rooms/rows.module.css'
import { Table } from '../table/table.tsx'
import { ClaimedRoas } from './claimed-roas.tsx'
import { MapCampaign, type MapUndo } from './map-campaign.tsx'
import styles from './ads.module.css'

const nameOf = ({ campaign }: Pick<AdCampaign, 'campaign'>): string => campaign || 'Without a name'

const stateWords: Record<AdCampaign['state'], string> = {
  open: 'the last day is still running',
  settling: 'the platform may still change the last days',
  final: 'it changes no more',
}

type Props = {
  campaigns: AdCampaign[] | undefined
  /** That there are no more than these. */
  whole: boolean
  breakEven: number | null
  onMapped: () => Promise<unknown>
}

/** A row for each campaign, with where its spend counts; those of connected accounts can be given another place. */
export function CampaignTable({ campaigns, whole, breakEven, onMapped }: Props) {
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
          value: nameOf,
          title: ({ campaign }) => campaign,
          render: ({ platform, account, campaign }) => (
            <span className={styles.campaign}>
              {nameOf({ campaign })}
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
            value: ({ store, product }) => `${store} ${product ?? ''}`,
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
            value: (row) => row.ad_spend,
            render: (row) => (
              <Told
                label={`Ad spend of ${nameOf(row)}`}
                text={`What ${platformNames[row.platform]} said that it cost on ${row.days} ${row.days === 1 ? 'day' : 'days'} with ads of ${dayRange(row.start, row.end)}, without tax, at the exchange rate of each day; ${stateWords[row.state]}.`}
                ways={[]}
              >
                <Figure name="ad_spend" value={row.ad_spend} currency={row.currency} />
              </Told>
            ),
          },
          {
            name: 'claimed',
            label: 'Claimed',
            value: (row) => row.claimed,
            render: (row) => (
              <Told
                label={`Revenue that ${platformNames[row.platform]} claims for ${nameOf(row)}`}
                text="What the platform says that the campaign brought. Platforms claim the same orders, so that claims of several never add up."
                ways={[]}
              >
                <Figure name="revenue" value={row.claimed} currency={row.currency} />
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
        whole={whole}
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
