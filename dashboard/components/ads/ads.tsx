'use client'

import { grainOf } from '../../lib/period.ts'
import { useAdCampaigns } from '../../lib/use-ad-campaigns.ts'
import { useChannels } from '../../lib/use-channels.ts'
import { usePnl } from '../../lib/use-pnl.ts'
import { useRange } from '../../lib/use-range.ts'
import { useSummary } from '../../lib/use-summary.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Filters } from '../filters.tsx'
import { PageHead } from '../page-head.tsx'
import { Shell } from '../shell.tsx'
import { Shown } from '../shown.tsx'
import { TablePanel } from '../table/table-panel.tsx'
import { AdFigures } from './ad-figures.tsx'
import { CampaignTable } from './campaign-table.tsx'
import { ChannelTable } from './channel-table.tsx'
import { Efficiency } from './efficiency.tsx'
import { Spend } from './spend.tsx'
import styles from './ads.module.css'

/** What ads cost, what the platforms claim they brought, and what the shop made of it. */
export function Ads() {
  const { view, show } = useView()
  const { store } = view
  const { overview, today, range } = useRange(view)
  const summary = useSummary(store, range)
  const channels = useChannels(store, range)
  const pnl = usePnl(store, range)
  const { campaigns, more, mutate, isLoading, error: refused } = useAdCampaigns(store, range)
  const { data } = channels
  const error: unknown = overview.error ?? channels.error ?? summary.error ?? pnl.error
  const retry = () => Promise.all([overview.mutate(), channels.mutate(), summary.mutate(), pnl.mutate()])
  const nothing = data?.totals.length === 0
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <PageHead
        title="Ads"
        tools={<Downloads path="/financials/channels" query={range && { ...range, store, grain: grainOf(range) }} />}
      >
        <Shown store={store} range={data} currency={data?.currency} failed={error !== undefined} withoutVat={false} />
      </PageHead>
      <TablePanel
        label="Ad spend by platform"
        error={error}
        onRetry={retry}
        known={data !== undefined}
        empty={
          nothing
            ? 'No platform had ad spend in this period. Connect an account under Settings, or import an export of the platform.'
            : undefined
        }
      >
        <AdFigures figures={summary.data} store={store} />
        <ChannelTable channels={data} figures={summary.data} />
      </TablePanel>
      {!nothing && data && (
        <div className={styles.charts}>
          <Spend channels={data} pnl={pnl.data} />
          <Efficiency pnl={pnl.data} />
        </div>
      )}
      {!nothing && (data || error !== undefined) && (
        <>
          <header className={styles.head}>
            <h2 id="campaigns">Campaigns</h2>
            <p className={styles.files}>
              <Downloads path="/financials/ad-campaigns" query={range && { ...range, store }} />
            </p>
          </header>
          <TablePanel
            label="Campaigns"
            error={refused}
            onRetry={mutate}
            known={campaigns !== undefined}
            more={more}
            isLoading={isLoading}
          >
            <CampaignTable
              campaigns={campaigns}
              whole={more === undefined}
              breakEven={summary.data?.break_even_roas ?? null}
              onMapped={() => mutate()}
            />
          </TablePanel>
        </>
      )}
    </Shell>
  )
}
